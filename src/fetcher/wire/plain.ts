import {
  type AggTrade,
  type BookTicker,
  CandlebookError,
  type DepthUpdate,
  isInterval,
  type KlineEvent,
  type MarketData,
  type MiniTicker,
  type Ticker,
  type Trade,
} from '../../market/index.ts';
import { decimal, flag, integer, invalid, type Json, levels, object, text, time } from '../fields.ts';
import { excerpt } from '../rest/request.ts';

/** The exchange announces that it will close the connection. */
export interface ServerShutdown {
  readonly type: 'serverShutdown';
}

/** The answer to a control frame: `result: null` for success, or an error. */
export interface ControlAnswer {
  readonly type: 'answer';
  readonly id: unknown;
  readonly error: { readonly code: number; readonly msg: string } | undefined;
}

export type Message = MarketData | ServerShutdown | ControlAnswer;

/**
 * One frame of the exchange, raw or wrapped as `{stream, data}`, as a typed event; `undefined` for an event kind
 * that is not known here.
 * @throws CandlebookError RESPONSE_INVALID naming the field or showing the start of the text
 */
export function parseFrame(frame: string, keepText = false): Message | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(frame);
  } catch (cause) {
    throw new CandlebookError('RESPONSE_INVALID', `A frame is not JSON: ${excerpt(frame)}.`, {
      value: excerpt(frame),
      cause,
    });
  }
  const outer = object(parsed, 'frame');
  const json = typeof outer.stream === 'string' ? object(outer.data, 'data') : outer;
  switch (json.e) {
    case 'trade':
      return toTrade(json, keepText);
    case 'aggTrade':
      return toAggTrade(json, keepText);
    case 'kline':
      return toKline(json);
    case '24hrTicker':
      return toTicker(json);
    case '24hrMiniTicker':
      return toMiniTicker(json);
    case 'depthUpdate':
      return toDepth(json);
    case 'serverShutdown':
      return { type: 'serverShutdown' };
    case undefined:
      if ('u' in json && 'B' in json && 's' in json) return toBookTicker(json);
      if ('result' in json || 'error' in json || 'code' in json) return toAnswer(json);
      return undefined;
    default:
      return undefined;
  }
}

function toTrade(json: Json, keepText: boolean): Trade {
  const trade: Trade = {
    type: 'trade',
    symbol: text(json, 's'),
    id: integer(json, 't'),
    price: decimal(json, 'p'),
    quantity: decimal(json, 'q'),
    time: time(json, 'T'),
    eventTime: time(json, 'E'),
    buyerIsMaker: flag(json, 'm'),
  };
  return keepText ? { ...trade, text: { price: text(json, 'p'), quantity: text(json, 'q') } } : trade;
}

function toAggTrade(json: Json, keepText: boolean): AggTrade {
  const trade: AggTrade = {
    type: 'aggTrade',
    symbol: text(json, 's'),
    id: integer(json, 'a'),
    price: decimal(json, 'p'),
    quantity: decimal(json, 'q'),
    firstTradeId: integer(json, 'f'),
    lastTradeId: integer(json, 'l'),
    time: time(json, 'T'),
    eventTime: time(json, 'E'),
    buyerIsMaker: flag(json, 'm'),
  };
  return keepText ? { ...trade, text: { price: text(json, 'p'), quantity: text(json, 'q') } } : trade;
}

function toKline(json: Json): KlineEvent {
  const k = object(json.k, 'k');
  if (!isInterval(k.i)) throw invalid('i', k.i);
  return {
    type: 'kline',
    symbol: text(json, 's'),
    interval: k.i,
    candle: {
      openTime: time(k, 't'),
      open: decimal(k, 'o'),
      high: decimal(k, 'h'),
      low: decimal(k, 'l'),
      close: decimal(k, 'c'),
      volume: decimal(k, 'v'),
      closeTime: Math.floor(time(k, 'T')),
      quoteVolume: decimal(k, 'q'),
      tradeCount: integer(k, 'n'),
      takerBuyVolume: decimal(k, 'V'),
      takerBuyQuoteVolume: decimal(k, 'Q'),
    },
    closed: flag(k, 'x'),
    firstTradeId: integer(k, 'f'),
    lastTradeId: integer(k, 'L'),
    eventTime: time(json, 'E'),
  };
}

function toTicker(json: Json): Ticker {
  return {
    type: 'ticker',
    symbol: text(json, 's'),
    lastPrice: decimal(json, 'c'),
    priceChange: decimal(json, 'p'),
    priceChangePercent: decimal(json, 'P'),
    weightedAvgPrice: decimal(json, 'w'),
    openPrice: decimal(json, 'o'),
    highPrice: decimal(json, 'h'),
    lowPrice: decimal(json, 'l'),
    volume: decimal(json, 'v'),
    quoteVolume: decimal(json, 'q'),
    bidPrice: decimal(json, 'b'),
    bidQuantity: decimal(json, 'B'),
    askPrice: decimal(json, 'a'),
    askQuantity: decimal(json, 'A'),
    openTime: time(json, 'O'),
    closeTime: time(json, 'C'),
    firstTradeId: integer(json, 'F'),
    lastTradeId: integer(json, 'L'),
    tradeCount: integer(json, 'n'),
    eventTime: time(json, 'E'),
  };
}

function toMiniTicker(json: Json): MiniTicker {
  return {
    type: 'miniTicker',
    symbol: text(json, 's'),
    lastPrice: decimal(json, 'c'),
    openPrice: decimal(json, 'o'),
    highPrice: decimal(json, 'h'),
    lowPrice: decimal(json, 'l'),
    volume: decimal(json, 'v'),
    quoteVolume: decimal(json, 'q'),
    eventTime: time(json, 'E'),
  };
}

function toBookTicker(json: Json): BookTicker {
  return {
    type: 'bookTicker',
    symbol: text(json, 's'),
    updateId: integer(json, 'u'),
    bidPrice: decimal(json, 'b'),
    bidQuantity: decimal(json, 'B'),
    askPrice: decimal(json, 'a'),
    askQuantity: decimal(json, 'A'),
  };
}

function toDepth(json: Json): DepthUpdate {
  return {
    type: 'depth',
    symbol: text(json, 's'),
    firstUpdateId: integer(json, 'U'),
    lastUpdateId: integer(json, 'u'),
    bids: levels(json, 'b'),
    asks: levels(json, 'a'),
    eventTime: time(json, 'E'),
  };
}

function toAnswer(json: Json): ControlAnswer {
  const error = json.error ?? ('code' in json ? json : undefined);
  if (error === undefined) return { type: 'answer', id: json.id, error: undefined };
  const { code, msg } = object(error, 'error');
  return { type: 'answer', id: json.id, error: { code: Number(code), msg: String(msg) } };
}
