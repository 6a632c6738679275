import { Base, type BatchInput, type Indicator } from './contract.ts';
import { checkColumn, checkFactor, checkPeriod, isNumber } from './parts/input.ts';
import { MovingSpread } from './parts/spread.ts';

export class Bandwidth extends Base implements Indicator {
  readonly name = 'bandwidth';
  readonly inputs = ['close'] as const;
  readonly outputs = ['bandwidth'] as const;
  readonly warmUp: number;
  protected readonly parameters: readonly [number, number];
  private readonly period: number;
  private readonly deviations: number;
  private readonly window: MovingSpread;

  constructor(period: number, deviations: number) {
    super();
    this.period = checkPeriod('bandwidth', period);
    this.deviations = checkFactor('bandwidth', deviations, 'deviations');
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
    return window.mean === 0 ? 0 : width / window.mean;
  }

  protected fresh(): this {
    return new Bandwidth(this.period, this.deviations) as this;
  }
}

/**
 * Bandwidth: the distance of the Bollinger bands as a part of the middle one (0.04 is 4 %); 0 where that is 0.
 * Bollinger's own definition; TA-Lib has none. First result at `period − 1`.
 * @param period bars, 1 or more; default 20
 * @param deviations half the distance of the bands, in population standard deviations; default 2
 * @throws CandlebookError INPUT_INVALID
 */
export function bandwidth(period = 20, deviations = 2): Indicator {
  return new Bandwidth(period, deviations);
}
