import type { Candle } from '../market/index.ts';
import { Base, type BatchInput, type BatchOutput, type Indicator, type Mutable } from './contract.ts';
import { checkColumns, checkPeriod, isNumber } from './parts/input.ts';
import { trueRange } from './parts/true-range.ts';

type Bar = Pick<Candle, 'high' | 'low' | 'close'>;

/** Lines of `adx`. */
export interface AdxLines {
  /** Strength of the trend. */
  readonly adx: number;
  /** Part of the range that goes up. */
  readonly plusDI: number;
  /** Part of the range that goes down. */
  readonly minusDI: number;
}

const empty = (): Mutable<AdxLines> => ({ adx: Number.NaN, plusDI: Number.NaN, minusDI: Number.NaN });

export class Adx extends Base implements Indicator<Bar, AdxLines> {
  readonly name = 'adx';
  readonly inputs = ['high', 'low', 'close'] as const;
  readonly outputs = ['adx', 'plusDI', 'minusDI'] as const;
  readonly warmUp: number;
  protected readonly parameters: readonly [number];
  private readonly period: number;
  /** One bar's part in Wilder's sums and average. */
  private readonly share: number;
  private previousHigh = 0;
  private previousLow = 0;
  private previousClose = 0;
  private plus = 0;
  private minus = 0;
  private range = 0;
  /** The sum of the first `period` indices of direction, then their average. */
  private average = 0;

  constructor(period: number) {
    super();
    this.period = checkPeriod('adx', period);
    this.parameters = [period];
    this.warmUp = 2 * period - 1;
    this.share = 1 / period;
  }

  update(bar: Bar, into: Mutable<AdxLines> = empty()): AdxLines {
    const { high, low, close } = bar;
    if (!(isNumber(high) && isNumber(low) && isNumber(close))) this.refuseBar(bar);
    return this.step(high, low, close, true, into);
  }

  peek(bar: Bar, into: Mutable<AdxLines> = empty()): AdxLines {
    const { high, low, close } = bar;
    if (!(isNumber(high) && isNumber(low) && isNumber(close))) this.refuseBar(bar);
    return this.step(high, low, close, false, into);
  }

  batch(columns: BatchInput<Bar>): BatchOutput<AdxLines> {
    const [high, low, close] = checkColumns(this.id, columns, this.inputs, this.count);
    const { length } = high!;
    const out = {
      adx: new Float64Array(length),
      plusDI: new Float64Array(length),
      minusDI: new Float64Array(length),
    };
    const lines = empty();
    const start = Math.min(length, Math.max(0, this.warmUp + 1 - this.count));
    for (let i = 0; i < start; i++) {
      this.step(high![i]!, low![i]!, close![i]!, true, lines);
      out.adx[i] = lines.adx;
      out.plusDI[i] = lines.plusDI;
      out.minusDI[i] = lines.minusDI;
    }
    if (start < length) this.run(high!, low!, close!, out, start);
    return out;
  }

  /** `step` from the bar `start` on, once all lines show: a loop by itself, for the engine's sake. */
  private run(
    highs: Float64Array,
    lows: Float64Array,
    closes: Float64Array,
    out: BatchOutput<AdxLines>,
    start: number,
  ): void {
    const { share } = this;
    const { adx, plusDI: pluses, minusDI: minuses } = out;
    let { previousHigh, previousLow, previousClose, plus, minus, range, average } = this;
    for (let i = start; i < highs.length; i++) {
      const high = highs[i]!;
      const low = lows[i]!;
      const up = high - previousHigh;
      const down = previousLow - low;
      plus -= plus * share;
      minus -= minus * share;
      range -= range * share;
      if (down > 0 && up < down) minus += down;
      else if (up > 0 && up > down) plus += up;
      range += trueRange(high, low, previousClose);
      const plusDI = range === 0 ? 0 : 100 * (plus / range);
      const minusDI = range === 0 ? 0 : 100 * (minus / range);
      const both = plusDI + minusDI;
      if (both !== 0) {
        const direction = 100 * (Math.abs(minusDI - plusDI) / both);
        average = average * (1 - share) + direction * share;
      }
      previousHigh = high;
      previousLow = low;
      previousClose = closes[i]!;
      adx[i] = average;
      pluses[i] = plusDI;
      minuses[i] = minusDI;
    }
    Object.assign(this, { previousHigh, previousLow, previousClose, plus, minus, range, average });
    this.count += highs.length - start;
  }

  private step(high: number, low: number, close: number, commit: boolean, into: Mutable<AdxLines>): AdxLines {
    const { count, period, share, warmUp, previousHigh, previousLow, previousClose } = this;
    let { plus, minus, range, average } = this;
    if (count > 0) {
      const up = high - previousHigh;
      const down = previousLow - low;
      if (count >= period) {
        plus -= plus * share;
        minus -= minus * share;
        range -= range * share;
      }
      if (down > 0 && up < down) minus += down;
      else if (up > 0 && up > down) plus += up;
      range += trueRange(high, low, previousClose);
    }
    const plusDI = range === 0 ? 0 : 100 * (plus / range);
    const minusDI = range === 0 ? 0 : 100 * (minus / range);
    const both = plusDI + minusDI;
    if (count >= period) {
      if (both !== 0) {
        const direction = 100 * (Math.abs(minusDI - plusDI) / both);
        average = count > warmUp ? average * (1 - share) + direction * share : average + direction;
      }
      if (count === warmUp) average /= period;
    }
    if (commit) {
      this.count = count + 1;
      this.previousHigh = high;
      this.previousLow = low;
      this.previousClose = close;
      this.plus = plus;
      this.minus = minus;
      this.range = range;
      this.average = average;
    }
    into.adx = count < warmUp ? Number.NaN : average;
    into.plusDI = count < period ? Number.NaN : plusDI;
    into.minusDI = count < period ? Number.NaN : minusDI;
    return into;
  }

  protected fresh(): this {
    return new Adx(this.period) as this;
  }
}

/**
 * Average directional index with both directional indicators, all 0 to 100: how strongly the price goes one way,
 * and how much of its range goes up and down. TA-Lib's ADX, PLUS_DI and MINUS_DI, begun as Wilder's sums of
 * `period − 1` bars. The indicators show from `period`; first full result at `2·period − 1`.
 * @param period bars, 1 or more; default 14
 * @throws CandlebookError INPUT_INVALID
 */
export function adx(period = 14): Indicator<Bar, AdxLines> {
  return new Adx(period);
}
