/** A measurement stands for so long, unless a better one comes: clocks drift. */
const STANDS_MS = 600_000;
/** A header tells whole seconds. */
const HEADER_ACCURACY_MS = 500;

/** The exchange's clock as this machine sees it. */
export class ServerClock {
  #offset = 0;
  #accuracyMs = Number.POSITIVE_INFINITY;
  #measuredAt = Number.NEGATIVE_INFINITY;
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** The exchange's clock minus this machine's, ms; 0 before the first measurement. */
  get offset(): number {
    return this.#offset;
  }

  /** From a `Date` header, which counts whole seconds: the exchange is half a second further on average. */
  header(serverTime: number): void {
    this.#take(serverTime + HEADER_ACCURACY_MS - this.#now(), HEADER_ACCURACY_MS);
  }

  /** From a time that the exchange stated in answer to a request: it lies between sending and receiving. */
  stated(serverTime: number, sentAt: number, receivedAt: number): void {
    this.#take(serverTime - (sentAt + receivedAt) / 2, (receivedAt - sentAt) / 2);
  }

  #take(offset: number, accuracyMs: number): void {
    const now = this.#now();
    if (accuracyMs > this.#accuracyMs && now - this.#measuredAt < STANDS_MS) return;
    this.#offset = offset;
    this.#accuracyMs = accuracyMs;
    this.#measuredAt = now;
  }
}
