import { Base, type BatchInput, type BatchOutput, type Indicator, type Mutable } from './contract.ts';
import { checkColumn, checkFactor, checkPeriod, isNumber, toColumn } from './parts/input.ts';
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
    if (!isNumber(value)) this.refuse(value);
    return this.step(value, true, into);
  }

  peek(value: number, into: Mutable<BollingerLines> = empty()): BollingerLines {
    if (!isNumber(value)) this.refuse(value);
    return this.step(value, false, into);
  }

  batch(column: BatchInput<number>): BatchOutput<BollingerLines> {
    const values = toColumn(this.id, 'close', column);
    const before = this.copy();
    const { length } = values;
    checkColumn(this.id, 'close', values.subarray(0, this.period), this.count);
    const out = {
      upper: new Float64Array(length),
      middle: new Float64Array(length),
      lower: new Float64Array(length),
    };
    const { upper, middle, lower } = out;
    const { deviations, period } = this;
    this.window.batch(values, middle, upper);
    if (length > 0 && !Number.isFinite(middle[length - 1]! + upper[length - 1]!))
      this.undo(before, { close: values });
    spread(middle, upper, lower, deviations, 1 / period);
    this.count += length;
    return out;
  }

  private step(value: number, commit: boolean, into: Mutable<BollingerLines>): BollingerLines {
    const { window } = this;
    window.step(value, commit);
    if (commit) this.count++;
    const { mean } = window;
    const half = this.deviations * Math.sqrt(window.spread * (1 / this.period));
    into.upper = mean + half;
    into.middle = mean;
    into.lower = mean - half;
    return into;
  }

  protected fresh(): this {
    return new Bollinger(this.period, this.deviations) as this;
  }
}

/** Bands around the middle, where `upper` holds the spread; a loop by itself, for the engine's sake. */
function spread(
  middle: Float64Array,
  upper: Float64Array,
  lower: Float64Array,
  deviations: number,
  share: number,
): void {
  for (let i = 0; i < middle.length; i++) {
    const half = deviations * Math.sqrt(upper[i]! * share);
    upper[i] = middle[i]! + half;
    lower[i] = middle[i]! - half;
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
