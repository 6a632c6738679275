import type { TimeUnit } from '../tape/market.ts';

type TextLevels = [price: string, quantity: string][];

interface Collected {
  readonly firstUpdateId: number;
  lastUpdateId: number;
  readonly bids: Map<string, string>;
  readonly asks: Map<string, string>;
}

/** Depth changes of several steps as one: ids from the first to the last, each price's last quantity. */
export interface MergedDepth {
  readonly payload: (time: number, unit: TimeUnit) => string;
}

/** Collects the 100 ms depth payloads of the symbols whose 1000 ms stream somebody listens to. */
export class DepthMerger {
  #kept = new Set<string>();
  readonly #collected = new Map<string, Collected>();

  keep(symbols: Iterable<string>): void {
    this.#kept = new Set(symbols);
    for (const symbol of this.#collected.keys()) if (!this.#kept.has(symbol)) this.#collected.delete(symbol);
  }

  keeps(symbol: string): boolean {
    return this.#kept.has(symbol);
  }

  add(symbol: string, payload: string): void {
    const { U, u, b, a } = JSON.parse(payload) as { U: number; u: number; b: TextLevels; a: TextLevels };
    let collected = this.#collected.get(symbol);
    if (!collected) {
      collected = { firstUpdateId: U, lastUpdateId: u, bids: new Map(), asks: new Map() };
      this.#collected.set(symbol, collected);
    }
    collected.lastUpdateId = u;
    for (const [price, quantity] of b) collected.bids.set(price, quantity);
    for (const [price, quantity] of a) collected.asks.set(price, quantity);
  }

  /** What has been collected of a symbol since this was last asked; undefined if nothing. */
  take(symbol: string): MergedDepth | undefined {
    const collected = this.#collected.get(symbol);
    if (!collected) return undefined;
    this.#collected.delete(symbol);
    return {
      payload: (time, unit) =>
        JSON.stringify({
          e: 'depthUpdate',
          E: time * unit,
          s: symbol,
          U: collected.firstUpdateId,
          u: collected.lastUpdateId,
          b: [...collected.bids],
          a: [...collected.asks],
        }),
    };
  }
}
