import { Base, type BatchInput, type Indicator } from './contract.ts';
import { checkColumn, checkPeriod, isNumber, toColumn } from './parts/input.ts';

export class Sma extends Base implements Indicator {
  readonly name = 'sma';
  readonly inputs = ['close'] as const;
  readonly outputs = ['sma'] as const;
  readonly warmUp: number;
  protected readonly parameters: readonly [number];
  private readonly period: number;
  /** The last `period` values; zeros before them, so that dropping the oldest needs no special case. */
  private readonly ring: Float64Array;
  private at = 0;
  /** Of the last `period − 1` values. */
  private sum = 0;

  constructor(period: number) {
    super();
    this.period = checkPeriod('sma', period);
    this.parameters = [period];
    this.warmUp = period - 1;
    this.ring = new Float64Array(period);
  }

  update(value: number): number {
    if (!isNumber(value)) this.refuse(value);
    const { ring, period } = this;
    const next = this.at + 1 === period ? 0 : this.at + 1;
    ring[this.at] = value;
    const sum = this.sum + value;
    this.sum = sum - ring[next]!;
    this.at = next;
    return this.count++ < this.warmUp ? Number.NaN : sum / period;
  }

  peek(value: number): number {
    if (!isNumber(value)) this.refuse(value);
    return this.count < this.warmUp ? Number.NaN : (this.sum + value) / this.period;
  }

  batch(column: BatchInput<number>): Float64Array {
    const values = toColumn(this.id, 'close', column);
    const before = this.copy();
    const { length } = values;
    const out = new Float64Array(length);
    const { period, ring } = this;
    // Until the window lies within the column.
    const start = Math.min(length, period);
    checkColumn(this.id, 'close', values.subarray(0, start), this.count);
    for (let i = 0; i < start; i++) out[i] = this.update(values[i]!);
    let { sum } = this;
    for (let i = start, oldest = start - period + 1; i < length; i++, oldest++) {
      sum += values[i]!;
      out[i] = sum / period;
      sum -= values[oldest]!;
    }
    if (!Number.isFinite(sum)) this.undo(before, { close: values });
    if (length > period) {
      this.sum = sum;
      this.count += length - period;
      this.at = 0;
      ring.set(values.subarray(length - period));
    }
    return out;
  }

  protected fresh(): this {
    return new Sma(this.period) as this;
  }
}

/**
 * Simple moving average: the mean of the last `period` values. TA-Lib's SMA, by its running sum: add the
 * newest, divide, drop the oldest. First result at `period − 1`.
 * @param period bars, 1 or more; default 20
 * @throws CandlebookError INPUT_INVALID
 */
export function sma(period = 20): Indicator {
  return new Sma(period);
}
