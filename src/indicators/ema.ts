import { Base, type BatchInput, type Indicator } from './contract.ts';
import { checkColumn, checkPeriod, isNumber, toColumn } from './parts/input.ts';

export class Ema extends Base implements Indicator {
  readonly name = 'ema';
  readonly inputs = ['close'] as const;
  readonly outputs = ['ema'] as const;
  readonly warmUp: number;
  protected readonly parameters: readonly [number];
  private readonly period: number;
  readonly factor: number;
  /** The sum of the first `period` values until there are as many, then the average. */
  average = 0;

  constructor(period: number) {
    super();
    this.period = checkPeriod('ema', period);
    this.parameters = [period];
    this.warmUp = period - 1;
    this.factor = 2 / (period + 1);
  }

  update(value: number): number {
    if (!isNumber(value)) this.refuse(value);
    const { count, average } = this;
    this.count = count + 1;
    if (count >= this.period) {
      const moved = (value - average) * this.factor + average;
      this.average = moved;
      return moved;
    }
    const sum = average + value;
    if (count < this.warmUp) {
      this.average = sum;
      return Number.NaN;
    }
    const seed = sum / this.period;
    this.average = seed;
    return seed;
  }

  peek(value: number): number {
    if (!isNumber(value)) this.refuse(value);
    const { count, average } = this;
    if (count >= this.period) return (value - average) * this.factor + average;
    return count < this.warmUp ? Number.NaN : (average + value) / this.period;
  }

  batch(column: BatchInput<number>): Float64Array {
    const values = toColumn(this.id, 'close', column);
    const before = this.copy();
    const { length } = values;
    const out = new Float64Array(length);
    const start = Math.min(length, Math.max(0, this.period - this.count));
    checkColumn(this.id, 'close', values.subarray(0, start), this.count);
    for (let i = 0; i < start; i++) out[i] = this.update(values[i]!);
    const { factor } = this;
    let { average } = this;
    for (let i = start; i < length; i++) {
      average = (values[i]! - average) * factor + average;
      out[i] = average;
    }
    if (!Number.isFinite(average)) this.undo(before, { close: values });
    this.average = average;
    this.count += length - start;
    return out;
  }

  /** Takes the average that a loop elsewhere has come to after so many more values. */
  skip(average: number, count: number): void {
    this.average = average;
    this.count += count;
  }

  protected fresh(): this {
    return new Ema(this.period) as this;
  }
}

/**
 * Exponential moving average with the factor 2/(period+1), begun with the simple average of the first `period`
 * values as TA-Lib's EMA. First result at `period − 1`.
 * @param period bars, 1 or more; default 20
 * @throws CandlebookError INPUT_INVALID
 */
export function ema(period = 20): Indicator {
  return new Ema(period);
}
