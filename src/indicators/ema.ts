import { Base, type BatchInput, type Indicator } from './contract.ts';
import { checkColumn, checkPeriod } from './parts/input.ts';

export class Ema extends Base implements Indicator {
  readonly name = 'ema';
  readonly inputs = ['close'] as const;
  readonly outputs = ['ema'] as const;
  readonly warmUp: number;
  protected readonly parameters: readonly [number];
  private readonly period: number;
  private readonly factor: number;
  /** The sum of the first `period` values until there are as many, then the average. */
  private average = 0;

  constructor(period: number) {
    super();
    this.period = checkPeriod('ema', period);
    this.parameters = [period];
    this.warmUp = period - 1;
    this.factor = 2 / (period + 1);
  }

  update(value: number): number {
    if (value - value !== 0) this.refuse(value);
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
    if (value - value !== 0) this.refuse(value);
    const { count, average } = this;
    if (count >= this.period) return (value - average) * this.factor + average;
    return count < this.warmUp ? Number.NaN : (average + value) / this.period;
  }

  batch(column: BatchInput<number>): Float64Array {
    const values = checkColumn(this.id, 'close', column, this.count);
    const { length } = values;
    const out = new Float64Array(length);
    let i = 0;
    for (; i < length && this.count < this.period; i++) out[i] = this.update(values[i]!);
    this.count += length - i;
    const { factor } = this;
    let { average } = this;
    for (; i < length; i++) {
      average = (values[i]! - average) * factor + average;
      out[i] = average;
    }
    this.average = average;
    return out;
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
