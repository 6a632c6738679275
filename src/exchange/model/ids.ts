import { MINUTES_A_DAY } from './path.ts';
import { type DayPlan, dayCounts, type PlanInputs } from './plan.ts';

/** The ids that the next trade and the next aggregate get. */
export interface Ids {
  readonly trade: number;
  readonly aggregate: number;
}

/** Which ids belong to which day and minute: both run on without a hole from the day of listing. */
export class IdIndex {
  readonly #inputs: PlanInputs;
  readonly #firstDay: number;
  readonly #plan: (day: number) => DayPlan;
  /** At the beginning of each day since listing. */
  readonly #days: Ids[];

  constructor(inputs: PlanInputs, firstDay: number, firstId: number, plan: (day: number) => DayPlan) {
    this.#inputs = inputs;
    this.#firstDay = firstDay;
    this.#plan = plan;
    this.#days = [{ trade: firstId, aggregate: Math.floor(firstId * 0.6) }];
  }

  get first(): Ids {
    return this.#days[0]!;
  }

  /** Ids at the beginning of a day. */
  ofDay(day: number): Ids {
    for (let i = this.#days.length - 1; i < day - this.#firstDay; i++) this.#addDay();
    return this.#days[day - this.#firstDay]!;
  }

  /** The minute, counted from 1970, that holds a trade or an aggregate. */
  minuteOf(id: number, kind: keyof Ids): number {
    while (this.#days.at(-1)![kind] <= id) this.#addDay();
    const day = lastAtMost(this.#days.length, (i) => this.#days[i]![kind], id);
    const plan = this.#plan(this.#firstDay + day);
    const before = kind === 'trade' ? plan.trades : plan.orders;
    const minute = lastAtMost(MINUTES_A_DAY, (i) => before[i]!, id - this.#days[day]![kind]);
    return (this.#firstDay + day) * MINUTES_A_DAY + minute;
  }

  #addDay(): void {
    const { pair, market, seed } = this.#inputs;
    const { orders, extra } = dayCounts(pair, market, seed, this.#firstDay + this.#days.length - 1);
    const { trade, aggregate } = this.#days.at(-1)!;
    this.#days.push({ trade: trade + orders + extra, aggregate: aggregate + orders });
  }
}

/** The last index, of `count` rising values, whose value is at most `limit`. */
function lastAtMost(count: number, value: (index: number) => number, limit: number): number {
  let low = 0;
  let high = count;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (value(middle) <= limit) low = middle;
    else high = middle;
  }
  return low;
}
