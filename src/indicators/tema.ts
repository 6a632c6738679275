import { Base, type BatchInput, type Indicator } from './contract.ts';
import { Ema } from './ema.ts';
import { checkColumn, checkPeriod, isNumber, toColumn } from './parts/input.ts';

export class Tema extends Base implements Indicator {
  readonly name = 'tema';
  readonly inputs = ['close'] as const;
  readonly outputs = ['tema'] as const;
  readonly warmUp: number;
  protected readonly parameters: readonly [number];
  private readonly period: number;
  private readonly once: Ema;
  private readonly twice: Ema;
  private readonly thrice: Ema;

  constructor(period: number) {
    super();
    this.period = checkPeriod('tema', period);
    this.parameters = [period];
    this.warmUp = 3 * (period - 1);
    this.once = new Ema(period);
    this.twice = new Ema(period);
    this.thrice = new Ema(period);
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
    const { length } = values;
    const out = new Float64Array(length);
    const start = Math.min(length, Math.max(0, this.warmUp + 1 - this.count));
    checkColumn(this.id, 'close', values.subarray(0, start), this.count);
    for (let i = 0; i < start; i++) out[i] = this.step(values[i]!, true);
    const { factor } = this.once;
    let once = this.once.average;
    let twice = this.twice.average;
    let thrice = this.thrice.average;
    for (let i = start; i < length; i++) {
      once = (values[i]! - once) * factor + once;
      twice = (once - twice) * factor + twice;
      thrice = (twice - thrice) * factor + thrice;
      out[i] = 3 * once - 3 * twice + thrice;
    }
    if (!Number.isFinite(thrice)) this.undo(before, { close: values });
    this.once.skip(once, length - start);
    this.twice.skip(twice, length - start);
    this.thrice.skip(thrice, length - start);
    this.count += length - start;
    return out;
  }

  private step(value: number, commit: boolean): number {
    const { count, period } = this;
    if (commit) this.count = count + 1;
    const once = commit ? this.once.update(value) : this.once.peek(value);
    if (count < period - 1) return Number.NaN;
    const twice = commit ? this.twice.update(once) : this.twice.peek(once);
    if (count < 2 * (period - 1)) return Number.NaN;
    const thrice = commit ? this.thrice.update(twice) : this.thrice.peek(twice);
    return 3 * once - 3 * twice + thrice;
  }

  protected fresh(): this {
    return new Tema(this.period) as this;
  }
}

/**
 * Triple exponential moving average: 3·EMA − 3·EMA of EMA + EMA of that. TA-Lib's TEMA.
 * First result at `3·(period − 1)`.
 * @param period bars, 1 or more; default 20
 * @throws CandlebookError INPUT_INVALID
 */
export function tema(period = 20): Indicator {
  return new Tema(period);
}
