import type { Candle } from '../market/index.ts';
import { Base, type BatchInput, type Indicator } from './contract.ts';
import { isNumber, toColumns } from './parts/input.ts';

type Bar = Pick<Candle, 'close' | 'volume'>;

export class Obv extends Base implements Indicator<Bar> {
  readonly name = 'obv';
  readonly inputs = ['close', 'volume'] as const;
  readonly outputs = ['obv'] as const;
  readonly warmUp = 0;
  protected readonly parameters = [] as const;
  private previous = 0;
  private balance = 0;

  update(bar: Bar): number {
    const { close, volume } = bar;
    if (!(isNumber(close) && isNumber(volume))) this.refuseBar(bar);
    return this.step(close, volume, true);
  }

  peek(bar: Bar): number {
    const { close, volume } = bar;
    if (!(isNumber(close) && isNumber(volume))) this.refuseBar(bar);
    return this.step(close, volume, false);
  }

  batch(columns: BatchInput<Bar>): Float64Array {
    const [close, volume] = toColumns(this.id, columns, this.inputs) as [Float64Array, Float64Array];
    const before = this.copy();
    const { length } = close;
    const out = new Float64Array(length);
    if (length === 0) return out;
    out[0] = this.step(close[0]!, volume[0]!, true);
    let { balance, previous } = this;
    let odd = previous - previous;
    for (let i = 1; i < length; i++) {
      const value = close[i]!;
      // No branch: whether a bar closes higher or lower is what no processor can guess.
      balance += volume[i]! * (+(value > previous) - +(value < previous));
      odd += value - value;
      previous = value;
      out[i] = balance;
    }
    if (!Number.isFinite(balance + odd)) this.undo(before, { close, volume });
    this.balance = balance;
    this.previous = previous;
    this.count += length - 1;
    return out;
  }

  private step(close: number, volume: number, commit: boolean): number {
    const { count, previous } = this;
    let { balance } = this;
    if (count === 0 || close > previous) balance += volume;
    else if (close < previous) balance -= volume;
    if (commit) {
      this.count = count + 1;
      this.previous = close;
      this.balance = balance;
    }
    return balance;
  }

  protected fresh(): this {
    return new Obv() as this;
  }
}

/**
 * On-balance volume, in the base asset: the volume of the bars that closed higher less that of those that closed
 * lower, begun with the first bar's. TA-Lib's OBV. First result at 0.
 */
export function obv(): Indicator<Bar> {
  return new Obv();
}
