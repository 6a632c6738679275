import { Refusal } from './errors.ts';

export interface WeightRules {
  /** Weight that a caller has a minute. */
  readonly weightLimit: number;
  /** Requests over the limit within a minute that are answered by 429 before the caller is banned. */
  readonly banAfter: number;
  /** Length of a first ban, ms; each further one is twice as long, up to three days. */
  readonly banMs: number;
}

interface Caller {
  used: number;
  /** Requests over the limit in this minute. */
  excess: number;
  bans: number;
  bannedUntil: number;
}

const MINUTE = 60_000;
const LONGEST_BAN_MS = 3 * 86_400_000;
const ADVICE = 'Please use WebSocket Streams for live updates to avoid';

/** A refusal that says when to come back. */
export class LimitRefusal extends Refusal {
  readonly retryAfterSeconds: number;

  constructor(status: 418 | 429, message: string, waitMs: number) {
    super(-1003, message, status);
    this.retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
  }
}

export function tooMuchWeight(limit: number, waitMs: number): LimitRefusal {
  const rule = `current limit is ${limit} request weight per 1 MINUTE`;
  return new LimitRefusal(429, `Too much request weight used; ${rule}. ${ADVICE} polling the API.`, waitMs);
}

function banned(until: number): LimitRefusal {
  const message = `Way too much request weight used; IP banned until ${until}. ${ADVICE} bans.`;
  return new LimitRefusal(418, message, until - Date.now());
}

/** Request weight of each caller, by the minutes of this machine's clock, whatever the market's speed. */
export class Weights {
  readonly #rules: WeightRules;
  readonly #callers = new Map<string, Caller>();
  #minute = 0;

  constructor(rules: WeightRules) {
    this.#rules = rules;
  }

  /** Adds a request and tells how much its caller has used by now. @throws LimitRefusal */
  use(address: string, weight: number): number {
    const now = Date.now();
    const caller = this.#caller(address, now);
    if (now < caller.bannedUntil) throw banned(caller.bannedUntil);
    caller.used += weight;
    if (caller.used <= this.#rules.weightLimit) return caller.used;
    caller.excess++;
    if (caller.excess > this.#rules.banAfter)
      throw this.ban(address, Math.min(this.#rules.banMs * 2 ** caller.bans, LONGEST_BAN_MS));
    throw tooMuchWeight(this.#rules.weightLimit, MINUTE - (now % MINUTE));
  }

  used(address: string): number {
    return this.#caller(address, Date.now()).used;
  }

  /** Bans a caller, and gives the refusal that says so. */
  ban(address: string, ms: number): LimitRefusal {
    const now = Date.now();
    const caller = this.#caller(address, now);
    caller.bans++;
    caller.bannedUntil = Math.round(now + ms);
    return banned(caller.bannedUntil);
  }

  #caller(address: string, now: number): Caller {
    const minute = Math.floor(now / MINUTE);
    if (minute !== this.#minute) {
      this.#minute = minute;
      for (const caller of this.#callers.values()) {
        caller.used = 0;
        caller.excess = 0;
      }
    }
    let caller = this.#callers.get(address);
    if (!caller) {
      caller = { used: 0, excess: 0, bans: 0, bannedUntil: 0 };
      this.#callers.set(address, caller);
    }
    return caller;
  }
}
