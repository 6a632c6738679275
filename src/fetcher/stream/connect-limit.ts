const WINDOW_MS = 300_000;

/** Keeps below the exchange's limit of 300 connection attempts in 5 minutes. */
export class ConnectLimit {
  readonly #most: number;
  #attempts: number[] = [];

  constructor(most = 250) {
    this.#most = most;
  }

  /** Notes an attempt that begins at `now + wait`, and returns the wait, ms. */
  next(now: number): number {
    this.#attempts = this.#attempts.filter((at) => at > now - WINDOW_MS);
    const wait =
      this.#attempts.length < this.#most
        ? 0
        : this.#attempts[this.#attempts.length - this.#most]! + WINDOW_MS - now;
    this.#attempts.push(now + wait);
    return wait;
  }
}

const limits = new Map<string, ConnectLimit>();

/** The limit of an address, which all feeds of this process share: the exchange counts by caller. */
export function connectLimitOf(origin: string): ConnectLimit {
  let limit = limits.get(origin);
  if (!limit) {
    limit = new ConnectLimit();
    limits.set(origin, limit);
  }
  return limit;
}
