import type { HistorySource } from './download.ts';

export interface DownloadProgress {
  /** Pages that are there, those of an earlier run included, of how many. */
  readonly pages: number;
  readonly of: number;
  /** Candles that this run fetched, and how many a second. */
  readonly rows: number;
  readonly rowsPerSecond: number;
  /** Time left at this pace, ms. */
  readonly leftMs: number;
  /** Request weight of the present minute, and what the exchange allows. */
  readonly usedWeight: number;
  readonly weightLimit: number;
}

export type ProgressListener = (progress: DownloadProgress) => void;

/** Counts pages and tells of them. */
export class Progress {
  readonly #rest: HistorySource;
  readonly #total: number;
  readonly #lacking: number;
  readonly #listener: ProgressListener | undefined;
  readonly #began = performance.now();
  #done = 0;
  #rows = 0;

  constructor(rest: HistorySource, total: number, lacking: number, listener: ProgressListener | undefined) {
    this.#rest = rest;
    this.#total = total;
    this.#lacking = lacking;
    this.#listener = listener;
    this.#tell();
  }

  page(rows: number): void {
    this.#done++;
    this.#rows += rows;
    this.#tell();
  }

  #tell(): void {
    if (!this.#listener) return;
    const elapsed = Math.max(1, performance.now() - this.#began);
    this.#listener({
      pages: this.#total - this.#lacking + this.#done,
      of: this.#total,
      rows: this.#rows,
      rowsPerSecond: (this.#rows * 1000) / elapsed,
      leftMs: this.#done === 0 ? Number.NaN : (elapsed / this.#done) * (this.#lacking - this.#done),
      usedWeight: this.#rest.usedWeight,
      weightLimit: this.#rest.weightLimit,
    });
  }
}
