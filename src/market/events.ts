import type { Interval } from './interval.ts';
import type { DataSource } from './source.ts';

/*
 * Times are epoch milliseconds (UTC) as doubles; a microsecond stamp keeps its fraction (…123.456).
 *
 * Prices and quantities are doubles, each the one nearest to the exchange's text. That is enough: a double gives back
 * every text of up to 15 significant digits unchanged (`toFixed` with the symbol's decimals), and prices and
 * quantities of a trade, quote or book level have at most 8 decimals and so fewer digits than that. Sums over a day
 * (`volume`, `quoteVolume`) may have more; their relative error is below 1.2e-16. Ids and times are integers below
 * 2^53, exact. A number that a double can not tell from its neighbour (an id above 2^53) is refused, never rounded.
 * Where the text itself is needed, feeds and REST clients keep it when asked (`keepText`).
 *
 * `quantity` and `volume` are in the base asset (BTC of BTCUSDT), whatever begins with `quote` in the quote asset
 * (USDT).
 */

/** A trade's decimals as the exchange wrote them, trailing zeros included. */
export interface TradeText {
  readonly price: string;
  readonly quantity: string;
}

/** One trade of one symbol. `id` is strictly consecutive within the symbol. */
export interface Trade {
  readonly type: 'trade';
  readonly symbol: string;
  readonly id: number;
  readonly price: number;
  readonly quantity: number;
  /** When the exchange matched it. */
  readonly time: number;
  /** When the exchange sent it; equal to `time` where the source does not say. */
  readonly eventTime: number;
  /** True when the buyer's order was waiting in the book, so that the seller was the aggressor. */
  readonly buyerIsMaker: boolean;
  /** Only where `keepText` was asked for. */
  readonly text?: TradeText;
}

/** Consecutive trades of one taker order at one price, as one. `id` is strictly consecutive within the symbol. */
export interface AggTrade {
  readonly type: 'aggTrade';
  readonly symbol: string;
  readonly id: number;
  readonly price: number;
  readonly quantity: number;
  readonly firstTradeId: number;
  readonly lastTradeId: number;
  readonly time: number;
  /** When the exchange sent it; equal to `time` where the source does not say. */
  readonly eventTime: number;
  readonly buyerIsMaker: boolean;
  /** Only where `keepText` was asked for. */
  readonly text?: TradeText;
}

/** One bar. While it is forming, `close` is the last price so far. */
export interface Candle {
  readonly openTime: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** Last millisecond that belongs to the bar. */
  readonly closeTime: number;
  readonly quoteVolume: number;
  readonly tradeCount: number;
  readonly takerBuyVolume: number;
  readonly takerBuyQuoteVolume: number;
}

/** The exchange's own view of a bar. */
export interface KlineEvent {
  readonly type: 'kline';
  readonly symbol: string;
  readonly interval: Interval;
  readonly candle: Candle;
  /** True once, on the bar's last update. */
  readonly closed: boolean;
  /** -1 where the bar holds no trade. */
  readonly firstTradeId: number;
  readonly lastTradeId: number;
  readonly eventTime: number;
}

/** Rolling 24-hour statistics of a symbol. */
export interface Ticker {
  readonly type: 'ticker';
  readonly symbol: string;
  readonly lastPrice: number;
  readonly priceChange: number;
  /** In percent: 1.5 is +1.5 %. */
  readonly priceChangePercent: number;
  readonly weightedAvgPrice: number;
  readonly openPrice: number;
  readonly highPrice: number;
  readonly lowPrice: number;
  readonly volume: number;
  readonly quoteVolume: number;
  readonly bidPrice: number;
  readonly bidQuantity: number;
  readonly askPrice: number;
  readonly askQuantity: number;
  readonly openTime: number;
  readonly closeTime: number;
  readonly firstTradeId: number;
  readonly lastTradeId: number;
  readonly tradeCount: number;
  readonly eventTime: number;
}

/** The short form of a ticker: what a price list needs. */
export interface MiniTicker {
  readonly type: 'miniTicker';
  readonly symbol: string;
  readonly lastPrice: number;
  readonly openPrice: number;
  readonly highPrice: number;
  readonly lowPrice: number;
  readonly volume: number;
  readonly quoteVolume: number;
  readonly eventTime: number;
}

/** Best bid and ask. `updateId` belongs to the same sequence as the depth updates. */
export interface BookTicker {
  readonly type: 'bookTicker';
  readonly symbol: string;
  readonly updateId: number;
  readonly bidPrice: number;
  readonly bidQuantity: number;
  readonly askPrice: number;
  readonly askQuantity: number;
}

/** Changes of the order book: `[price, quantity]`, quantity 0 removes the level. */
export interface DepthUpdate {
  readonly type: 'depth';
  readonly symbol: string;
  readonly firstUpdateId: number;
  readonly lastUpdateId: number;
  readonly bids: readonly (readonly [price: number, quantity: number])[];
  readonly asks: readonly (readonly [price: number, quantity: number])[];
  readonly eventTime: number;
}

/** Streams whose ids are consecutive, so that a loss shows. */
export type StreamKind = 'trade' | 'aggTrade' | 'depth';

/** What befell the connection. `at` is the local clock, epoch ms. */
export type FeedEvent =
  | {
      readonly type: 'connect';
      readonly at: number;
      readonly url: string;
      readonly source: DataSource;
      readonly attempt: number;
    }
  | { readonly type: 'subscribe'; readonly at: number; readonly streams: readonly string[] }
  | { readonly type: 'disconnect'; readonly at: number; readonly reason: string; readonly retryInMs: number }
  | { readonly type: 'stale'; readonly at: number; readonly silentForMs: number }
  | {
      readonly type: 'gap';
      readonly at: number;
      readonly symbol: string;
      readonly stream: StreamKind;
      readonly fromId: number;
      readonly toId: number;
      readonly reason: string;
    }
  | {
      readonly type: 'filled';
      readonly at: number;
      readonly symbol: string;
      readonly stream: StreamKind;
      readonly fromId: number;
      readonly toId: number;
    }
  | { readonly type: 'error'; readonly at: number; readonly code: string; readonly message: string };

export type MarketData = Trade | AggTrade | KlineEvent | Ticker | MiniTicker | BookTicker | DepthUpdate;

/** All that a feed yields: market data, and what happened to the feed itself, in one order. */
export type MarketEvent = MarketData | FeedEvent;

/**
 * One interface for live, polled, simulated and recorded data. Iterate it once; leaving the loop
 * (`break`, `return`, an exception) or `close()` ends it and releases its sockets.
 */
export interface Feed extends AsyncIterable<MarketEvent> {
  /** Known once the first `connect` event has been yielded; `undefined` before. */
  readonly source: DataSource | undefined;
  close(): Promise<void>;
}
