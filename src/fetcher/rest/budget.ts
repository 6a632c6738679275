/** What the exchange told of a caller's request weight. */
export interface WeightReport {
  /** Weight used in the present minute, all programs at this address together. */
  readonly used?: number | undefined;
  /** The exchange's clock at the answer, epoch ms. */
  readonly serverTime?: number | undefined;
}

const MINUTE = 60_000;
/** binance.us allows this, and others more: what holds until the exchange says its limit. */
const CAUTIOUS_LIMIT = 1_200;
/** Other programs at this address, and requests on their way, need room too. */
const SHARE = 0.9;
/** The exchange's minute is known to a second. */
const CLOCK_MARGIN_MS = 1_000;

/**
 * Request weight by the exchange's minutes: a request that does not fit any more waits for the next minute, so that
 * the exchange never has to refuse one. Waiting requests go in the order in which they came.
 */
export class WeightBudget {
  #limit = CAUTIOUS_LIMIT;
  #told = false;
  /** Wakes the request that waits under the limit of before. */
  #tell: (() => void) | undefined;
  #used = 0;
  #minute = -1;
  /** Weight of requests that have not been answered. */
  #pending = 0;
  /** Weight of requests that wait for their turn. */
  #queued = 0;
  /** Exchange's clock minus ours, ms. */
  #offset = 0;
  #pausedUntil = 0;
  #line: Promise<void> = Promise.resolve();
  readonly #now: () => number;
  readonly #sleep: (ms: number) => Promise<void>;

  constructor(sleep: (ms: number) => Promise<void>, now: () => number = Date.now) {
    this.#sleep = sleep;
    this.#now = now;
  }

  /** Weight a minute, by the exchange. */
  get limit(): number {
    return this.#limit;
  }

  set limit(limit: number) {
    this.#limit = limit;
    this.#told = true;
    this.#tell?.();
  }

  /** Whether the limit is the exchange's own word. */
  get told(): boolean {
    return this.#told;
  }

  /** Whether `weight` would have to wait now for lack of budget, behind all that were before it. */
  lacks(weight: number): boolean {
    this.#turn();
    return !this.#fits(weight, this.#queued);
  }

  /** Counts a request that must not wait. `settle` must follow. */
  takeAtOnce(weight: number): void {
    this.#pending += weight;
  }

  /** Weight used in the present minute, as far as is known. */
  get used(): number {
    this.#turn();
    return this.#used;
  }

  /** Resolves when `weight` fits; it counts from then on. `settle` must follow. */
  take(weight: number): Promise<void> {
    this.#queued += weight;
    const turn = this.#line
      .then(() => this.#wait(weight))
      .finally(() => {
        this.#queued -= weight;
      });
    this.#line = turn.catch(() => undefined);
    return turn;
  }

  /** The request of this weight has ended. */
  settle(weight: number, { used, serverTime }: WeightReport = {}): void {
    this.#pending -= weight;
    if (serverTime !== undefined) this.#offset = serverTime - this.#now();
    this.#turn();
    if (used === undefined) this.#used += weight;
    // Requests on their way may have been counted or not; counting them twice errs on the safe side.
    else this.#used = Math.max(used, this.#used);
  }

  /** No request for so long: what a 429 asks for. */
  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#now() + ms);
  }

  async #wait(weight: number): Promise<void> {
    for (;;) {
      this.#turn();
      const pause = this.#pausedUntil - this.#now();
      if (pause > 0) await this.#sleep(pause);
      else if (this.#fits(weight)) break;
      else await this.#nextMinuteOrLimit();
    }
    this.#pending += weight;
  }

  #nextMinuteOrLimit(): Promise<void> {
    const told = new Promise<void>((resolve) => {
      this.#tell = resolve;
    });
    return Promise.race([this.#sleep(MINUTE - (this.#serverNow % MINUTE) + CLOCK_MARGIN_MS), told]);
  }

  #fits(weight: number, queued = 0): boolean {
    const taken = this.#used + this.#pending + queued;
    return taken === 0 || taken + weight <= this.#limit * SHARE;
  }

  get #serverNow(): number {
    return this.#now() + this.#offset;
  }

  #turn(): void {
    const minute = Math.floor((this.#serverNow - CLOCK_MARGIN_MS) / MINUTE);
    if (minute === this.#minute) return;
    this.#minute = minute;
    this.#used = 0;
  }
}

/** The weight a minute that an answer of `exchangeInfo` states; `undefined` where it does not. */
export function weightLimitIn(exchangeInfo: unknown): number | undefined {
  const { rateLimits } = (exchangeInfo ?? {}) as { rateLimits?: unknown };
  if (!Array.isArray(rateLimits)) return undefined;
  const minute = rateLimits.find(
    (rule) =>
      rule?.rateLimitType === 'REQUEST_WEIGHT' && rule.interval === 'MINUTE' && rule.intervalNum === 1,
  );
  return Number.isSafeInteger(minute?.limit) && minute.limit > 0 ? minute.limit : undefined;
}
