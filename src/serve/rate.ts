/** So many at once, refilled by so many a second. */
export interface RateLimit {
  readonly burst: number;
  readonly perSecond: number;
}

/** A token bucket: `take()` answers whether one more is allowed now. */
export class Bucket {
  readonly #limit: RateLimit;
  #level: number;
  #at = performance.now();

  constructor(limit: RateLimit) {
    this.#limit = limit;
    this.#level = limit.burst;
  }

  take(): boolean {
    const now = performance.now();
    this.#level = Math.min(
      this.#limit.burst,
      this.#level + ((now - this.#at) / 1000) * this.#limit.perSecond,
    );
    this.#at = now;
    if (this.#level < 1) return false;
    this.#level--;
    return true;
  }
}

const MOST_ADDRESSES = 10_000;

/** A bucket for each address; of more than ten thousand addresses the longest unheard are forgotten. */
export class Buckets {
  readonly #limit: RateLimit;
  readonly #buckets = new Map<string, Bucket>();

  constructor(limit: RateLimit) {
    this.#limit = limit;
  }

  take(address: string): boolean {
    const bucket = this.#buckets.get(address) ?? new Bucket(this.#limit);
    this.#buckets.delete(address);
    this.#buckets.set(address, bucket);
    if (this.#buckets.size > MOST_ADDRESSES) this.#buckets.delete(this.#buckets.keys().next().value!);
    return bucket.take();
  }
}
