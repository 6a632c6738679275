import type { Candle } from '../market/index.ts';
import { Base, type BatchInput, type Indicator } from './contract.ts';
import { checkColumns, checkPeriod, isNumber } from './parts/input.ts';
import { MovingSum } from './parts/running-sum.ts';

type Bar = Pick<Candle, 'close' | 'volume' | 'quoteVolume'>;

export class RollingVwap extends Base implements Indicator<Bar> {
  readonly name = 'rollingVwap';
  readonly inputs = ['close', 'volume', 'quoteVolume'] as const;
  readonly outputs = ['rollingVwap'] as const;
  readonly warmUp: number;
  protected readonly parameters: readonly [number];
  private readonly period: number;
  private readonly base: MovingSum;
  private readonly quote: MovingSum;

  constructor(period: number) {
    super();
    this.period = checkPeriod('rollingVwap', period);
    this.parameters = [period];
    this.warmUp = period - 1;
    this.base = new MovingSum(period);
    this.quote = new MovingSum(period);
  }

  update(bar: Bar): number {
    const { close, volume, quoteVolume } = bar;
    if (!(isNumber(close) && isNumber(volume) && isNumber(quoteVolume))) this.refuseBar(bar);
    return this.step(close, volume, quoteVolume, true);
  }

  peek(bar: Bar): number {
    const { close, volume, quoteVolume } = bar;
    if (!(isNumber(close) && isNumber(volume) && isNumber(quoteVolume))) this.refuseBar(bar);
    return this.step(close, volume, quoteVolume, false);
  }

  batch(columns: BatchInput<Bar>): Float64Array {
    const [close, volume, quoteVolume] = checkColumns(this.id, columns, this.inputs, this.count);
    const { length } = close!;
    const out = new Float64Array(length);
    for (let i = 0; i < length; i++) out[i] = this.step(close![i]!, volume![i]!, quoteVolume![i]!, true);
    return out;
  }

  private step(close: number, volume: number, quoteVolume: number, commit: boolean): number {
    const { count } = this;
    if (commit) this.count = count + 1;
    const base = this.base.step(volume, commit);
    const quote = this.quote.step(quoteVolume, commit);
    if (count < this.warmUp) return Number.NaN;
    return base === 0 ? close : quote / base;
  }

  protected fresh(): this {
    return new RollingVwap(this.period) as this;
  }
}

/**
 * Volume-weighted average price of the last `period` bars, exactly: Σ quote volume / Σ volume, not an average of
 * typical prices. The close where nothing was traded. First result at `period − 1`.
 * @param period bars, 1 or more; default 20
 * @throws CandlebookError INPUT_INVALID
 */
export function rollingVwap(period = 20): Indicator<Bar> {
  return new RollingVwap(period);
}
