import { Base, type BatchInput, type Indicator, type ProfileOption } from './contract.ts';
import { checkColumn, checkPeriod, isNumber, isTradingView } from './parts/input.ts';

export class Rsi extends Base implements Indicator {
  readonly name = 'rsi';
  readonly inputs = ['close'] as const;
  readonly outputs = ['rsi'] as const;
  readonly warmUp: number;
  protected readonly parameters: readonly (number | string)[];
  private readonly period: number;
  private readonly isTradingView: boolean;
  /** Of the newest move in the average: a division at each step would take twice as long. */
  private readonly share: number;
  private previous = 0;
  /** Sums of the first `period` moves, then Wilder's averages. */
  private gain = 0;
  private loss = 0;

  constructor(period: number, isTradingView: boolean) {
    super();
    this.period = checkPeriod('rsi', period);
    this.parameters = isTradingView ? [period, 'tradingview'] : [period];
    this.share = 1 / period;
    this.warmUp = period;
    this.isTradingView = isTradingView;
  }

  update(value: number): number {
    if (!isNumber(value)) this.refuse(value);
    return this.step(value, true);
  }

  peek(value: number): number {
    if (!isNumber(value)) this.refuse(value);
    if (this.count <= this.period) return this.step(value, false);
    // Short, so that whoever calls it takes it in: a result by itself would be an object.
    const change = value - this.previous;
    const gain = (this.gain * (this.period - 1) + rise(change)) * this.share;
    const loss = (this.loss * (this.period - 1) + rise(-change)) * this.share;
    const all = gain + loss;
    if (all === 0) return this.isTradingView ? 100 : 50;
    return 100 * (gain / all);
  }

  batch(column: BatchInput<number>): Float64Array {
    const values = checkColumn(this.id, 'close', column, this.count);
    const { length } = values;
    const out = new Float64Array(length);
    const { period, share } = this;
    const start = Math.min(length, Math.max(0, period + 1 - this.count));
    for (let i = 0; i < start; i++) out[i] = this.step(values[i]!, true);
    let { gain, loss, previous } = this;
    const flat = this.isTradingView ? 100 : 50;
    for (let i = start; i < length; i++) {
      const change = values[i]! - previous;
      previous = values[i]!;
      gain = (gain * (period - 1) + rise(change)) * share;
      loss = (loss * (period - 1) + rise(-change)) * share;
      const all = gain + loss;
      out[i] = all === 0 ? flat : 100 * (gain / all);
    }
    this.gain = gain;
    this.loss = loss;
    this.previous = previous;
    this.count += length - start;
    return out;
  }

  private step(value: number, commit: boolean): number {
    const { count, period } = this;
    const change = count === 0 ? 0 : value - this.previous;
    const up = rise(change);
    const down = rise(-change);
    let { gain, loss } = this;
    if (count > period) {
      gain = (gain * (period - 1) + up) * this.share;
      loss = (loss * (period - 1) + down) * this.share;
    } else {
      gain += up;
      loss += down;
      if (count === period) {
        gain /= period;
        loss /= period;
      }
    }
    if (commit) {
      this.count = count + 1;
      this.previous = value;
      this.gain = gain;
      this.loss = loss;
    }
    if (count < period) return Number.NaN;
    const all = gain + loss;
    if (all === 0) return this.isTradingView ? 100 : 50;
    return 100 * (gain / all);
  }

  protected fresh(): this {
    return new Rsi(this.period, this.isTradingView) as this;
  }
}

/** A change upwards, 0 for one downwards: exact, and without a branch that no processor can guess. */
function rise(change: number): number {
  return (Math.abs(change) + change) / 2;
}

/**
 * Relative strength index, 0 to 100: Wilder's average of the gains in that of all moves, begun with the mean of
 * the first `period` moves. TA-Lib's RSI. First result at `period`.
 *
 * A price that has not moved at all is at 50 here, in the middle; TA-Lib states 0, which would read as oversold.
 * `tradingview` differs in that alone: 100.
 * @param period bars, 1 or more; default 14
 * @throws CandlebookError INPUT_INVALID
 */
export function rsi(period = 14, options: ProfileOption = {}): Indicator {
  return new Rsi(period, isTradingView('rsi', options));
}
