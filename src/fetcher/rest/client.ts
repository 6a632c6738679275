import {
  type AggTrade,
  type Candle,
  CandlebookError,
  type DataSource,
  type Interval,
  type Ticker,
  type Trade,
} from '../../market/index.ts';
import { decimal, flag, integer, type Json, levels, list, object, text, time } from '../fields.ts';
import { weightLimitIn } from './budget.ts';
import { unknownSymbols } from './refusals.ts';
import { Requester, type RequesterOptions } from './request.ts';

export interface KlineRange {
  /** Epoch ms, inclusive. */
  readonly startTime?: number;
  readonly endTime?: number;
  /** 1 to 1,000; the exchange's default is 500. */
  readonly limit?: number;
}

export interface DepthSnapshot {
  readonly lastUpdateId: number;
  readonly bids: readonly (readonly [price: number, quantity: number])[];
  readonly asks: readonly (readonly [price: number, quantity: number])[];
}

export interface ExchangeInfo {
  readonly serverTime: number;
  readonly rateLimits: readonly {
    readonly type: string;
    readonly interval: string;
    readonly intervalCount: number;
    readonly limit: number;
  }[];
  readonly symbols: readonly {
    readonly symbol: string;
    readonly status: string;
    readonly baseAsset: string;
    readonly quoteAsset: string;
    /** Steps of prices (quote asset) and quantities (base asset); `undefined` where the pair has no such rule. */
    readonly tickSize: number | undefined;
    readonly stepSize: number | undefined;
  }[];
}

export interface RestOptions extends RequesterOptions {
  /** Trades and aggregates carry the exchange's own text of price and quantity. Default false. */
  readonly keepText?: boolean;
}

/** Binance's public spot market data by REST. Every method throws CandlebookError; see `refusals.ts` for the codes. */
export class RestClient {
  /** Whether trades and aggregates carry the exchange's own text of price and quantity. */
  readonly keepText: boolean;
  readonly #requester: Requester;

  constructor(options: RestOptions) {
    this.keepText = options.keepText ?? false;
    this.#requester = new Requester(options);
  }

  /** Base of the API that is asked. */
  get url(): string {
    return this.#requester.restUrl;
  }

  /** Where the data comes from, by the exchange's last answer. */
  get source(): DataSource {
    return this.#requester.source;
  }

  /** Request weight used in the present minute, all programs at this address together. */
  get usedWeight(): number {
    return this.#requester.budget.used;
  }

  /** Request weight allowed a minute: a cautious 1,200 until `exchangeInfo` told. */
  get weightLimit(): number {
    return this.#requester.budget.limit;
  }

  /**
   * The exchange's clock minus this machine's, ms: to half the round trip after `serverTime()`, to half a second after
   * any other answer, 0 before.
   */
  get clockOffset(): number {
    return this.#requester.clock.offset;
  }

  async ping(): Promise<void> {
    await this.#requester.get('/api/v3/ping', 1);
  }

  /** The exchange's clock, epoch ms; measures `clockOffset`. */
  async serverTime(): Promise<number> {
    const { value, sentAt, receivedAt } = await this.#requester.ask('/api/v3/time', 1);
    const now = time(object(value, 'time'), 'serverTime');
    this.#requester.clock.stated(now, sentAt, receivedAt);
    return now;
  }

