import { type Bar, BarSum, emptyBar } from '../tape/bar.ts';
import type { Instrument } from '../tape/instrument.ts';
import { type AggregateTrade, aggregate, type Tape, type TapeTrade } from '../tape/tape.ts';
import { type Cache, cache } from './cache.ts';
import { IdIndex, type Ids } from './ids.ts';
import { type MinuteSpec, minuteBar, minuteTrades } from './minute.ts';
import { MINUTES_A_DAY } from './path.ts';
import { type DayPlan, type PlanInputs, planDay } from './plan.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * The tape of a simulated pair. Nothing is stored: a trade is computed from the seed, its pair and its
 * minute whenever somebody asks, and comes out the same each time.
 */
export class SimulatedTape implements Tape {
  readonly instrument: Instrument;
  readonly firstTime: number;
  readonly #inputs: PlanInputs;
  readonly #firstDay: number;
  readonly #now: () => number;
  readonly #ids: IdIndex;
  readonly #plan: Cache<number, DayPlan>;
  readonly #trades: Cache<number, TapeTrade[]>;
  readonly #minuteBars: Cache<number, Bar[]>;
  readonly #hourBars: Cache<number, Bar>;
  readonly #dayBars = new Map<number, Bar>();

  constructor(inputs: PlanInputs, firstDay: number, firstId: number, now: () => number) {
    this.instrument = inputs.pair.instrument;
    this.firstTime = firstDay * DAY;
    this.#inputs = inputs;
    this.#firstDay = firstDay;
    this.#now = now;
    this.#ids = new IdIndex(inputs, firstDay, firstId, (day) => this.#plan(day));
    // Today and yesterday, and what a rolling 24 h window is made of: about 100 kB for a pair in use.
    this.#plan = cache(2, (day) => planDay(inputs, day));
    this.#trades = cache(6, (minute) => minuteTrades(this.#spec(minute)));
    this.#minuteBars = cache(2, (hour) => this.#computeHour(hour));
    // A page of hourly klines.
    this.#hourBars = cache(1000, (hour) => this.#sum(this.#minuteBars(hour)));
  }

  get firstId(): number {
    return this.#ids.first.trade;
  }

  get firstAggregateId(): number {
    return this.#ids.first.aggregate;
  }

  get nextId(): number {
    return this.idAt(this.#now());
  }

  get nextAggregateId(): number {
    return this.aggregateIdAt(this.#now());
  }

  idAt(time: number): number {
    return this.#idsAt(time).trade;
  }

  aggregateIdAt(time: number): number {
    return this.#idsAt(time).aggregate;
  }

  trades(from: number, to: number): TapeTrade[] {
    const first = Math.max(from, this.firstId);
    const end = Math.min(to, this.nextId);
    if (first >= end) return [];
    return this.#collect(this.#ids.minuteOf(first, 'trade'), (trade) =>
      trade.id < first ? 'skip' : trade.id < end ? 'take' : 'end',
    );
  }

  aggregates(from: number, to: number): AggregateTrade[] {
    const first = Math.max(from, this.firstAggregateId);
    const end = Math.min(to, this.nextAggregateId);
    if (first >= end) return [];
    return aggregate(
      this.#collect(this.#ids.minuteOf(first, 'aggregate'), ({ aggregateId }) =>
        aggregateId < first ? 'skip' : aggregateId < end ? 'take' : 'end',
      ),
    );
  }

  /** Published trades with `from <= time < to`. */
  tradesBetween(from: number, to: number): TapeTrade[] {
    const result: TapeTrade[] = [];
    for (let minute = Math.floor(from / MINUTE); minute * MINUTE < to; minute++) {
      const trades = this.#trades(minute);
      for (let i = lowerBound(trades, from); i < trades.length && trades[i]!.time < to; i++)
        result.push(trades[i]!);
    }
    return result;
  }

  /** The last trade before a moment; undefined before the first one. */
  lastBefore(time: number): TapeTrade | undefined {
    const minute = Math.floor(time / MINUTE);
    const trades = this.#trades(minute);
    const at = lowerBound(trades, time);
    if (at > 0) return trades[at - 1];
    const id = this.idAt(minute * MINUTE) - 1;
    if (id < this.firstId) return undefined;
    return this.#trades(this.#ids.minuteOf(id, 'trade')).at(-1);
  }

