import type { Candle } from '../market/index.ts';
import { Atr } from './atr.ts';
import { Base, type BatchInput, type Indicator, type ProfileOption } from './contract.ts';
import { isNumber, isTradingView, toColumns } from './parts/input.ts';

type Bar = Pick<Candle, 'high' | 'low' | 'close'>;

export class Natr extends Base implements Indicator<Bar> {
  readonly name = 'natr';
  readonly inputs = ['high', 'low', 'close'] as const;
  readonly outputs = ['natr'] as const;
  readonly warmUp: number;
  protected readonly parameters: readonly (number | string)[];
  private readonly period: number;
  private readonly isTradingView: boolean;
  private readonly range: Atr;

  constructor(period: number, isTradingView: boolean) {
    super();
    this.range = new Atr(period, isTradingView, 'natr');
    this.period = period;
    this.isTradingView = isTradingView;
    this.parameters = isTradingView ? [period, 'tradingview'] : [period];
    this.warmUp = this.range.warmUp;
  }

  update(bar: Bar): number {
    const { high, low, close } = bar;
    if (!(isNumber(high) && isNumber(low) && isNumber(close))) this.refuseBar(bar);
    return this.step(high, low, close, true);
  }

  peek(bar: Bar): number {
    const { high, low, close } = bar;
    if (!(isNumber(high) && isNumber(low) && isNumber(close))) this.refuseBar(bar);
    return this.step(high, low, close, false);
  }

  batch(columns: BatchInput<Bar>): Float64Array {
    const [high, low, close] = toColumns(this.id, columns, this.inputs) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    const { length } = high;
    const out = this.range.batch({ high, low, close });
    for (let i = 0; i < length; i++) out[i] = inPercent(out[i]!, close[i]!);
    this.count += length;
    return out;
  }

  private step(high: number, low: number, close: number, commit: boolean): number {
    if (commit) this.count++;
    const range = this.range.step(high, low, close, commit);
    return inPercent(range, close);
  }

  protected fresh(): this {
    return new Natr(this.period, this.isTradingView) as this;
  }
}

function inPercent(range: number, close: number): number {
  return close === 0 ? range * 0 : (range / close) * 100;
}

/**
 * Normalised average true range: the ATR in percent of the close, so that coins of any price compare; 0 where
 * the close is 0. TA-Lib's NATR, but for a period of 1, where TA-Lib forgets to divide by the close. First result at
 * `period`; `tradingview` differs as in `atr`.
 * @param period bars, 1 or more; default 14
 * @throws CandlebookError INPUT_INVALID
 */
export function natr(period = 14, options: ProfileOption = {}): Indicator<Bar> {
  return new Natr(period, isTradingView('natr', options));
}
