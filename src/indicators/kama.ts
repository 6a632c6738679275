import { Base, type BatchInput, type Indicator } from './contract.ts';
import { checkColumn, checkPeriod, isNumber } from './parts/input.ts';

export class Kama extends Base implements Indicator {
  readonly name = 'kama';
  readonly inputs = ['close'] as const;
  readonly outputs = ['kama'] as const;
  readonly warmUp: number;
  protected readonly parameters: readonly [number];
  private readonly period: number;
  /** The last `period + 1` values. */
  private readonly ring: Float64Array;
  private at = 0;
  /** The way that the price went within the window: the sum of its moves without their signs. */
  private way = 0;
  private average = 0;

  constructor(period: number) {
    super();
    this.period = checkPeriod('kama', period);
    this.parameters = [period];
    this.warmUp = period;
    this.ring = new Float64Array(period + 1);
  }

  update(value: number): number {
    if (!isNumber(value)) this.refuse(value);
    return this.step(value, true);
  }

  peek(value: number): number {
    if (!isNumber(value)) this.refuse(value);
    return this.step(value, false);
  }

  batch(column: BatchInput<number>): Float64Array {
    const values = checkColumn(this.id, 'close', column, this.count);
    const out = new Float64Array(values.length);
    for (let i = 0; i < values.length; i++) out[i] = this.step(values[i]!, true);
    return out;
  }

  private step(value: number, commit: boolean): number {
    const { ring, at, period, count } = this;
    const next = at === period ? 0 : at + 1;
    const last = ring[at === 0 ? period : at - 1]!;
    let { way, average } = this;
    if (count > period) way -= Math.abs(ring[at]! - ring[next]!);
    if (count > 0) way += Math.abs(value - last);
    if (count >= period) {
      if (count === period) average = last;
      const moved = value - ring[next]!;
      const efficiency = way <= moved || way === 0 ? 1 : Math.abs(moved / way);
      const factor = efficiency * (FASTEST - SLOWEST) + SLOWEST;
      average = (value - average) * (factor * factor) + average;
    }
    if (commit) {
      this.count = count + 1;
      ring[at] = value;
      this.at = next;
      this.way = way;
      this.average = average;
    }
    return count < period ? Number.NaN : average;
  }

  protected fresh(): this {
    return new Kama(this.period) as this;
  }
}

/** Factors of exponential averages over 2 and 30 bars. */
const FASTEST = 2 / (2 + 1);
const SLOWEST = 2 / (30 + 1);

/**
 * Kaufman's adaptive moving average: follows fast where the price goes one way, and slowly where it goes to and
 * fro. TA-Lib's KAMA with its constants 2 and 30. First result at `period`.
 * @param period bars, 1 or more; default 10
 * @throws CandlebookError INPUT_INVALID
 */
export function kama(period = 10): Indicator {
  return new Kama(period);
}
