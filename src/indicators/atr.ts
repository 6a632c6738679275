import type { Candle } from '../market/index.ts';
import { Base, type BatchInput, type Indicator, type ProfileOption } from './contract.ts';
import { checkColumn, checkPeriod, isNumber, isTradingView, toColumns } from './parts/input.ts';
import { trueRange } from './parts/true-range.ts';

type Bar = Pick<Candle, 'high' | 'low' | 'close'>;

export class Atr extends Base implements Indicator<Bar> {
  readonly name: string;
  readonly inputs = ['high', 'low', 'close'] as const;
  readonly outputs = ['atr'] as const;
  readonly warmUp: number;
  protected readonly parameters: readonly (number | string)[];
  private readonly period: number;
  private readonly isTradingView: boolean;
  /** Bars before the first true range that counts. */
  private readonly from: 0 | 1;
  /** Parts of the old average and of the newest range in the new one. */
  private readonly keep: number;
  private readonly share: number;
  private previous = 0;
  /** The sum of the first `period` true ranges, then Wilder's average. */
  private average = 0;

  constructor(period: number, isTradingView: boolean, name = 'atr') {
    super();
    this.name = name;
    this.period = checkPeriod(name, period);
    this.isTradingView = isTradingView;
    this.parameters = isTradingView ? [period, 'tradingview'] : [period];
    this.keep = (period - 1) / period;
    this.share = 1 / period;
    this.from = isTradingView ? 0 : 1;
    this.warmUp = period - 1 + this.from;
  }

  update(bar: Bar): number {
    const { high, low, close } = bar;
    if (!(isNumber(high) && isNumber(low) && isNumber(close))) this.refuseBar(bar);
    return this.step(high, low, close, true);
  }

  peek(bar: Bar): number {
    const { high, low, close } = bar;
    if (!(isNumber(high) && isNumber(low) && isNumber(close))) this.refuseBar(bar);
    // Short, so that whoever calls it takes it in: a result by itself would be an object.
    if (this.count > this.warmUp)
      return this.average * this.keep + trueRange(high, low, this.previous) * this.share;
    return this.step(high, low, close, false);
  }

  batch(columns: BatchInput<Bar>): Float64Array {
    const [high, low, close] = toColumns(this.id, columns, this.inputs) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    const before = this.copy();
    const { length } = high;
    const out = new Float64Array(length);
    const { keep, share } = this;
    const start = Math.min(length, Math.max(0, this.warmUp + 1 - this.count));
    for (const [i, values] of [high, low, close].entries()) {
      checkColumn(this.id, this.inputs[i]!, values.subarray(0, start), this.count);
    }
    for (let i = 0; i < start; i++) out[i] = this.step(high[i]!, low[i]!, close[i]!, true);
    let { average, previous } = this;
    for (let i = start; i < length; i++) {
      average = average * keep + trueRange(high[i]!, low[i]!, previous) * share;
      previous = close[i]!;
      out[i] = average;
    }
    if (!Number.isFinite(average + previous)) this.undo(before, { high, low, close });
    this.average = average;
    this.previous = previous;
    this.count += length - start;
    return out;
  }

  step(high: number, low: number, close: number, commit: boolean): number {
    const { count, period, from, previous } = this;
    let { average } = this;
    if (count >= from) {
      const range = count === 0 ? high - low : trueRange(high, low, previous);
      if (count > this.warmUp) average = average * this.keep + range * this.share;
      else {
        average += range;
        if (count === this.warmUp) average /= period;
      }
    }
    if (commit) {
      this.count = count + 1;
      this.previous = close;
      this.average = average;
    }
    return count < this.warmUp ? Number.NaN : average;
  }

  protected fresh(): this {
    return new Atr(this.period, this.isTradingView, this.name) as this;
  }
}

/**
 * Average true range, in units of the price: Wilder's average of the true ranges, begun with the mean of those
 * of bars 1 to `period` (the first bar has none). TA-Lib's ATR. First result at `period`.
 *
 * `tradingview` differs in one thing: the first bar's range is high − low and counts, so that the average is
 * begun with bars 0 to `period − 1`, and the first result is at `period − 1`.
 * @param period bars, 1 or more; default 14
 * @throws CandlebookError INPUT_INVALID
 */
export function atr(period = 14, options: ProfileOption = {}): Indicator<Bar> {
  return new Atr(period, isTradingView('atr', options));
}
