const SPAN_MS = 5 * 60_000;

/** Counts connection attempts of each address: so many in five minutes, by this machine's clock. */
export class Attempts {
  readonly #most: number;
  readonly #times = new Map<string, number[]>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Notes an attempt; false if it is one too many. */
  allow(address: string): boolean {
    const since = performance.now() - SPAN_MS;
    const times = (this.#times.get(address) ?? []).filter((time) => time > since);
    this.#times.set(address, times);
    if (times.length >= this.#most) return false;
    times.push(performance.now());
    return true;
  }
}
