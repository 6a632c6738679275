import type { DepthUpdate } from '../../market/index.ts';
import { BookSide, type Level } from './book-side.ts';

/** What a book is built from: `RestClient.depth` gives it. */
export interface BookLevels {
  readonly lastUpdateId: number;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

/** The order book of one symbol: prices in the quote asset, quantities in the base asset. */
export class OrderBook {
  readonly symbol: string;
  readonly bids: BookSide;
  readonly asks: BookSide;
  /** Id of the last change that it holds; -1 before the first snapshot. */
  lastUpdateId = -1;
  /** When the exchange sent the last change, epoch ms; `undefined` for a bare snapshot. */
  eventTime: number | undefined;

  /** @param maxLevels of a side that are kept, the nearest ones. */
  constructor(symbol: string, maxLevels = 20_000) {
    this.symbol = symbol;
    this.bids = new BookSide('bids', maxLevels);
    this.asks = new BookSide('asks', maxLevels);
  }

  /** Begins anew from a snapshot. */
  reset({ lastUpdateId, bids, asks }: BookLevels): void {
    this.bids.clear();
    this.asks.clear();
    // The best come first in a snapshot and last in a side: from the farthest on, each is appended.
    for (let i = bids.length - 1; i >= 0; i--) this.bids.set(bids[i]![0], bids[i]![1]);
    for (let i = asks.length - 1; i >= 0; i--) this.asks.set(asks[i]![0], asks[i]![1]);
    this.lastUpdateId = lastUpdateId;
    this.eventTime = undefined;
  }

  /** Applies changes, which have to follow upon `lastUpdateId`. */
  apply(update: DepthUpdate): void {
    this.bids.apply(update.bids);
    this.asks.apply(update.asks);
    this.lastUpdateId = update.lastUpdateId;
    this.eventTime = update.eventTime;
  }

  /** Whether the best bid is not below the best ask: no book of an exchange is. */
  get crossed(): boolean {
    return this.bids.price(0) >= this.asks.price(0);
  }

  /** Half way between best bid and best ask; NaN while a side is empty. */
  get mid(): number {
    return (this.bids.price(0) + this.asks.price(0)) / 2;
  }

  /** Best ask less best bid, quote asset; NaN while a side is empty. */
  get spread(): number {
    return this.asks.price(0) - this.bids.price(0);
  }

  /**
   * How much more waits to buy than to sell among the best `levels` of each side: 1 only buyers, -1 only sellers,
   * 0 as many of both. NaN for an empty book.
   */
  imbalance(levels = 10): number {
    const bids = this.bids.depth(levels);
    const asks = this.asks.depth(levels);
    return (bids - asks) / (bids + asks);
  }

  /** The best `levels` of each side, the best first. */
  top(levels: number): BookLevels {
    return {
      lastUpdateId: this.lastUpdateId,
      bids: this.bids.top(levels),
      asks: this.asks.top(levels),
    };
  }
}
