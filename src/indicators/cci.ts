import type { Candle } from '../market/index.ts';
import { Base, type BatchInput, type Indicator } from './contract.ts';
import { ROUNDING } from './parts/at-rest.ts';
import { checkColumns, checkPeriod, isNumber } from './parts/input.ts';

type Bar = Pick<Candle, 'high' | 'low' | 'close'>;

export class Cci extends Base implements Indicator<Bar> {
  readonly name = 'cci';
  readonly inputs = ['high', 'low', 'close'] as const;
  readonly outputs = ['cci'] as const;
  readonly warmUp: number;
  protected readonly parameters: readonly [number];
  private readonly period: number;
  private readonly ring: Float64Array;
  private at = 0;
  /** The sum of the places before `at`. */
  private before = 0;

  constructor(period: number) {
    super();
    this.period = checkPeriod('cci', period);
    this.parameters = [period];
    this.warmUp = period - 1;
    this.ring = new Float64Array(period);
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
    const [high, low, close] = checkColumns(this.id, columns, this.inputs, this.count);
    const { length } = high!;
    const out = new Float64Array(length);
    for (let i = 0; i < length; i++) out[i] = this.step(high![i]!, low![i]!, close![i]!, true);
    return out;
  }

  private step(high: number, low: number, close: number, commit: boolean): number {
    const { ring, at, period, count } = this;
    const typical = (high + low + close) / 3;
    const upTo = this.before + typical;
    let result = Number.NaN;
    if (count >= this.warmUp) {
      const oldest = ring[at]!;
      ring[at] = typical;
      // In TA-Lib's order: what is left of the price after the mean is taken off depends on the last digit.
      let sum = upTo;
      for (let i = at + 1; i < ring.length; i++) sum += ring[i]!;
      const mean = sum / period;
      const distances = distancesFrom(ring, mean);
      ring[at] = oldest;
      const distance = typical - mean;
      const isNone = Math.abs(distance) <= ROUNDING * Math.abs(mean) || distances === 0;
      result = isNone ? 0 : distance / (0.015 * (distances / period));
    }
    if (commit) {
      this.count = count + 1;
      ring[at] = typical;
      const isRound = at + 1 === period;
      this.at = isRound ? 0 : at + 1;
      this.before = isRound ? 0 : upTo;
    }
    return result;
  }

  protected fresh(): this {
    return new Cci(this.period) as this;
  }
}

/** Four sums at a time, so that one addition does not wait for the other. */
function distancesFrom(values: Float64Array, mean: number): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (const end = values.length - 3; i < end; i += 4) {
    a += Math.abs(values[i]! - mean);
    b += Math.abs(values[i + 1]! - mean);
    c += Math.abs(values[i + 2]! - mean);
    d += Math.abs(values[i + 3]! - mean);
  }
  for (; i < values.length; i++) a += Math.abs(values[i]! - mean);
  return a + b + (c + d);
}

/**
 * Commodity channel index: the distance of the typical price from its mean, in 0.015 mean distances; 0 where the
 * price has not moved. TA-Lib's CCI. First result at `period − 1`. The mean distance is taken over the window
 * anew at each bar: an update takes time by the period, never by the length of the history.
 * @param period bars, 1 or more; default 20
 * @throws CandlebookError INPUT_INVALID
 */
export function cci(period = 20): Indicator<Bar> {
  return new Cci(period);
}
