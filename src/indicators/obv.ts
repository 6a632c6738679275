import type { Candle } from '../market/index.ts';
import { Base, type BatchInput, type Indicator } from './contract.ts';
import { checkColumns, isNumber } from './parts/input.ts';

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
    const [close, volume] = checkColumns(this.id, columns, this.inputs, this.count);
    const { length } = close!;
    const out = new Float64Array(length);
    if (length === 0) return out;
    out[0] = this.step(close![0]!, volume![0]!, true);
    this.balance = run(close!, volume!, out);
    this.previous = close![length - 1]!;
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

/** From the second bar on, by itself, where the engine sees nothing but doubles. @returns the last balance */
function run(close: Float64Array, volume: Float64Array, out: Float64Array): number {
  let balance = out[0]!;
  for (let i = 1; i < close.length; i++) {
    if (close[i]! > close[i - 1]!) balance += volume[i]!;
    else if (close[i]! < close[i - 1]!) balance -= volume[i]!;
    out[i] = balance;
  }
  return balance;
}

/**
 * On-balance volume, in the base asset: the volume of the bars that closed higher less that of those that closed
 * lower, begun with the first bar's. TA-Lib's OBV. First result at 0.
 */
export function obv(): Indicator<Bar> {
  return new Obv();
}
