import { Base, type BatchInput, type BatchOutput, type Indicator, type Mutable } from './contract.ts';
import { checkColumn, checkFactor, checkPeriod } from './parts/input.ts';
import { MovingSpread } from './parts/spread.ts';

/** Lines of `bollinger`. */
export interface BollingerLines {
  /** The mean and the deviations. */
  readonly upper: number;
  /** The mean. */
  readonly middle: number;
  /** The mean less the deviations. */
  readonly lower: number;
}

const empty = (): Mutable<BollingerLines> => ({ upper: Number.NaN, middle: Number.NaN, lower: Number.NaN });

export class Bollinger extends Base implements Indicator<number, BollingerLines> {
  readonly name = 'bollinger';
  readonly inputs = ['close'] as const;
  readonly outputs = ['upper', 'middle', 'lower'] as const;
  readonly warmUp: number;
  protected readonly parameters: readonly [number, number];
  private readonly period: number;
  private readonly deviations: number;
  private readonly window: MovingSpread;

  constructor(period: number, deviations: number) {
    super();
    this.period = checkPeriod('bollinger', period);
    this.deviations = checkFactor('bollinger', deviations, 'deviations');
    this.parameters = [period, deviations];
    this.warmUp = period - 1;
    this.window = new MovingSpread(period);
  }

  update(value: number, into: Mutable<BollingerLines> = empty()): BollingerLines {
    if (value - value !== 0) this.refuse(value);
    return this.step(value, true, into);
  }

  peek(value: number, into: Mutable<BollingerLines> = empty()): BollingerLines {
    if (value - value !== 0) this.refuse(value);
    return this.step(value, false, into);
  }

  batch(column: BatchInput<number>): BatchOutput<BollingerLines> {
    const values = checkColumn(this.id, 'close', column, this.count);
    const { length } = values;
    const out = {
      upper: new Float64Array(length),
      middle: new Float64Array(length),
      lower: new Float64Array(length),
    };
    const lines = empty();
    for (let i = 0; i < length; i++) {
      this.step(values[i]!, true, lines);
      out.upper[i] = lines.upper;
      out.middle[i] = lines.middle;
      out.lower[i] = lines.lower;
    }
    return out;
  }

  private step(value: number, commit: boolean, into: Mutable<BollingerLines>): BollingerLines {
    const { window } = this;
    window.step(value, commit);
    if (commit) this.count++;
    const { mean } = window;
    const half = this.deviations * Math.sqrt(window.spread / this.period);
    into.upper = mean + half;
    into.middle = mean;
    into.lower = mean - half;
    return into;
  }

  protected fresh(): this {
    return new Bollinger(this.period, this.deviations) as this;
  }
}

/**
 * Bollinger bands: the mean of the last `period` values, and that many population standard deviations above and
 * below. TA-Lib's BBANDS with simple averages, but the variance has all its digits at prices like 0.00001234,
 * where TA-Lib's Σx² − n·mean² has none left. First result at `period − 1`.
 * @param period bars, 1 or more; default 20
 * @param deviations default 2
 * @throws CandlebookError INPUT_INVALID
 */
export function bollinger(period = 20, deviations = 2): Indicator<number, BollingerLines> {
  return new Bollinger(period, deviations);
}
