import { type AggTrade, CandlebookError, type Trade } from '../../market/index.ts';
import type { RestClient } from '../rest/client.ts';

/** A stretch of old trades. */
export interface BackFillPage<T> {
  /** In order of id. */
  readonly trades: readonly T[];
  /** The page speaks for all ids up to this one; below the id asked for, it says nothing. */
  readonly through: number;
  /** Why ids up to `through` are not among the trades. */
  readonly reason?: string;
}

/** Where trades, or aggregates of trades, that were missed are fetched. */
export interface BackFill<T> {
  /** Trades from one id on, both inclusive, as many as one request gives. @throws CandlebookError */
  fetch(symbol: string, fromId: number, toId: number): Promise<BackFillPage<T>>;
  /** Id of the newest trade; `undefined` where there is none. */
  latestId(symbol: string): Promise<number | undefined>;
  /** Id of the first trade at or after a time (epoch ms); `undefined` where there is none yet. */
  firstIdAt(symbol: string, time: number): Promise<number | undefined>;
}

const PAGE = 1000;
const ONLY_AGGREGATES =
  'this host gives older trades only as aggregates of several, so that single ones can not be told apart';

/** Where a host has refused `historicalTrades`, itself or by its firewall, it is tried again after so long. */
const REFUSED_FOR_MS = 600_000;
const REFUSALS = new Set(['REQUEST_REFUSED', 'FIREWALLED']);

/**
 * Back-fill of trades by REST: `historicalTrades` where the host serves it to everybody. Where it does not (the data-only
 * host; binance.us without a key), the newest 1,000 trades, and for older ones `aggTrades`, of which an aggregate
 * of one trade is that trade.
 */
export function tradeBackFill(rest: RestClient): BackFill<Trade> {
  return new TradeBackFill(rest);
}

/** Back-fill of aggregates by REST, which every host serves. */
export function aggregateBackFill(rest: RestClient): BackFill<AggTrade> {
  return {
    async fetch(symbol, fromId, toId) {
      const limit = Math.min(PAGE, toId - fromId + 1);
      return pageOf(await rest.aggTrades(symbol, { fromId, limit }), fromId, toId);
    },
    latestId: async (symbol) => (await rest.aggTrades(symbol, { limit: 1 }))[0]?.id,
    firstIdAt: async (symbol, time) =>
      (await rest.aggTrades(symbol, { startTime: Math.floor(time), limit: 1 }))[0]?.id,
  };
}

class TradeBackFill implements BackFill<Trade> {
  readonly #rest: RestClient;
  #historicalFrom = 0;
  /** The aggregate after the last one that was read, and the trade id it begins with. */
  readonly #position = new Map<string, { readonly tradeId: number; readonly aggregateId: number }>();

  constructor(rest: RestClient) {
    this.#rest = rest;
  }

  async latestId(symbol: string): Promise<number | undefined> {
    const [latest] = await this.#rest.aggTrades(symbol, { limit: 1 });
    return latest?.lastTradeId;
  }

  async firstIdAt(symbol: string, time: number): Promise<number | undefined> {
    const [first] = await this.#rest.aggTrades(symbol, { startTime: Math.floor(time), limit: 1 });
    return first?.firstTradeId;
  }

  async fetch(symbol: string, fromId: number, toId: number): Promise<BackFillPage<Trade>> {
    const limit = Math.min(PAGE, toId - fromId + 1);
    let isRefused = false;
    if (performance.now() >= this.#historicalFrom) {
      try {
        return pageOf(await this.#rest.historicalTrades(symbol, fromId, limit), fromId, toId);
      } catch (error) {
        if (!(error instanceof CandlebookError) || !REFUSALS.has(error.code)) throw error;
        isRefused = true;
      }
    }
    const newest = await this.#rest.trades(symbol, PAGE);
    // A host that refuses this too refuses everything for the moment.
    if (isRefused) this.#historicalFrom = performance.now() + REFUSED_FOR_MS;
    if (newest.length > 0 && newest[0]!.id <= fromId) return pageOf(newest, fromId, toId);
    return this.#aggregates(symbol, fromId, toId);
  }

  async #aggregates(symbol: string, fromId: number, toId: number): Promise<BackFillPage<Trade>> {
    const known = this.#position.get(symbol);
    const aggregateId =
      known?.tradeId === fromId ? known.aggregateId : await this.#aggregateWith(symbol, fromId);
    if (aggregateId === undefined) return { trades: [], through: fromId - 1 };
    const rows = await this.#rest.aggTrades(symbol, { fromId: aggregateId, limit: PAGE });
    const last = rows.at(-1);
    if (!last || last.lastTradeId < fromId) return { trades: [], through: fromId - 1 };
    this.#position.set(symbol, { tradeId: last.lastTradeId + 1, aggregateId: last.id + 1 });
    const single = rows.filter((row) => row.firstTradeId === row.lastTradeId).map(asTrade);
    return {
      ...pageOf(single, fromId, toId),
      through: Math.min(last.lastTradeId, toId),
      reason: ONLY_AGGREGATES,
    };
  }

  /**
   * The aggregate that holds a trade. Every aggregate holds at least one trade, so it lies no more aggregates before
   * the newest one than the trade lies trades before the newest.
   */
  async #aggregateWith(symbol: string, tradeId: number): Promise<number | undefined> {
    const [newest] = await this.#rest.aggTrades(symbol, { limit: 1 });
    if (!newest || newest.lastTradeId < tradeId) return undefined;
    let low = Math.max(0, newest.id - (newest.lastTradeId - tradeId));
    let high = newest.id;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const [row] = await this.#rest.aggTrades(symbol, { fromId: middle, limit: 1 });
      if (row && row.lastTradeId < tradeId) low = row.id + 1;
      else high = middle;
    }
    return low;
  }
}

function pageOf<T extends Trade | AggTrade>(
  rows: readonly T[],
  fromId: number,
  toId: number,
): BackFillPage<T> {
  const trades = rows.filter((trade) => trade.id >= fromId && trade.id <= toId);
  const last = Math.max(rows.at(-1)?.id ?? -1, fromId - 1);
  return { trades, through: Math.min(last, toId) };
}

function asTrade({ firstTradeId, lastTradeId: _, ...row }: AggTrade): Trade {
  return { ...row, type: 'trade', id: firstTradeId };
}
