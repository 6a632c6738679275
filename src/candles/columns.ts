import type { Candle } from '../market/index.ts';

/** Columns of a candle series, in the order in which they are shown. */
export const CANDLE_COLUMNS = [
  'openTime',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'quoteVolume',
  'tradeCount',
  'takerBuyVolume',
  'takerBuyQuoteVolume',
] as const;

export type CandleColumn = (typeof CANDLE_COLUMNS)[number];

/** Equally long columns, oldest bar first. `openTime` in epoch ms (UTC); units as in `Candle`. */
export type CandleColumns = Readonly<Record<CandleColumn, Float64Array>>;

/** A number of each bar that only the series itself needs. */
type HiddenColumn = 'firstTradeId' | 'lastTradeId' | 'origin';

const ALL_COLUMNS: readonly (CandleColumn | HiddenColumn)[] = [
  ...CANDLE_COLUMNS,
  'firstTradeId',
  'lastTradeId',
  'origin',
];

/**
 * Who vouches for a bar: our own sum of its trades, the exchange's statement of it, nobody (a gap filled on
 * demand), or the exchange's statement of a forming bar that did not say which trades it had counted.
 */
export const ORIGIN = { trades: 0, exchange: 1, filled: 2, snapshot: 3 } as const;

/**
 * Rows of doubles, one array a column, always contiguous so that a column is a view and never a copy. With a
 * limit, it holds the newest `limit` rows: the arrays are twice as long and move back to their start when the
 * end is reached, which is one move of `limit` rows every `limit` rows.
 */
export class ColumnStore {
  readonly limit: number;
  length = 0;
  /** Rows that the limit has pushed out since the beginning. */
  dropped = 0;
  /** Place of the first row in the arrays. */
  start = 0;
  /** The arrays themselves, for whoever writes a whole row: made anew when they grow. */
  arrays = {} as Record<CandleColumn | HiddenColumn, Float64Array>;
  #capacity = 0;

  constructor(limit: number) {
    this.limit = limit;
    this.#allocate(Math.min(256, limit * 2));
  }

  get(column: CandleColumn | HiddenColumn, row: number): number {
    return this.arrays[column][this.start + row]!;
  }

  set(column: CandleColumn | HiddenColumn, row: number, value: number): void {
    this.arrays[column][this.start + row] = value;
  }

  /** The first `rows` rows of a column, not copied. */
  view(column: CandleColumn, rows: number): Float64Array {
    return this.arrays[column].subarray(this.start, this.start + rows);
  }

  /** Adds a row of zeros before row `at` (at the end when `at` is `length`). @returns the new row's index */
  insert(at: number): number {
    if (this.length === this.limit) {
      this.start++;
      this.length--;
      this.dropped++;
      at = Math.max(0, at - 1);
    }
    if (this.start + this.length === this.#capacity) this.#makeRoom();
    for (const column of ALL_COLUMNS) {
      const values = this.arrays[column];
      const row = this.start + at;
      values.copyWithin(row + 1, row, this.start + this.length);
      values[row] = 0;
    }
    this.length++;
    return at;
  }

  /** Row of the bar that opens at `openTime`; where there is none, `-1 - row` at which it would be inserted. */
  find(openTime: number): number {
    const times = this.arrays.openTime;
    let low = this.start;
    let high = this.start + this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (times[middle]! < openTime) low = middle + 1;
      else high = middle;
    }
    const row = low - this.start;
    return row < this.length && times[low] === openTime ? row : -1 - row;
  }

  /** Writes a candle's fields into a row. @returns whether any of them differs from what was there */
  write(row: number, candle: Candle): boolean {
    let changed = false;
    for (const column of CANDLE_COLUMNS) {
      const values = this.arrays[column];
      if (values[this.start + row] === candle[column]) continue;
      values[this.start + row] = candle[column];
      changed = true;
    }
    return changed;
  }

  #makeRoom(): void {
    if (this.length * 2 > this.#capacity) {
      this.#allocate(Math.min(this.#capacity * 2, this.limit * 2));
    } else {
      for (const column of ALL_COLUMNS)
        this.arrays[column].copyWithin(0, this.start, this.start + this.length);
      this.start = 0;
    }
  }

  #allocate(capacity: number): void {
    for (const column of ALL_COLUMNS) {
      const grown = new Float64Array(capacity);
      const old = this.arrays[column];
      if (old) grown.set(old.subarray(this.start, this.start + this.length));
      this.arrays[column] = grown;
    }
    this.start = 0;
    this.#capacity = capacity;
  }
}
