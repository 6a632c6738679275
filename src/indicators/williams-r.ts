import type { Candle } from '../market/index.ts';
import { Base, type BatchInput, type Indicator } from './contract.ts';
import { isAtRest } from './parts/at-rest.ts';
import { MovingExtreme } from './parts/extreme.ts';
import { checkColumns, checkPeriod, isNumber } from './parts/input.ts';

type Bar = Pick<Candle, 'high' | 'low' | 'close'>;

export class WilliamsR extends Base implements Indicator<Bar> {
  readonly name = 'williamsR';
  readonly inputs = ['high', 'low', 'close'] as const;
  readonly outputs = ['williamsR'] as const;
  readonly warmUp: number;
  protected readonly parameters: readonly [number];
  private readonly period: number;
  private readonly highest: MovingExtreme;
  private readonly lowest: MovingExtreme;

  constructor(period: number) {
    super();
    this.period = checkPeriod('williamsR', period);
    this.parameters = [period];
    this.warmUp = period - 1;
    this.highest = new MovingExtreme(period, 'highest');
    this.lowest = new MovingExtreme(period, 'lowest');
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
    const lowest = new Float64Array(length);
    this.highest.batch(high!, out);
    this.lowest.batch(low!, lowest);
    for (let i = 0; i < length; i++) out[i] = place(out[i]!, lowest[i]!, close![i]!);
    out.fill(Number.NaN, 0, Math.max(0, this.warmUp - this.count));
    this.count += length;
    return out;
  }

  private step(high: number, low: number, close: number, commit: boolean): number {
    const { count } = this;
    if (commit) this.count = count + 1;
    const highest = this.highest.step(high, commit);
    const lowest = this.lowest.step(low, commit);
    return count < this.warmUp ? Number.NaN : place(highest, lowest, close);
  }

  protected fresh(): this {
    return new WilliamsR(this.period) as this;
  }
}

/** How far the close lies below the highest; 0 and not −0 at the very top. */
function place(highest: number, lowest: number, close: number): number {
  return isAtRest(highest, lowest) ? 0 : (highest - close) / ((highest - lowest) / -100) + 0;
}

/**
 * Williams %R, −100 to 0: how far the close lies below the highest high of the last `period` bars, in percent of
 * their range; 0 where there is none. TA-Lib's WILLR. First result at `period − 1`.
 * @param period bars, 1 or more; default 14
 * @throws CandlebookError INPUT_INVALID
 */
export function williamsR(period = 14): Indicator<Bar> {
  return new WilliamsR(period);
}
