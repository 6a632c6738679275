import { Base, type BatchInput, type Indicator } from './contract.ts';
import { checkColumn, checkPeriod, isNumber, toColumn } from './parts/input.ts';

export class Momentum extends Base implements Indicator {
  readonly name = 'momentum';
  readonly inputs = ['close'] as const;
  readonly outputs = ['momentum'] as const;
  readonly warmUp: number;
  protected readonly parameters: readonly [number];
  private readonly period: number;
  private readonly ring: Float64Array;
  private at = 0;

  constructor(period: number) {
    super();
    this.period = checkPeriod('momentum', period);
    this.parameters = [period];
    this.warmUp = period;
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
    const { period } = this;
    const { length } = values;
    const out = new Float64Array(length);
    // Until the value before lies within the column.
    const start = Math.min(length, period);
    checkColumn(this.id, 'close', values.subarray(0, start), this.count);
    for (let i = 0; i < start; i++) out[i] = this.step(values[i]!, true);
    if (length === start) return out;
    let odd = 0;
    for (let i = start, first = 0; i < length; i++, first++) {
      const value = values[i]!;
      out[i] = value - values[first]!;
      odd += value - value;
    }
    if (odd !== 0) this.undo(before, { close: values });
    this.ring.set(values.subarray(length - period));
    this.at = 0;
    this.count += length - start;
    return out;
  }

  private step(value: number, commit: boolean): number {
    const { ring, at, period, count } = this;
    const before = ring[at]!;
    if (commit) {
      this.count = count + 1;
      ring[at] = value;
      this.at = at + 1 === period ? 0 : at + 1;
    }
    return count < period ? Number.NaN : value - before;
  }

  protected fresh(): this {
    return new Momentum(this.period) as this;
  }
}

/**
 * Momentum: the change against the value `period` bars ago, in units of the price. TA-Lib's MOM. First result
 * at `period`.
 * @param period bars, 1 or more; default 10
 * @throws CandlebookError INPUT_INVALID
 */
export function momentum(period = 10): Indicator {
  return new Momentum(period);
}
