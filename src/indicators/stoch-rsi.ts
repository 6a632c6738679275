import {
  Base,
  type BatchInput,
  type BatchOutput,
  type Indicator,
  type Mutable,
  type ProfileOption,
} from './contract.ts';
import { isAtRest } from './parts/at-rest.ts';
import { MovingExtreme } from './parts/extreme.ts';
import { checkColumn, checkPeriod, isNumber, isTradingView } from './parts/input.ts';
import { Rsi } from './rsi.ts';
import { Sma } from './sma.ts';

/** Lines of `stochRsi`. */
export interface StochRsiLines {
  /** Place of the RSI in its range. */
  readonly k: number;
  /** The average of `k`. */
  readonly d: number;
}

const empty = (): Mutable<StochRsiLines> => ({ k: Number.NaN, d: Number.NaN });

export class StochRsi extends Base implements Indicator<number, StochRsiLines> {
  readonly name = 'stochRsi';
  readonly inputs = ['close'] as const;
  readonly outputs = ['k', 'd'] as const;
  readonly warmUp: number;
  protected readonly parameters: readonly (number | string)[];
  private readonly periods: readonly [rsi: number, k: number, d: number, smooth: number];
  private readonly isTradingView: boolean;
  private readonly rsi: Rsi;
  private readonly highest: MovingExtreme;
  private readonly lowest: MovingExtreme;
  private readonly smoothed: Sma;
  private readonly slow: Sma;

  constructor(periods: readonly [rsi: number, k: number, d: number, smooth: number], isTradingView: boolean) {
    super();
    const [rsi, k, d, smooth] = periods;
    checkPeriod('stochRsi', k, 'k');
    checkPeriod('stochRsi', d, 'd');
    checkPeriod('stochRsi', smooth, 'smooth');
    this.periods = periods;
    this.isTradingView = isTradingView;
    this.parameters = isTradingView ? [...periods, 'tradingview'] : smooth === 1 ? [rsi, k, d] : periods;
    this.rsi = new Rsi(rsi, isTradingView);
    this.highest = new MovingExtreme(k, 'highest');
    this.lowest = new MovingExtreme(k, 'lowest');
    this.smoothed = new Sma(smooth);
    this.slow = new Sma(d);
    this.warmUp = rsi + k - 1 + smooth - 1 + d - 1;
  }

  update(value: number, into: Mutable<StochRsiLines> = empty()): StochRsiLines {
    if (!isNumber(value)) this.refuse(value);
    return this.step(value, true, into);
  }

  peek(value: number, into: Mutable<StochRsiLines> = empty()): StochRsiLines {
    if (!isNumber(value)) this.refuse(value);
    return this.step(value, false, into);
  }

  batch(column: BatchInput<number>): BatchOutput<StochRsiLines> {
    const values = checkColumn(this.id, 'close', column, this.count);
    const { count } = this;
    const { length } = values;
    const [period, window, , smooth] = this.periods;
    const rsi = this.rsi.batch(values);
    // The extremes first, each in the place of a line; only of bars that have an RSI.
    const k = new Float64Array(length);
    const d = new Float64Array(length);
    const from = Math.min(length, Math.max(0, period - count));
    this.highest.batch(rsi.subarray(from), k.subarray(from));
    this.lowest.batch(rsi.subarray(from), d.subarray(from));
    const toSmooth = Math.min(length, Math.max(0, period + window - 1 - count));
    const toSlow = Math.min(length, Math.max(0, period + window + smooth - 2 - count));
    for (let i = toSmooth; i < length; i++) k[i] = place(k[i]!, d[i]!, rsi[i]!);
    k.set(this.smoothed.batch(k.subarray(toSmooth)), toSmooth);
    d.set(this.slow.batch(k.subarray(toSlow)), toSlow);
    const cold = Math.max(0, this.warmUp - count);
    k.fill(Number.NaN, 0, cold);
    d.fill(Number.NaN, 0, cold);
    this.count = count + length;
    return { k, d };
  }

  private step(value: number, commit: boolean, into: Mutable<StochRsiLines>): StochRsiLines {
    const { count, smoothed, slow } = this;
    const [period, window, , smooth] = this.periods;
    if (commit) this.count = count + 1;
    const rsi = commit ? this.rsi.update(value) : this.rsi.peek(value);
    let k = Number.NaN;
    let d = Number.NaN;
    if (count >= period) {
      const high = this.highest.step(rsi, commit);
      const low = this.lowest.step(rsi, commit);
      if (count >= period + window - 1) {
        const raw = place(high, low, rsi);
        k = commit ? smoothed.update(raw) : smoothed.peek(raw);
        if (count >= period + window + smooth - 2) d = commit ? slow.update(k) : slow.peek(k);
      }
    }
    into.k = count < this.warmUp ? Number.NaN : k;
    into.d = d;
    return into;
  }

  protected fresh(): this {
    return new StochRsi(this.periods, this.isTradingView) as this;
  }
}

/** Where the RSI lies in its range, 0 to 100. */
function place(high: number, low: number, rsi: number): number {
  return isAtRest(high, low) ? 0 : (100 * (rsi - low)) / (high - low);
}

/**
 * Stochastic RSI, 0 to 100: where the RSI lies between its lowest and highest of the last `k` bars (0 where those
 * are equal), and the average of that. TA-Lib's STOCHRSI, but for an RSI of a price that has not moved (`rsi`).
 * First result at `rsiPeriod + k + smooth + d − 3`.
 *
 * `tradingview` takes the RSI in that profile. TradingView's own defaults are `stochRsi(14, 14, 3, 3)`.
 * @param rsiPeriod bars, default 14
 * @param k bars of the range, default 5
 * @param d bars of the average, default 3
 * @param smooth bars over which `k` is averaged before that; default 1, which is none, as in TA-Lib
 * @throws CandlebookError INPUT_INVALID
 */
export function stochRsi(
  rsiPeriod = 14,
  k = 5,
  d = 3,
  smooth = 1,
  options: ProfileOption = {},
): Indicator<number, StochRsiLines> {
  return new StochRsi([rsiPeriod, k, d, smooth], isTradingView('stochRsi', options));
}
