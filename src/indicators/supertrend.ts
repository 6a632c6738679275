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
import { checkColumns, checkFactor, checkPeriod, isNumber, isTradingView } from './parts/input.ts';

type Bar = Pick<Candle, 'high' | 'low' | 'close'>;

/** Lines of `supertrend`. */
export interface SupertrendLines {
  /** The band. */
  readonly supertrend: number;
  /** 1 while the price rises, −1 while it falls. */
  readonly direction: number;
}

const empty = (): Mutable<SupertrendLines> => ({ supertrend: Number.NaN, direction: Number.NaN });

export class Supertrend extends Base implements Indicator<Bar, SupertrendLines> {
  readonly name = 'supertrend';
  readonly inputs = ['high', 'low', 'close'] as const;
  readonly outputs = ['supertrend', 'direction'] as const;
  readonly warmUp: number;
  protected readonly parameters: readonly (number | string)[];
  private readonly period: number;
  private readonly multiplier: number;
  private readonly isTradingView: boolean;
  private readonly range: Atr;
  private upper = 0;
  private lower = 0;
  private previous = 0;
  private direction = 0;

  constructor(period: number, multiplier: number, isTradingView: boolean) {
    super();
    this.range = new Atr(checkPeriod('supertrend', period), isTradingView);
    this.period = period;
    this.multiplier = checkFactor('supertrend', multiplier, 'multiplier');
    this.isTradingView = isTradingView;
    this.parameters = isTradingView ? [period, multiplier, 'tradingview'] : [period, multiplier];
    this.warmUp = this.range.warmUp;
  }

  update(bar: Bar, into: Mutable<SupertrendLines> = empty()): SupertrendLines {
    const { high, low, close } = bar;
    if (!(isNumber(high) && isNumber(low) && isNumber(close))) this.refuseBar(bar);
    return this.step(high, low, close, true, into);
  }

  peek(bar: Bar, into: Mutable<SupertrendLines> = empty()): SupertrendLines {
    const { high, low, close } = bar;
    if (!(isNumber(high) && isNumber(low) && isNumber(close))) this.refuseBar(bar);
    return this.step(high, low, close, false, into);
  }

  batch(columns: BatchInput<Bar>): BatchOutput<SupertrendLines> {
    const [high, low, close] = checkColumns(this.id, columns, this.inputs, this.count);
    const { length } = high!;
    const out = {
      supertrend: new Float64Array(length),
      direction: new Float64Array(length),
    };
    const lines = empty();
    for (let i = 0; i < length; i++) {
      this.step(high![i]!, low![i]!, close![i]!, true, lines);
      out.supertrend[i] = lines.supertrend;
      out.direction[i] = lines.direction;
    }
    return out;
  }

  private step(
    high: number,
    low: number,
    close: number,
    commit: boolean,
    into: Mutable<SupertrendLines>,
  ): SupertrendLines {
    const { count, previous } = this;
    const width = this.multiplier * this.range.step(high, low, close, commit);
    const middle = (high + low) / 2;
    let upper = middle + width;
    let lower = middle - width;
    let { direction } = this;
    if (count > this.warmUp) {
      // A band only ever comes nearer, until the price has closed beyond it.
      if (!(lower > this.lower || previous < this.lower)) lower = this.lower;
      if (!(upper < this.upper || previous > this.upper)) upper = this.upper;
      if (direction < 0 && close > upper) direction = 1;
      else if (direction > 0 && close < lower) direction = -1;
    } else direction = FIRST;
    if (commit) {
      this.count = count + 1;
      this.upper = upper;
      this.lower = lower;
      this.previous = close;
      this.direction = direction;
    }
    const isWarm = count >= this.warmUp;
    into.supertrend = isWarm ? (direction > 0 ? lower : upper) : Number.NaN;
    into.direction = isWarm ? direction : Number.NaN;
    return into;
  }

  protected fresh(): this {
    return new Supertrend(this.period, this.multiplier, this.isTradingView) as this;
  }
}

const FIRST = 1;

/**
 * Supertrend: a band below the price while it rises, above it while it falls, `multiplier` average true ranges
 * from the middle of the bar; it only comes nearer, and changes sides when a close passes it.
 * @param period bars of the true range, default 10
 * @param multiplier default 3
 * @throws CandlebookError INPUT_INVALID
 */
export function supertrend(
  period = 10,
  multiplier = 3,
  options: ProfileOption = {},
): Indicator<Bar, SupertrendLines> {
  return new Supertrend(period, multiplier, isTradingView('supertrend', options));
}
