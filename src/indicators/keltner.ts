import type { Candle } from '../market/index.ts';
import { Atr } from './atr.ts';
import {
  Base,
  type BatchInput,
  type BatchOutput,
  type Indicator,
  type Mutable,
  type ProfileOption,
} from './contract.ts';
import { Ema } from './ema.ts';
import { checkColumns, checkFactor, checkPeriod, isNumber, isTradingView } from './parts/input.ts';

type Bar = Pick<Candle, 'high' | 'low' | 'close'>;

/** Lines of `keltner`. */
export interface KeltnerLines {
  /** The average and the ranges. */
  readonly upper: number;
  /** The average of the price. */
  readonly middle: number;
  /** The average less the ranges. */
  readonly lower: number;
}

const empty = (): Mutable<KeltnerLines> => ({ upper: Number.NaN, middle: Number.NaN, lower: Number.NaN });

export class Keltner extends Base implements Indicator<Bar, KeltnerLines> {
  readonly name = 'keltner';
  readonly inputs = ['high', 'low', 'close'] as const;
  readonly outputs = ['upper', 'middle', 'lower'] as const;
  readonly warmUp: number;
  protected readonly parameters: readonly (number | string)[];
  private readonly settings: readonly [period: number, range: number, multiplier: number];
  private readonly isTradingView: boolean;
  private readonly average: Ema;
  private readonly range: Atr;
  /** Bars before the first that each average counts: both are begun so that their first results coincide. */
  private readonly averageFrom: number;
  private readonly rangeFrom: number;

  constructor(
    settings: readonly [period: number, range: number, multiplier: number],
    isTradingView: boolean,
  ) {
    super();
    const [period, range, multiplier] = settings;
    this.average = new Ema(checkPeriod('keltner', period));
    this.range = new Atr(checkPeriod('keltner', range, 'atrPeriod'), isTradingView);
    checkFactor('keltner', multiplier, 'multiplier');
    this.settings = settings;
    this.isTradingView = isTradingView;
    this.parameters = isTradingView ? [...settings, 'tradingview'] : settings;
    this.warmUp = Math.max(period - 1, isTradingView ? range - 1 : range);
    this.averageFrom = isTradingView ? 0 : this.warmUp - period + 1;
    this.rangeFrom = isTradingView ? 0 : this.warmUp - range;
  }

  update(bar: Bar, into: Mutable<KeltnerLines> = empty()): KeltnerLines {
    const { high, low, close } = bar;
    if (!(isNumber(high) && isNumber(low) && isNumber(close))) this.refuseBar(bar);
    return this.step(high, low, close, true, into);
  }

  peek(bar: Bar, into: Mutable<KeltnerLines> = empty()): KeltnerLines {
    const { high, low, close } = bar;
    if (!(isNumber(high) && isNumber(low) && isNumber(close))) this.refuseBar(bar);
    return this.step(high, low, close, false, into);
  }

  batch(columns: BatchInput<Bar>): BatchOutput<KeltnerLines> {
    const [high, low, close] = checkColumns(this.id, columns, this.inputs, this.count);
    const { length } = high!;
    const out = {
      upper: new Float64Array(length),
      middle: new Float64Array(length),
      lower: new Float64Array(length),
    };
    const lines = empty();
    for (let i = 0; i < length; i++) {
      this.step(high![i]!, low![i]!, close![i]!, true, lines);
      out.upper[i] = lines.upper;
      out.middle[i] = lines.middle;
      out.lower[i] = lines.lower;
    }
    return out;
  }

  private step(
    high: number,
    low: number,
    close: number,
    commit: boolean,
    into: Mutable<KeltnerLines>,
  ): KeltnerLines {
    const { count, isTradingView, settings } = this;
    const price = isTradingView ? close : (high + low + close) / 3;
    let middle = Number.NaN;
    if (count >= this.averageFrom) middle = commit ? this.average.update(price) : this.average.peek(price);
    let width = Number.NaN;
    if (count >= this.rangeFrom) width = settings[2] * this.range.step(high, low, close, commit);
    if (commit) this.count = count + 1;
    into.upper = middle + width;
    into.middle = count < this.warmUp ? Number.NaN : middle;
    into.lower = middle - width;
    return into;
  }

  protected fresh(): this {
    return new Keltner(this.settings, this.isTradingView) as this;
  }
}

/**
 * Keltner channel: the exponential average of the typical price, and `multiplier` average true ranges above and
 * below. TA-Lib's KC (0.8; 0.6 has none): both averages are begun with the values that end at the first result,
 * at `max(period − 1, atrPeriod)`.
 *
 * `tradingview` differs in two things: the average is of the close, and each is begun with its own first values
 * (`atr` in that profile).
 * @param period bars of the average, default 20
 * @param atrPeriod bars of the true range, default 10
 * @param multiplier default 2
 * @throws CandlebookError INPUT_INVALID
 */
export function keltner(
  period = 20,
  atrPeriod = 10,
  multiplier = 2,
  options: ProfileOption = {},
): Indicator<Bar, KeltnerLines> {
  return new Keltner([period, atrPeriod, multiplier], isTradingView('keltner', options));
}
