import type { Candle } from '../market/index.ts';
import { Base, type BatchInput, type Indicator } from './contract.ts';
import { isAtRest } from './parts/at-rest.ts';
import { checkColumns, checkPeriod, isNumber } from './parts/input.ts';
import { MovingSum } from './parts/running-sum.ts';

type Bar = Pick<Candle, 'high' | 'low' | 'close' | 'volume'>;

export class Mfi extends Base implements Indicator<Bar> {
  readonly name = 'mfi';
  readonly inputs = ['high', 'low', 'close', 'volume'] as const;
  readonly outputs = ['mfi'] as const;
  readonly warmUp: number;
  protected readonly parameters: readonly [number];
  private readonly period: number;
  private readonly inflow: MovingSum;
  private readonly outflow: MovingSum;
  private previous = 0;

  constructor(period: number) {
    super();
    this.period = checkPeriod('mfi', period);
    this.parameters = [period];
    this.warmUp = period;
    this.inflow = new MovingSum(period);
    this.outflow = new MovingSum(period);
  }

  update(bar: Bar): number {
    const { high, low, close, volume } = bar;
    if (!(isNumber(high) && isNumber(low) && isNumber(close) && isNumber(volume))) this.refuseBar(bar);
    return this.step(high, low, close, volume, true);
  }

  peek(bar: Bar): number {
    const { high, low, close, volume } = bar;
    if (!(isNumber(high) && isNumber(low) && isNumber(close) && isNumber(volume))) this.refuseBar(bar);
    return this.step(high, low, close, volume, false);
  }

  batch(columns: BatchInput<Bar>): Float64Array {
    const [high, low, close, volume] = checkColumns(this.id, columns, this.inputs, this.count);
    const { length } = high!;
    const out = new Float64Array(length);
    for (let i = 0; i < length; i++) out[i] = this.step(high![i]!, low![i]!, close![i]!, volume![i]!, true);
    return out;
  }

  private step(high: number, low: number, close: number, volume: number, commit: boolean): number {
    const { count } = this;
    const typical = (high + low + close) / 3;
    const change = count === 0 || isAtRest(typical, this.previous) ? 0 : typical - this.previous;
    const money = typical * volume;
    const inflow = this.inflow.step(change > 0 ? money : 0, commit);
    const outflow = this.outflow.step(change < 0 ? money : 0, commit);
    if (commit) {
      this.count = count + 1;
      this.previous = typical;
    }
    if (count < this.warmUp) return Number.NaN;
    const all = inflow + outflow;
    return all === 0 ? 0 : 100 * (inflow / all);
  }

  protected fresh(): this {
    return new Mfi(this.period) as this;
  }
}

/**
 * Money flow index, 0 to 100: of the money (typical price × volume) that moved in the last `period` bars, the part
 * in bars whose typical price rose; 0 where none moved. Bars whose high, low and close add up to the same but for
 * rounding have not moved. TA-Lib's MFI of 0.8; 0.6 takes sums below 1 for 0. First result at `period`.
 * @param period bars, 1 or more; default 14
 * @throws CandlebookError INPUT_INVALID
 */
export function mfi(period = 14): Indicator<Bar> {
  return new Mfi(period);
}
