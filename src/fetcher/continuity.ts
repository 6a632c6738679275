import type { FeedEvent, Trade } from '../market/index.ts';

/**
 * Trade ids are strictly consecutive within a symbol: a jump is a loss, a repeat is a double. Keeps the last id of
 * each symbol, says which trades are new, and names every hole.
 */
export class TradeContinuity {
  readonly #last = new Map<string, number>();

  /** @returns `'old'` for a trade that was already seen, the hole before it, or nothing to remark */
  see(trade: Trade): 'old' | Extract<FeedEvent, { type: 'gap' }> | undefined {
    const last = this.#last.get(trade.symbol);
    if (last !== undefined && trade.id <= last) return 'old';
    this.#last.set(trade.symbol, trade.id);
    if (last === undefined || trade.id === last + 1) return undefined;
    return {
      type: 'gap',
      at: Date.now(),
      symbol: trade.symbol,
      stream: 'trade',
      fromId: last + 1,
      toId: trade.id - 1,
      reason: 'ids jumped',
    };
  }
}
