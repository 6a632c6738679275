import { parseUnits } from '../decimal.ts';
import type { BestQuote, Book, BookSnapshot } from '../tape/book.ts';
import type { Instrument } from '../tape/instrument.ts';

type TextLevels = readonly (readonly [price: string, quantity: string])[];

export interface RecordedSnapshot {
  /** Where the recording says so. */
  readonly symbol?: string;
  readonly lastUpdateId: number;
  readonly bids: TextLevels;
  readonly asks: TextLevels;
}

export interface RecordedDepth {
  readonly u: number;
  readonly b: TextLevels;
  readonly a: TextLevels;
}

export interface RecordedQuote {
  readonly u: number;
  readonly b: string;
  readonly B: string;
  readonly a: string;
  readonly A: string;
}

/**
 * The book of a recorded pair: the recorded snapshot with the recorded changes since. Until the replay comes
 * to the snapshot's moment, the snapshot itself is the answer; its id tells the reader which changes it holds.
 */
export class RecordedBook implements Book {
  readonly #instrument: Instrument;
  readonly #bids: Side;
  readonly #asks: Side;
  #lastUpdateId = 0;
  #first: BookSnapshot = { lastUpdateId: 0, bids: [], asks: [] };
  #quote: BestQuote | undefined;

  constructor(instrument: Instrument, snapshot: RecordedSnapshot | undefined) {
    this.#instrument = instrument;
    this.#bids = new Side(instrument, -1);
    this.#asks = new Side(instrument, 1);
    if (!snapshot) return;
    this.#lastUpdateId = snapshot.lastUpdateId;
    this.#bids.apply(snapshot.bids);
    this.#asks.apply(snapshot.asks);
    this.#first = this.snapshot(Number.POSITIVE_INFINITY);
  }

  apply({ u, b, a }: RecordedDepth): void {
    if (u <= this.#lastUpdateId) return;
    this.#lastUpdateId = u;
    this.#bids.apply(b);
    this.#asks.apply(a);
  }

  quote({ u, b, B, a, A }: RecordedQuote): void {
    const { priceDecimals, quantityDecimals } = this.#instrument;
    this.#quote = {
      updateId: u,
      bid: parseUnits(b, priceDecimals),
      bidQuantity: parseUnits(B, quantityDecimals),
      ask: parseUnits(a, priceDecimals),
      askQuantity: parseUnits(A, quantityDecimals),
    };
  }

  /** Whichever is newer: the last recorded best quote, or the top of the book. */
  best(): BestQuote {
    if (this.#quote && this.#quote.updateId >= this.#lastUpdateId) return this.#quote;
    const [bid, bidQuantity] = this.#bids.levels[0] ?? [0, 0];
    const [ask, askQuantity] = this.#asks.levels[0] ?? [0, 0];
    return { updateId: this.#lastUpdateId, bid, bidQuantity, ask, askQuantity };
  }

  snapshot(limit: number): BookSnapshot {
    return {
      lastUpdateId: this.#lastUpdateId,
      bids: this.#bids.levels.slice(0, limit),
      asks: this.#asks.levels.slice(0, limit),
    };
  }

  /** The recorded snapshot itself. */
  earlier(limit: number): BookSnapshot {
    const { lastUpdateId, bids, asks } = this.#first;
    return { lastUpdateId, bids: bids.slice(0, limit), asks: asks.slice(0, limit) };
  }
}

/** One side, sorted from the best; `direction` is 1 where prices rise. */
class Side {
  readonly levels: [price: number, quantity: number][] = [];
  readonly #instrument: Instrument;
  readonly #direction: 1 | -1;

  constructor(instrument: Instrument, direction: 1 | -1) {
    this.#instrument = instrument;
    this.#direction = direction;
  }

  apply(changes: TextLevels): void {
    const { priceDecimals, quantityDecimals } = this.#instrument;
    for (const [priceText, quantityText] of changes) {
      const price = parseUnits(priceText, priceDecimals);
      const quantity = parseUnits(quantityText, quantityDecimals);
      const at = this.#find(price);
      const here = this.levels[at]?.[0] === price;
      if (quantity === 0) {
        if (here) this.levels.splice(at, 1);
      } else if (here) this.levels[at] = [price, quantity];
      else this.levels.splice(at, 0, [price, quantity]);
    }
  }

  #find(price: number): number {
    let low = 0;
    let high = this.levels.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.levels[middle]![0] - price) * this.#direction < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
