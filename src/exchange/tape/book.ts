/** `[price in ticks, quantity in lots]`, the best first. */
export type Levels = readonly (readonly [price: number, quantity: number])[];

export interface BookSnapshot {
  readonly lastUpdateId: number;
  readonly bids: Levels;
  readonly asks: Levels;
}

export interface BestQuote {
  readonly updateId: number;
  readonly bid: number;
  readonly bidQuantity: number;
  readonly ask: number;
  readonly askQuantity: number;
}

/** The order book of one instrument as published so far. */
export interface Book {
  best(): BestQuote;
  /** At most `limit` levels a side. */
  snapshot(limit: number): BookSnapshot;
  /** A snapshot that changes already sent have outdated. */
  earlier(limit: number): BookSnapshot;
}
