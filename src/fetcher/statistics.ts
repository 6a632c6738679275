/** How a feed has done so far. */
export interface FeedStatistics {
  /** Market data delivered, of all kinds. */
  readonly events: number;
  readonly trades: number;
  /** Connections made after the first one. */
  readonly reconnects: number;
  /** Runs of trade ids that could not be had, and how many ids. */
  readonly gaps: number;
  readonly missing: number;
  /** Trades fetched by REST because the stream did not bring them. */
  readonly filled: number;
  /** Tickers, quotes and forming bars that were replaced by newer ones before they were read. */
  readonly conflated: number;
  /** Frames that were damaged. */
  readonly damaged: number;
  /** Events that wait to be read now. */
  readonly waiting: number;
  /**
   * From the exchange's stamp of a trade to its typed event, ms, over the latest 1,000 trades of the stream: as exact
   * as the two clocks agree. `undefined` before the first.
   */
  readonly latencyMs: { readonly p50: number; readonly p99: number } | undefined;
  /** Request weight used in the present minute; `undefined` without a REST client. */
  readonly usedWeight: number | undefined;
}

const KEPT = 1000;

/** The latest latencies. */
export class LatencyWindow {
  readonly #values = new Float64Array(KEPT);
  #count = 0;

  add(ms: number): void {
    this.#values[this.#count++ % KEPT] = ms;
  }

  summary(): { p50: number; p99: number } | undefined {
    const kept = Math.min(this.#count, KEPT);
    if (kept === 0) return undefined;
    const sorted = this.#values.slice(0, kept).sort();
    return { p50: sorted[Math.floor(kept * 0.5)]!, p99: sorted[Math.floor(kept * 0.99)]! };
  }
}
