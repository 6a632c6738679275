import { Base, type BatchInput, type Indicator } from './contract.ts';
import { checkColumn, checkPeriod, isNumber, toColumn } from './parts/input.ts';

export class Wma extends Base implements Indicator {
  readonly name = 'wma';
  readonly inputs = ['close'] as const;
  readonly outputs = ['wma'] as const;
  readonly warmUp: number;
  protected readonly parameters: readonly [number];
  private readonly period: number;
  private readonly divisor: number;
  private readonly ring: Float64Array;
  private at = 0;
  /** Plain and weighted sum of the last `period − 1` values, the newest with the highest weight. */
  private sum = 0;
  private weighted = 0;

  constructor(period: number) {
    super();
    this.period = checkPeriod('wma', period);
    this.parameters = [period];
    this.warmUp = period - 1;
    this.divisor = (period * (period + 1)) / 2;
    this.ring = new Float64Array(period);
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
    const values = toColumn(this.id, 'close', column);
    const before = this.copy();
    const { period, divisor } = this;
    const { length } = values;
    const out = new Float64Array(length);
    // Until the window lies within the column.
    const start = Math.min(length, period);
    checkColumn(this.id, 'close', values.subarray(0, start), this.count);
    for (let i = 0; i < start; i++) out[i] = this.step(values[i]!, true);
    if (length === start) return out;
    let { sum, weighted } = this;
    for (let i = start, oldest = 1; i < length; i++, oldest++) {
      const value = values[i]!;
      sum += value;
      weighted += value * period;
      out[i] = weighted / divisor;
      weighted -= sum;
      sum -= values[oldest]!;
    }
    if (!Number.isFinite(sum + weighted)) this.undo(before, { close: values });
    this.sum = sum;
    this.weighted = weighted;
    this.ring.set(values.subarray(length - period));
    this.at = 0;
    this.count += length - start;
    return out;
  }

  private step(value: number, commit: boolean): number {
    const { ring, at, period, count } = this;
    const next = at + 1 === period ? 0 : at + 1;
    const isWarm = count >= this.warmUp;
    const sum = this.sum + value;
    const weighted = this.weighted + value * (isWarm ? period : count + 1);
    if (commit) {
      this.count = count + 1;
      ring[at] = value;
      this.at = next;
      this.weighted = isWarm ? weighted - sum : weighted;
      this.sum = isWarm ? sum - ring[next]! : sum;
    }
    return isWarm ? weighted / this.divisor : Number.NaN;
  }

  protected fresh(): this {
    return new Wma(this.period) as this;
  }
}

/**
 * Weighted moving average: the newest of `period` values counts `period` times, the oldest once. TA-Lib's WMA.
 * First result at `period − 1`.
 * @param period bars, 1 or more; default 20
 * @throws CandlebookError INPUT_INVALID
 */
export function wma(period = 20): Indicator {
  return new Wma(period);
}
