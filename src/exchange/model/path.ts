import { type Cache, cache } from './cache.ts';
import { hash, MOVE, NORMAL, sequence, TABLE_MASK } from './random.ts';

export const MINUTES_A_DAY = 1440;

/** Activity by UTC hour: Asia's morning, Europe's, and a peak while New York and London overlap. */
const HOURS = [
  0.9, 0.88, 0.85, 0.82, 0.78, 0.76, 0.78, 0.86, 0.95, 0.98, 0.95, 0.97, 1.1, 1.35, 1.5, 1.42, 1.28, 1.15,
  1.08, 1.05, 1.02, 1.0, 0.96, 0.93,
];

/** The same, for each minute. */
export const PROFILE = Float64Array.from({ length: MINUTES_A_DAY }, (_, minute) => {
  const hour = Math.floor(minute / 60);
  const part = (minute % 60) / 60;
  return HOURS[hour]! * (1 - part) + HOURS[(hour + 1) % 24]! * part;
});

export interface PathDay {
  /** Log deviation at each minute's beginning and at the day's end: 1,441 values. */
  readonly levels: Float64Array;
  /** Variance of each minute's move: 1,440 values. */
  readonly variance: Float64Array;
}

/**
 * A wandering log price: days revert slowly to zero, so that prices stay believable for ever; a day's
 * volatility resembles the day before's; hours bridge their day's ends, and minutes their hour's.
 */
export class LogPath {
  readonly #seed: number;
  readonly #volatility: number;
  readonly #firstDay: number;
  readonly #levels = [0];
  readonly #moods = [0];
  readonly #days: Cache<number, PathDay>;

  /** `keep` days stay in memory: worth it for a path that many pairs follow. */
  constructor(seed: number, dailyVolatility: number, firstDay: number, keep = 1) {
    this.#seed = seed;
    this.#volatility = dailyVolatility;
    this.#firstDay = firstDay;
    this.#days = cache(keep, (day) => this.#compute(day));
  }

  /** Log of the day's volatility relative to the usual. */
  mood(day: number): number {
    this.#extend(day);
    return this.#moods[day - this.#firstDay]!;
  }

  day(day: number): PathDay {
    return this.#days(day);
  }

  #extend(day: number): void {
    for (let i = this.#levels.length - 1; i <= day - this.#firstDay; i++) {
      const draw = hash(this.#seed, i);
      this.#moods[i + 1] = 0.85 * this.#moods[i]! + 0.2 * NORMAL[draw & TABLE_MASK]!;
      const move = MOVE[(draw >>> 12) & TABLE_MASK]! * this.#volatility * Math.exp(this.#moods[i]!);
      this.#levels[i + 1] = this.#levels[i]! * (1 - 1 / 100) + move;
    }
  }

  #compute(day: number): PathDay {
    this.#extend(day);
    const at = day - this.#firstDay;
    const dayVariance = (this.#volatility * Math.exp(this.#moods[at]!)) ** 2;
    const next = sequence(hash(this.#seed ^ 0x5bd1e995, day));
    const variance = new Float64Array(MINUTES_A_DAY);
    let cluster = 0;
    let total = 0;
    for (let i = 0; i < MINUTES_A_DAY; i++) {
      const draw = next();
      cluster = 0.96 * cluster + 0.16 * NORMAL[draw & TABLE_MASK]!;
      variance[i] = PROFILE[i]! * Math.exp(cluster);
      total += variance[i]!;
    }
    for (let i = 0; i < MINUTES_A_DAY; i++) variance[i] = (variance[i]! / total) * dayVariance;
    const levels = new Float64Array(MINUTES_A_DAY + 1);
    for (let i = 0; i < MINUTES_A_DAY; i++)
      levels[i + 1] = levels[i]! + Math.sqrt(variance[i]!) * MOVE[next() & TABLE_MASK]!;
    // The walk is tilted so that it ends where the next day begins.
    const from = this.#levels[at]!;
    const tilt = this.#levels[at + 1]! - from - levels[MINUTES_A_DAY]!;
    let passed = 0;
    for (let i = 0; i <= MINUTES_A_DAY; i++) {
      levels[i] = from + levels[i]! + tilt * (passed / dayVariance);
      passed += variance[i] ?? 0;
    }
    levels[MINUTES_A_DAY] = this.#levels[at + 1]!;
    return { levels, variance };
  }
}