  /**
   * Rolling 24-hour statistics of these symbols, in the order asked for, or of `'all'` that the exchange lists.
   * Weight 2 for up to 20 symbols, 40 up to 100, else 80.
   * @throws CandlebookError SYMBOL_UNKNOWN when the exchange lacks one of them; INPUT_INVALID for none at all
   */
  async ticker24h(symbols: readonly string[] | 'all'): Promise<Ticker[]> {
    if (symbols.length === 0)
      throw new CandlebookError('INPUT_INVALID', 'No symbols were given.', {
        value: symbols,
        hint: "Name the pairs, or ask for 'all' of them (request weight 80).",
      });
    const all = symbols === 'all';
    const weight = tickerWeight(all ? Number.POSITIVE_INFINITY : symbols.length);
    const query = all ? {} : naming(symbols);
    const answer = await this.#requester.get('/api/v3/ticker/24hr', weight, query);
    const found = list(answer, 'ticker').map(toTicker);
    if (all) return found;
    const tickers = new Map(found.map((ticker) => [ticker.symbol, ticker]));
    return symbols.map((symbol) => {
      const ticker = tickers.get(symbol);
      if (!ticker) throw unknownSymbols(this.#requester.restUrl, [symbol]);
      return ticker;
    });
  }

  /** Candles in order of time; the last one may still be forming. */
  async klines(
    symbol: string,
    interval: Interval,
    { startTime, endTime, limit }: KlineRange = {},
  ): Promise<Candle[]> {
    const answer = await this.#requester.get('/api/v3/klines', 2, {
      symbol,
      interval,
      startTime,
      endTime,
      limit,
    });
    return list(answer, 'klines')
      .map(toCandle)
      .sort((a, b) => a.openTime - b.openTime);
  }

  /** The latest trades (at most 1,000), in order of id. */
  async trades(symbol: string, limit?: number): Promise<Trade[]> {
    const answer = await this.#requester.get('/api/v3/trades', 25, { symbol, limit });
    return this.#tradesIn(symbol, list(answer, 'trades'));
  }

  /** Trades from an id on (inclusive, at most 1,000), in order of id. The data-only host does not serve this. */
  async historicalTrades(symbol: string, fromId: number, limit?: number): Promise<Trade[]> {
    const answer = await this.#requester.get('/api/v3/historicalTrades', 25, { symbol, fromId, limit });
    return this.#tradesIn(symbol, list(answer, 'historicalTrades'));
  }

  /** Aggregate trades from an aggregate id on (inclusive) or within a time, at most 1,000, in order of id. */
  async aggTrades(
    symbol: string,
    range: { fromId?: number; startTime?: number; endTime?: number; limit?: number } = {},
  ): Promise<AggTrade[]> {
    const answer = await this.#requester.get('/api/v3/aggTrades', 4, { symbol, ...range });
    return list(answer, 'aggTrades')
      .map((item) => toAggTrade(symbol, item, this.keepText))
      .sort(byId);
  }

  #tradesIn(symbol: string, rows: readonly unknown[]): Trade[] {
    return rows.map((item) => toTrade(symbol, item, this.keepText)).sort(byId);
  }

  /** Snapshot of the order book; `limit` levels a side, up to 5,000. */
  async depth(symbol: string, limit?: number): Promise<DepthSnapshot> {
    const answer = object(
      await this.#requester.get('/api/v3/depth', depthWeight(limit), { symbol, limit }),
      'depth',
    );
    return {
      lastUpdateId: integer(answer, 'lastUpdateId'),
      bids: levels(answer, 'bids'),
      asks: levels(answer, 'asks'),
    };
  }

  /**
   * Rules and limits; with symbols, of these only. Its request weight limit holds for this client from then on.
   * @throws CandlebookError SYMBOL_UNKNOWN */
  async exchangeInfo(symbols?: readonly string[]): Promise<ExchangeInfo> {
    const answer = await this.#requester.get('/api/v3/exchangeInfo', 20, symbols ? naming(symbols) : {});
    const limit = weightLimitIn(answer);
    if (limit !== undefined) this.#requester.budget.limit = limit;
    const info = toExchangeInfo(answer);
    if (!symbols) return info;
    const found = new Map(info.symbols.map((one) => [one.symbol, one]));
    const unknown = symbols.filter((symbol) => !found.has(symbol));
    if (unknown.length > 0) throw unknownSymbols(this.#requester.restUrl, unknown);
    return { ...info, symbols: symbols.map((symbol) => found.get(symbol)!) };
  }

  /** Ends waiting requests; later calls throw STOPPED. */
  async close(): Promise<void> {
    this.#requester.close();
  }
}

/** More names than this make an address too long for servers. All symbols weigh no more than so many. */
const MOST_NAMED = 100;

/** The part of an address that names symbols; where they are too many, all of the exchange's are asked for. */
function naming(symbols: readonly string[]): Record<string, string> {
  return symbols.length > MOST_NAMED ? {} : { symbols: JSON.stringify(symbols) };
}

function tickerWeight(symbols: number): number {
  if (symbols <= 20) return 2;
  return symbols <= 100 ? 40 : 80;
}

function depthWeight(limit = 100): number {
  if (limit <= 100) return 5;
  if (limit <= 500) return 25;
  return limit <= 1000 ? 50 : 250;
}

/** A client for one host: `createRest(HOSTS['data-only'])`. */
export function createRest(options: RestOptions): RestClient {
  return new RestClient(options);
}

