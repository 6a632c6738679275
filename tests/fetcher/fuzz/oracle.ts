import type { MarketData } from '../../../src/market/index.ts';

/*
 * What an event's numbers have to be, found in another way than the parsers': JSON.parse, a table of keys, and Number.
 */

type Json = Record<string, unknown>;
/** How a value is written: a decimal as text, an integer, a time stamp, a truth value, text. */
type Kind = 'decimal' | 'integer' | 'time' | 'flag' | 'text';
type Table = Readonly<Record<string, readonly [key: string | number, kind: Kind]>>;

const TRADE: Table = {
  symbol: ['s', 'text'],
  id: ['t', 'integer'],
  price: ['p', 'decimal'],
  quantity: ['q', 'decimal'],
  time: ['T', 'time'],
  eventTime: ['E', 'time'],
  buyerIsMaker: ['m', 'flag'],
};

const FRAMES: Readonly<Record<MarketData['type'], Table>> = {
  trade: TRADE,
  aggTrade: { ...TRADE, id: ['a', 'integer'], firstTradeId: ['f', 'integer'], lastTradeId: ['l', 'integer'] },
  bookTicker: {
    symbol: ['s', 'text'],
    updateId: ['u', 'integer'],
    bidPrice: ['b', 'decimal'],
    bidQuantity: ['B', 'decimal'],
    askPrice: ['a', 'decimal'],
    askQuantity: ['A', 'decimal'],
  },
  depth: {
    symbol: ['s', 'text'],
    firstUpdateId: ['U', 'integer'],
    lastUpdateId: ['u', 'integer'],
    eventTime: ['E', 'time'],
  },
  kline: { symbol: ['s', 'text'], eventTime: ['E', 'time'] },
  miniTicker: {
    symbol: ['s', 'text'],
    lastPrice: ['c', 'decimal'],
    openPrice: ['o', 'decimal'],
    highPrice: ['h', 'decimal'],
    lowPrice: ['l', 'decimal'],
    volume: ['v', 'decimal'],
    quoteVolume: ['q', 'decimal'],
    eventTime: ['E', 'time'],
  },
  ticker: {
    symbol: ['s', 'text'],
    lastPrice: ['c', 'decimal'],
    priceChange: ['p', 'decimal'],
    priceChangePercent: ['P', 'decimal'],
    weightedAvgPrice: ['w', 'decimal'],
    openPrice: ['o', 'decimal'],
    highPrice: ['h', 'decimal'],
    lowPrice: ['l', 'decimal'],
    volume: ['v', 'decimal'],
    quoteVolume: ['q', 'decimal'],
    bidPrice: ['b', 'decimal'],
    bidQuantity: ['B', 'decimal'],
    askPrice: ['a', 'decimal'],
    askQuantity: ['A', 'decimal'],
    openTime: ['O', 'time'],
    closeTime: ['C', 'time'],
    firstTradeId: ['F', 'integer'],
    lastTradeId: ['L', 'integer'],
    tradeCount: ['n', 'integer'],
    eventTime: ['E', 'time'],
  },
};

const CANDLE: Table = {
  openTime: ['t', 'time'],
  open: ['o', 'decimal'],
  high: ['h', 'decimal'],
  low: ['l', 'decimal'],
  close: ['c', 'decimal'],
  volume: ['v', 'decimal'],
  quoteVolume: ['q', 'decimal'],
  tradeCount: ['n', 'integer'],
  takerBuyVolume: ['V', 'decimal'],
  takerBuyQuoteVolume: ['Q', 'decimal'],
};

export const REST_TABLES = {
  trades: {
    id: ['id', 'integer'],
    price: ['price', 'decimal'],
    quantity: ['qty', 'decimal'],
    time: ['time', 'time'],
    buyerIsMaker: ['isBuyerMaker', 'flag'],
  },
  aggTrades: {
    id: ['a', 'integer'],
    price: ['p', 'decimal'],
    quantity: ['q', 'decimal'],
    firstTradeId: ['f', 'integer'],
    lastTradeId: ['l', 'integer'],
    time: ['T', 'time'],
    buyerIsMaker: ['m', 'flag'],
  },
  klines: {
    openTime: [0, 'time'],
    open: [1, 'decimal'],
    high: [2, 'decimal'],
    low: [3, 'decimal'],
    close: [4, 'decimal'],
    volume: [5, 'decimal'],
    quoteVolume: [7, 'decimal'],
    tradeCount: [8, 'integer'],
    takerBuyVolume: [9, 'decimal'],
    takerBuyQuoteVolume: [10, 'decimal'],
  },
} as const satisfies Record<string, Table>;

/** What is wrong with the event of a frame; `undefined` where nothing is. */
export function wrongInFrame(event: MarketData, text: string): string | undefined {
  const outer = JSON.parse(text) as Json;
  const data = (typeof outer.stream === 'string' ? outer.data : outer) as Json;
  const wrong = wrongIn(event, data, FRAMES[event.type]);
  if (wrong) return wrong;
  if (event.type === 'kline') return wrongIn(event.candle, data.k as Json, CANDLE);
  if (event.type === 'depth') return wrongInLevels(event, data.b, data.a);
  return undefined;
}

export function wrongIn(event: object, data: Json | readonly unknown[], table: Table): string | undefined {
  for (const [name, [key, kind]] of Object.entries(table)) {
    const written = (data as Json)[key];
    const read = (event as Json)[name];
    if (!Object.is(read, rightValue(written, kind)))
      return `${name} is ${String(read)}, written ${JSON.stringify(written)}`;
  }
  return undefined;
}

export function wrongInLevels(
  book: { readonly bids: unknown; readonly asks: unknown },
  bids: unknown,
  asks: unknown,
): string | undefined {
  const numbers = (side: unknown) =>
    (side as string[][]).map(([price, quantity]) => [Number(price), Number(quantity)]);
  for (const [read, written] of [
    [book.bids, bids],
    [book.asks, asks],
  ])
    if (JSON.stringify(read) !== JSON.stringify(numbers(written))) return `levels ${JSON.stringify(read)}`;
  return undefined;
}

/** The value that is right; a symbol that nothing equals where the exchange would never write such a thing. */
function rightValue(written: unknown, kind: Kind): unknown {
  const nothing = Symbol('no value');
  switch (kind) {
    case 'decimal':
      return typeof written === 'string' && /^-?[0-9]+([.][0-9]+)?$/.test(written)
        ? Number(written)
        : nothing;
    case 'integer':
      return Number.isSafeInteger(written) ? written : nothing;
    case 'time':
      return Number.isSafeInteger(written) ? inMs(written as number) : nothing;
    case 'flag':
      return typeof written === 'boolean' ? written : nothing;
    case 'text':
      return typeof written === 'string' && written !== '' ? written : nothing;
  }
}

const inMs = (stamp: number) => (stamp > 1e13 ? stamp / 1000 : stamp);
