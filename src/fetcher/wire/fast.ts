import {
  type AggTrade,
  type BookTicker,
  type DepthUpdate,
  type Interval,
  isInterval,
  type KlineEvent,
  type MarketData,
  type MiniTicker,
  type Ticker,
  type Trade,
} from '../../market/index.ts';
import { Literal, Scanner } from './scanner.ts';

/*
 * The exchange writes each kind of frame in one way: the same keys in the same order, without blanks. Here that way
 * is followed byte by byte, and numbers are read where they stand: no text is made, and nothing is looked up.
 */

const scanner = new Scanner();

const WRAPPER = new Literal('{"stream":"');
const DATA = new Literal(',"data":');
const EVENT = new Literal('{"e":"');
const TRADE = new Literal('trade","E":');
const AGGREGATE = new Literal('aggTrade","E":');
const DEPTH = new Literal('depthUpdate","E":');
const KLINE = new Literal('kline","E":');
const KLINE_BAR = new Literal(',"k":{"t":');
const TICKER = new Literal('24hrTicker","E":');
const MINI_TICKER = new Literal('24hrMiniTicker","E":');
const BOOK_TICKER = new Literal('{"u":');
const BIDS = new Literal(',"b":[');
const ASKS = new Literal(',"a":[');
const LEVELS = new Literal('["');
const QUANTITY = new Literal(',"');
const NEXT_LEVEL = new Literal('],["');
const LAST_LEVEL = new Literal(']]');
const NO_LEVEL = new Literal(']');
const END = new Literal('}');

/**
 * The event of a frame, the bytes from `begin` to `end`, that is written exactly as the exchange writes it; `undefined` for any other, about which the
 * plain parser is to decide. Both give the same event for the same bytes.
 */
export function scanFrame(bytes: Buffer, begin = 0, end = bytes.length): MarketData | undefined {
  scanner.start(bytes, begin, end);
  const wrapped = scanner.tries(WRAPPER);
  if (wrapped) {
    scanner.text();
    scanner.literal(DATA);
  }
  const event = data();
  scanner.literal(END);
  if (wrapped) scanner.literal(END);
  return scanner.failed || !scanner.ended ? undefined : event;
}

/** All but the closing brace. */
function data(): MarketData | undefined {
  if (scanner.tries(EVENT)) {
    if (scanner.tries(TRADE)) return trade();
    if (scanner.tries(DEPTH)) return depth();
    if (scanner.tries(AGGREGATE)) return aggregate();
    if (scanner.tries(KLINE)) return kline();
    if (scanner.tries(TICKER)) return ticker();
    if (scanner.tries(MINI_TICKER)) return miniTicker();
  } else if (scanner.tries(BOOK_TICKER)) return bookTicker();
  scanner.failed = true;
  return undefined;
}

function trade(): Trade {
  const eventTime = scanner.plainTime();
  const symbol = scanner.named('s');
  const id = scanner.integer('t');
  const price = scanner.decimal('p');
  const quantity = scanner.decimal('q');
  const time = scanner.time('T');
  const buyerIsMaker = scanner.flag('m');
  scanner.flag('M');
  return { type: 'trade', symbol, id, price, quantity, time, eventTime, buyerIsMaker };
}

function aggregate(): AggTrade {
  const eventTime = scanner.plainTime();
  const symbol = scanner.named('s');
  const id = scanner.integer('a');
  const price = scanner.decimal('p');
  const quantity = scanner.decimal('q');
  const firstTradeId = scanner.integer('f');
  const lastTradeId = scanner.integer('l');
  const time = scanner.time('T');
  const buyerIsMaker = scanner.flag('m');
  scanner.flag('M');
  return {
    type: 'aggTrade',
    symbol,
    id,
    price,
    quantity,
    firstTradeId,
    lastTradeId,
    time,
    eventTime,
    buyerIsMaker,
  };
}

function bookTicker(): BookTicker {
  const updateId = scanner.plainInteger();
  const symbol = scanner.named('s');
  const bidPrice = scanner.decimal('b');
  const bidQuantity = scanner.decimal('B');
  const askPrice = scanner.decimal('a');
  const askQuantity = scanner.decimal('A');
  return { type: 'bookTicker', symbol, updateId, bidPrice, bidQuantity, askPrice, askQuantity };
}