function toTicker(value: unknown): Ticker {
  const json = object(value, 'ticker');
  return {
    type: 'ticker',
    symbol: text(json, 'symbol'),
    lastPrice: decimal(json, 'lastPrice'),
    priceChange: decimal(json, 'priceChange'),
    priceChangePercent: decimal(json, 'priceChangePercent'),
    weightedAvgPrice: decimal(json, 'weightedAvgPrice'),
    openPrice: decimal(json, 'openPrice'),
    highPrice: decimal(json, 'highPrice'),
    lowPrice: decimal(json, 'lowPrice'),
    volume: decimal(json, 'volume'),
    quoteVolume: decimal(json, 'quoteVolume'),
    bidPrice: decimal(json, 'bidPrice'),
    bidQuantity: decimal(json, 'bidQty'),
    askPrice: decimal(json, 'askPrice'),
    askQuantity: decimal(json, 'askQty'),
    openTime: time(json, 'openTime'),
    closeTime: time(json, 'closeTime'),
    firstTradeId: integer(json, 'firstId'),
    lastTradeId: integer(json, 'lastId'),
    tradeCount: integer(json, 'count'),
    eventTime: time(json, 'closeTime'),
  };
}

function byId(a: { readonly id: number }, b: { readonly id: number }): number {
  return a.id - b.id;
}

function toCandle(value: unknown): Candle {
  const row = list(value, 'kline');
  return {
    openTime: time(row, 0),
    open: decimal(row, 1),
    high: decimal(row, 2),
    low: decimal(row, 3),
    close: decimal(row, 4),
    volume: decimal(row, 5),
    closeTime: Math.floor(time(row, 6)),
    quoteVolume: decimal(row, 7),
    tradeCount: integer(row, 8),
    takerBuyVolume: decimal(row, 9),
    takerBuyQuoteVolume: decimal(row, 10),
  };
}

function toTrade(symbol: string, value: unknown, keepText: boolean): Trade {
  const json = object(value, 'trade');
  const at = time(json, 'time');
  return {
    type: 'trade',
    symbol,
    id: integer(json, 'id'),
    price: decimal(json, 'price'),
    quantity: decimal(json, 'qty'),
    time: at,
    eventTime: at,
    buyerIsMaker: flag(json, 'isBuyerMaker'),
    ...(keepText ? { text: { price: text(json, 'price'), quantity: text(json, 'qty') } } : {}),
  };
}

function toAggTrade(symbol: string, value: unknown, keepText: boolean): AggTrade {
  const json = object(value, 'aggTrade');
  const at = time(json, 'T');
  return {
    type: 'aggTrade',
    symbol,
    id: integer(json, 'a'),
    price: decimal(json, 'p'),
    quantity: decimal(json, 'q'),
    firstTradeId: integer(json, 'f'),
    lastTradeId: integer(json, 'l'),
    time: at,
    eventTime: at,
    buyerIsMaker: flag(json, 'm'),
    ...(keepText ? { text: { price: text(json, 'p'), quantity: text(json, 'q') } } : {}),
  };
}

function toExchangeInfo(value: unknown): ExchangeInfo {
  const json = object(value, 'exchangeInfo');
  return {
    serverTime: time(json, 'serverTime'),
    rateLimits: list(json.rateLimits, 'rateLimits').map((item) => {
      const limit = object(item, 'rateLimits');
      return {
        type: text(limit, 'rateLimitType'),
        interval: text(limit, 'interval'),
        intervalCount: integer(limit, 'intervalNum'),
        limit: integer(limit, 'limit'),
      };
    }),
    symbols: list(json.symbols, 'symbols').map((item) => {
      const symbol = object(item, 'symbols');
      return {
        symbol: text(symbol, 'symbol'),
        status: text(symbol, 'status'),
        baseAsset: text(symbol, 'baseAsset'),
        quoteAsset: text(symbol, 'quoteAsset'),
        tickSize: ruleOf(symbol, 'PRICE_FILTER', 'tickSize'),
        stepSize: ruleOf(symbol, 'LOT_SIZE', 'stepSize'),
      };
    }),
  };
}

/** A number of one of a pair's filters. */
function ruleOf(symbol: Json, type: string, name: string): number | undefined {
  for (const item of list(symbol.filters ?? [], 'filters')) {
    const filter = object(item, 'filters');
    if (filter.filterType === type) return decimal(filter, name);
  }
  return undefined;
}