  bar(from: number, to: number): Bar {
    const end = Math.min(to, this.#now());
    const sum = new BarSum();
    let time = Math.max(from, this.firstTime);
    while (time < end) {
      const length = stepFrom(time, end);
      if (length === DAY) sum.add(this.#dayBar(time / DAY));
      else if (length === HOUR) sum.add(this.#hourBars(time / HOUR));
      else if (length === MINUTE) sum.add(this.#minuteBars(Math.floor(time / HOUR))[(time % HOUR) / MINUTE]!);
      else
        for (const { id, price, quantity, buyerIsMaker } of this.tradesBetween(time, time + length))
          sum.trade(id, price, quantity, buyerIsMaker);
      time += length;
    }
    return sum.result() ?? emptyBar(this.#priceBefore(from));
  }

  complete(time: number): boolean {
    return time <= this.#now();
  }

  /** Without any trade yet, the price at which the first minute opens. */
  #priceBefore(time: number): number {
    return (
      this.lastBefore(Math.max(time, this.firstTime))?.price ?? Math.floor(this.#plan(this.#firstDay).mid[0]!)
    );
  }

  #dayBar(day: number): Bar {
    const known = this.#dayBars.get(day);
    if (known) return known;
    const bars = Array.from({ length: 24 }, (_, hour) => this.#sum(this.#computeHour(day * 24 + hour)));
    const bar = this.#sum(bars);
    this.#dayBars.set(day, bar);
    return bar;
  }

  #computeHour(hour: number): Bar[] {
    return Array.from({ length: 60 }, (_, minute) => minuteBar(this.#spec(hour * 60 + minute)));
  }

  #sum(bars: readonly Bar[]): Bar {
    const sum = new BarSum();
    for (const bar of bars) sum.add(bar);
    return sum.result() ?? emptyBar(0);
  }

  #spec(minute: number): MinuteSpec {
    const day = Math.floor(minute / MINUTES_A_DAY);
    const at = minute - day * MINUTES_A_DAY;
    const plan = this.#plan(day);
    const ids = this.#ids.ofDay(day);
    return {
      pair: this.#inputs.pair,
      seed: this.#inputs.seed,
      openTime: minute * MINUTE,
      mid: plan.mid[at]!,
      nextMid: plan.mid[at + 1]!,
      deviation: plan.deviation[at]!,
      orderSize: plan.orderSize[at]!,
      orders: plan.orders[at + 1]! - plan.orders[at]!,
      trades: plan.trades[at + 1]! - plan.trades[at]!,
      firstId: ids.trade + plan.trades[at]!,
      firstAggregateId: ids.aggregate + plan.orders[at]!,
    };
  }

  #idsAt(time: number): Ids {
    if (time <= this.firstTime) return this.#ids.first;
    const until = Math.min(time, this.#now());
    const minute = Math.floor(until / MINUTE);
    const { firstId, firstAggregateId } = this.#spec(minute);
    if (until % MINUTE === 0) return { trade: firstId, aggregate: firstAggregateId };
    const trades = this.#trades(minute);
    const next = trades[lowerBound(trades, until)];
    if (next) return { trade: next.id, aggregate: next.aggregateId };
    const following = this.#spec(minute + 1);
    return { trade: following.firstId, aggregate: following.firstAggregateId };
  }

  #collect(fromMinute: number, judge: (trade: TapeTrade) => 'skip' | 'take' | 'end'): TapeTrade[] {
    const result: TapeTrade[] = [];
    for (let minute = fromMinute; minute * MINUTE < this.#now(); minute++) {
      for (const trade of this.#trades(minute)) {
        const verdict = judge(trade);
        if (verdict === 'end') return result;
        if (verdict === 'take') result.push(trade);
      }
    }
    return result;
  }
}

/** The longest of day, hour and minute that begins at `time` and is over by `end`; else what is left of a minute. */
function stepFrom(time: number, end: number): number {
  for (const length of [DAY, HOUR, MINUTE]) if (time % length === 0 && time + length <= end) return length;
  return Math.min((Math.floor(time / MINUTE) + 1) * MINUTE, end) - time;
}

/** Index of the first trade at or after a time. */
function lowerBound(trades: readonly TapeTrade[], time: number): number {
  let low = 0;
  let high = trades.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (trades[middle]!.time < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