function depth(): DepthUpdate {
  const eventTime = scanner.plainTime();
  const symbol = scanner.named('s');
  const firstUpdateId = scanner.integer('U');
  const lastUpdateId = scanner.integer('u');
  scanner.literal(BIDS);
  const bids = levels();
  scanner.literal(ASKS);
  const asks = levels();
  return { type: 'depth', symbol, firstUpdateId, lastUpdateId, bids, asks, eventTime };
}

function levels(): [price: number, quantity: number][] {
  const found: [number, number][] = [];
  if (scanner.tries(NO_LEVEL)) return found;
  scanner.literal(LEVELS);
  while (!scanner.failed) {
    const price = scanner.plainDecimal();
    scanner.literal(QUANTITY);
    found.push([price, scanner.plainDecimal()]);
    if (scanner.tries(NEXT_LEVEL)) continue;
    scanner.literal(LAST_LEVEL);
    break;
  }
  return found;
}

function kline(): KlineEvent {
  const eventTime = scanner.plainTime();
  const symbol = scanner.named('s');
  scanner.literal(KLINE_BAR);
  const openTime = scanner.plainTime();
  const closeTime = Math.floor(scanner.time('T'));
  scanner.skip('s');
  const interval = scanner.named('i') as Interval;
  if (!isInterval(interval)) scanner.failed = true;
  const firstTradeId = scanner.integer('f');
  const lastTradeId = scanner.integer('L');
  const open = scanner.decimal('o');
  const close = scanner.decimal('c');
  const high = scanner.decimal('h');
  const low = scanner.decimal('l');
  const volume = scanner.decimal('v');
  const tradeCount = scanner.integer('n');
  const closed = scanner.flag('x');
  const quoteVolume = scanner.decimal('q');
  const takerBuyVolume = scanner.decimal('V');
  const takerBuyQuoteVolume = scanner.decimal('Q');
  scanner.skip('B');
  scanner.literal(END);
  return {
    type: 'kline',
    symbol,
    interval,
    candle: {
      openTime,
      open,
      high,
      low,
      close,
      volume,
      closeTime,
      quoteVolume,
      tradeCount,
      takerBuyVolume,
      takerBuyQuoteVolume,
    },
    closed,
    firstTradeId,
    lastTradeId,
    eventTime,
  };
}

function ticker(): Ticker {
  const eventTime = scanner.plainTime();
  const symbol = scanner.named('s');
  const priceChange = scanner.decimal('p');
  const priceChangePercent = scanner.decimal('P');
  const weightedAvgPrice = scanner.decimal('w');
  scanner.skip('x');
  const lastPrice = scanner.decimal('c');
  scanner.skip('Q');
  const bidPrice = scanner.decimal('b');
  const bidQuantity = scanner.decimal('B');
  const askPrice = scanner.decimal('a');
  const askQuantity = scanner.decimal('A');
  const openPrice = scanner.decimal('o');
  const highPrice = scanner.decimal('h');
  const lowPrice = scanner.decimal('l');
  const volume = scanner.decimal('v');
  const quoteVolume = scanner.decimal('q');
  const openTime = scanner.time('O');
  const closeTime = scanner.time('C');
  const firstTradeId = scanner.integer('F');
  const lastTradeId = scanner.integer('L');
  const tradeCount = scanner.integer('n');
  return {
    type: 'ticker',
    symbol,
    lastPrice,
    priceChange,
    priceChangePercent,
    weightedAvgPrice,
    openPrice,
    highPrice,
    lowPrice,
    volume,
    quoteVolume,
    bidPrice,
    bidQuantity,
    askPrice,
    askQuantity,
    openTime,
    closeTime,
    firstTradeId,
    lastTradeId,
    tradeCount,
    eventTime,
  };
}

function miniTicker(): MiniTicker {
  const eventTime = scanner.plainTime();
  const symbol = scanner.named('s');
  const lastPrice = scanner.decimal('c');
  const openPrice = scanner.decimal('o');
  const highPrice = scanner.decimal('h');
  const lowPrice = scanner.decimal('l');
  const volume = scanner.decimal('v');
  const quoteVolume = scanner.decimal('q');
  return {
    type: 'miniTicker',
    symbol,
    lastPrice,
    openPrice,
    highPrice,
    lowPrice,
    volume,
    quoteVolume,
    eventTime,
  };
}
