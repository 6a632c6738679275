import type { Candle } from '../market/index.ts';
import type { Span } from './span.ts';

/** Where pages lie until all of them are there. */
export interface PageStore {
  has(page: Span): boolean;
  put(page: Span, candles: readonly Candle[]): Promise<void>;
  get(page: Span): Promise<readonly Candle[]>;
}

export class MemoryPages implements PageStore {
  readonly #pages = new Map<number, readonly Candle[]>();

  has({ from }: Span): boolean {
    return this.#pages.has(from);
  }

  async put({ from }: Span, candles: readonly Candle[]): Promise<void> {
    this.#pages.set(from, candles);
  }

  async get({ from }: Span): Promise<readonly Candle[]> {
    return this.#pages.get(from) ?? [];
  }
}
