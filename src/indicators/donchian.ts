import type { Candle } from '../market/index.ts';
import { Base, type BatchInput, type BatchOutput, type Indicator, type Mutable } from './contract.ts';
import { MovingExtreme } from './parts/extreme.ts';
import { checkColumns, checkPeriod, isNumber } from './parts/input.ts';

type Bar = Pick<Candle, 'high' | 'low'>;

/** Lines of `donchian`. */
export interface DonchianLines {
  /** The highest high. */
  readonly upper: number;
  /** The mean of both. */
  readonly middle: number;
  /** The lowest low. */
  readonly lower: number;
}

const empty = (): Mutable<DonchianLines> => ({ upper: Number.NaN, middle: Number.NaN, lower: Number.NaN });

export class Donchian extends Base implements Indicator<Bar, DonchianLines> {
  readonly name = 'donchian';
  readonly inputs = ['high', 'low'] as const;
  readonly outputs = ['upper', 'middle', 'lower'] as const;
  readonly warmUp: number;
  protected readonly parameters: readonly [number];
  private readonly period: number;
  private readonly highest: MovingExtreme;
  private readonly lowest: MovingExtreme;

  constructor(period: number) {
    super();
    this.period = checkPeriod('donchian', period);
    this.parameters = [period];
    this.warmUp = period - 1;
    this.highest = new MovingExtreme(period, 'highest');
    this.lowest = new MovingExtreme(period, 'lowest');
  }

  update(bar: Bar, into: Mutable<DonchianLines> = empty()): DonchianLines {
    const { high, low } = bar;
    if (!(isNumber(high) && isNumber(low))) this.refuseBar(bar);
    return this.step(high, low, true, into);
  }

  peek(bar: Bar, into: Mutable<DonchianLines> = empty()): DonchianLines {
    const { high, low } = bar;
    if (!(isNumber(high) && isNumber(low))) this.refuseBar(bar);
    return this.step(high, low, false, into);
  }

  batch(columns: BatchInput<Bar>): BatchOutput<DonchianLines> {
    const [high, low] = checkColumns(this.id, columns, this.inputs, this.count);
    const { length } = high!;
    const upper = new Float64Array(length);
    const middle = new Float64Array(length);
    const lower = new Float64Array(length);
    this.highest.batch(high!, upper);
    this.lowest.batch(low!, lower);
    for (let i = 0; i < length; i++) middle[i] = (upper[i]! + lower[i]!) / 2;
    const cold = Math.max(0, this.warmUp - this.count);
    for (const line of [upper, middle, lower]) line.fill(Number.NaN, 0, cold);
    this.count += length;
    return { upper, middle, lower };
  }

  private step(high: number, low: number, commit: boolean, into: Mutable<DonchianLines>): DonchianLines {
    const isWarm = this.count >= this.warmUp;
    if (commit) this.count++;
    const upper = this.highest.step(high, commit);
    const lower = this.lowest.step(low, commit);
    into.upper = isWarm ? upper : Number.NaN;
    into.middle = isWarm ? (upper + lower) / 2 : Number.NaN;
    into.lower = isWarm ? lower : Number.NaN;
    return into;
  }

  protected fresh(): this {
    return new Donchian(this.period) as this;
  }
}

/**
 * Donchian channel: the highest high and the lowest low of the last `period` bars, the newest included, and the
 * middle of both. TA-Lib's DONCHIAN (MAX of the highs, MIN of the lows). First result at `period − 1`.
 * @param period bars, 1 or more; default 20
 * @throws CandlebookError INPUT_INVALID
 */
export function donchian(period = 20): Indicator<Bar, DonchianLines> {
  return new Donchian(period);
}
