import type { Candle } from '../market/index.ts';
import { Base, type BatchInput, type BatchOutput, type Indicator, type Mutable } from './contract.ts';
import { MovingExtreme } from './parts/extreme.ts';
import { checkColumns, checkPeriod, isNumber } from './parts/input.ts';

type Bar = Pick<Candle, 'high' | 'low'>;

/** Lines of `ichimoku`. */
export interface IchimokuLines {
  /** Middle of the range of the shortest window. */
  readonly conversion: number;
  /** Middle of the range of the second window. */
  readonly base: number;
  /** The mean of both. */
  readonly leadingA: number;
  /** Middle of the range of the longest window. */
  readonly leadingB: number;
}

const empty = (): Mutable<IchimokuLines> => ({
  conversion: Number.NaN,
  base: Number.NaN,
  leadingA: Number.NaN,
  leadingB: Number.NaN,
});

export class Ichimoku extends Base implements Indicator<Bar, IchimokuLines> {
  readonly name = 'ichimoku';
  readonly inputs = ['high', 'low'] as const;
  readonly outputs = ['conversion', 'base', 'leadingA', 'leadingB'] as const;
  readonly warmUp: number;
  protected readonly parameters: readonly [number, number, number];
  private readonly periods: readonly [conversion: number, base: number, leading: number];
  private readonly high1: MovingExtreme;
  private readonly low1: MovingExtreme;
  private readonly high2: MovingExtreme;
  private readonly low2: MovingExtreme;
  private readonly high3: MovingExtreme;
  private readonly low3: MovingExtreme;

  constructor(periods: readonly [conversion: number, base: number, leading: number]) {
    super();
    const [conversion, base, leading] = periods;
    checkPeriod('ichimoku', conversion, 'conversion');
    checkPeriod('ichimoku', base, 'base');
    checkPeriod('ichimoku', leading, 'leading');
    this.periods = periods;
    this.parameters = periods;
    this.warmUp = Math.max(...periods) - 1;
    this.high1 = new MovingExtreme(conversion, 'highest');
    this.low1 = new MovingExtreme(conversion, 'lowest');
    this.high2 = new MovingExtreme(base, 'highest');
    this.low2 = new MovingExtreme(base, 'lowest');
    this.high3 = new MovingExtreme(leading, 'highest');
    this.low3 = new MovingExtreme(leading, 'lowest');
  }

  update(bar: Bar, into: Mutable<IchimokuLines> = empty()): IchimokuLines {
    const { high, low } = bar;
    if (!(isNumber(high) && isNumber(low))) this.refuseBar(bar);
    return this.step(high, low, true, into);
  }

  peek(bar: Bar, into: Mutable<IchimokuLines> = empty()): IchimokuLines {
    const { high, low } = bar;
    if (!(isNumber(high) && isNumber(low))) this.refuseBar(bar);
    return this.step(high, low, false, into);
  }

  batch(columns: BatchInput<Bar>): BatchOutput<IchimokuLines> {
    const [high, low] = checkColumns(this.id, columns, this.inputs, this.count);
    const { length } = high!;
    const lowest = new Float64Array(length);
    const highs = [this.high1, this.high2, this.high3];
    const lows = [this.low1, this.low2, this.low3];
    const middles = this.periods.map((period, i) => {
      const middle = new Float64Array(length);
      highs[i]!.batch(high!, middle);
      lows[i]!.batch(low!, lowest);
      for (let row = 0; row < length; row++) middle[row] = (middle[row]! + lowest[row]!) / 2;
      return middle.fill(Number.NaN, 0, Math.max(0, period - 1 - this.count));
    });
    const [conversion, base, leadingB] = middles as [Float64Array, Float64Array, Float64Array];
    // The scratch column is as good as any other.
    const leadingA = lowest;
    for (let row = 0; row < length; row++) leadingA[row] = (conversion[row]! + base[row]!) / 2;
    this.count += length;
    return { conversion, base, leadingA, leadingB };
  }

  private step(high: number, low: number, commit: boolean, into: Mutable<IchimokuLines>): IchimokuLines {
    const { count } = this;
    if (commit) this.count = count + 1;
    const [period1, period2, period3] = this.periods;
    const middle1 = (this.high1.step(high, commit) + this.low1.step(low, commit)) / 2;
    const middle2 = (this.high2.step(high, commit) + this.low2.step(low, commit)) / 2;
    const middle3 = (this.high3.step(high, commit) + this.low3.step(low, commit)) / 2;
    const conversion = count < period1 - 1 ? Number.NaN : middle1;
    const base = count < period2 - 1 ? Number.NaN : middle2;
    into.conversion = conversion;
    into.base = base;
    into.leadingA = (conversion + base) / 2;
    into.leadingB = count < period3 - 1 ? Number.NaN : middle3;
    return into;
  }

  protected fresh(): this {
    return new Ichimoku(this.periods) as this;
  }
}

/**
 * Ichimoku: middles of the ranges of three windows. Each value stands at the bar that completes it: charts draw
 * the leading lines `base` bars ahead (TradingView: `base − 1`), and the close `base` bars back as the lagging
 * line, so neither is shifted here. Hosoda's definition; TA-Lib has none. First full result at the longest
 * period − 1.
 * @param conversion bars (tenkan), default 9
 * @param base bars (kijun), default 26
 * @param leading bars of the slow leading line (senkou B), default 52
 * @throws CandlebookError INPUT_INVALID
 */
export function ichimoku(conversion = 9, base = 26, leading = 52): Indicator<Bar, IchimokuLines> {
  return new Ichimoku([conversion, base, leading]);
}
