import { Base, type BatchInput, type Indicator } from './contract.ts';
import { checkColumn, checkFactor, checkPeriod, isNumber } from './parts/input.ts';
import { MovingSpread } from './parts/spread.ts';

export class PercentB extends Base implements Indicator {
  readonly name = 'percentB';
  readonly inputs = ['close'] as const;
  readonly outputs = ['percentB'] as const;
  readonly warmUp: number;
  protected readonly parameters: readonly [number, number];
  private readonly period: number;
  private readonly deviations: number;
  private readonly window: MovingSpread;

  constructor(period: number, deviations: number) {
    super();
    this.period = checkPeriod('percentB', period);
    this.deviations = checkFactor('percentB', deviations, 'deviations');
    this.parameters = [period, deviations];
    this.warmUp = period - 1;
    this.window = new MovingSpread(period);
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
    const { window, period, count } = this;
    window.step(value, commit);
    if (commit) this.count = count + 1;
    if (count < this.warmUp) return Number.NaN;
    const width = 2 * this.deviations * Math.sqrt(window.spread / period);
    return width === 0 ? 0.5 : (value - window.mean) / width + 0.5;
  }

  protected fresh(): this {
    return new PercentB(this.period, this.deviations) as this;
  }
}

/**
 * %B: where the value lies between the Bollinger bands, 0 at the lower, 1 at the upper; 0.5 where they touch.
 * Bollinger's own definition; TA-Lib has none. First result at `period − 1`.
 * @param period bars, 1 or more; default 20
 * @param deviations half the distance of the bands, in population standard deviations; default 2
 * @throws CandlebookError INPUT_INVALID
 */
export function percentB(period = 20, deviations = 2): Indicator {
  return new PercentB(period, deviations);
}
