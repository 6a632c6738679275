/** How a feed has done so far. */
export interface FeedStatistics {
  /** Market data delivered, of all kinds. */
  readonly events: number;
  /** Trades and aggregates of trades among them. */
  readonly trades: number;
  /** Connections that the feed keeps up: one for each 1,024 streams. */
  readonly connections: number;
  /** Connections made after the first one of each. */
  readonly reconnects: number;
  /** How many times a connection was silent for much longer than it used to be. */
  readonly stale: number;
  /** Runs of ids that could not be had, depth updates included, and how many trades or aggregates that were. */
  readonly gaps: number;
  readonly missing: number;
  /** Trades and aggregates fetched by REST because the stream did not bring them. */
  readonly filled: number;
  /** Trades that wait for others before them to be fetched. */
  readonly held: number;
  /** Tickers, quotes, forming bars and depth updates that newer ones replaced or absorbed before they were read. */
  readonly conflated: number;
  /** Frames that were damaged. */
  readonly damaged: number;
  /** Events that wait to be read now. */
  readonly waiting: number;
  /**
   * From the exchange's stamp of a trade to its typed event, ms, over 1,000 of the latest 8,000 trades of the stream, by the
   * exchange's clock where a REST client measured it (`clockOffsetMs`), else as exact as the two clocks agree.
   * `undefined` before the first.
   */
  readonly latencyMs: { readonly p50: number; readonly p99: number } | undefined;
  /** The exchange's clock minus this machine's, ms; `undefined` without a REST client. */
  readonly clockOffsetMs: number | undefined;
  /** Request weight used in the present minute; `undefined` without a REST client. */
  readonly usedWeight: number | undefined;
  /** Request weight allowed a minute, as far as the exchange has told; `undefined` without a REST client. */
  readonly weightLimit: number | undefined;
}

const KEPT = 1000;
const ONE_OF = 8;

/** The latest latencies. */
export class LatencyWindow {
  readonly #values = new Float64Array(KEPT);
  #count = 0;
  #seen = 0;

  /** Notes one trade of eight, the first one too: reading the clock is dearer than reading a number. */
  note(eventTime: number): void {
    if (this.#seen++ % ONE_OF === 0) this.#values[this.#count++ % KEPT] = Date.now() - eventTime;
  }

  /** @param offset is added to each, ms */
  summary(offset = 0): { p50: number; p99: number } | undefined {
    const kept = Math.min(this.#count, KEPT);
    if (kept === 0) return undefined;
    const sorted = this.#values.slice(0, kept).sort();
    const at = (part: number) => sorted[Math.floor(kept * part)]! + offset;
    return { p50: at(0.5), p99: at(0.99) };
  }
}
