import type { Candle } from '../market/index.ts';
import { Base, type BatchInput, type BatchOutput, type Indicator, type Mutable } from './contract.ts';
import { isAtRest } from './parts/at-rest.ts';
import { MovingExtreme } from './parts/extreme.ts';
import { checkColumns, checkPeriod, isNumber } from './parts/input.ts';
import { Sma } from './sma.ts';

type Bar = Pick<Candle, 'high' | 'low' | 'close'>;

/** Lines of `stochastic`. */
export interface StochasticLines {
  /** Place of the close in the range. */
  readonly k: number;
  /** The average of `k`. */
  readonly d: number;
}

const empty = (): Mutable<StochasticLines> => ({ k: Number.NaN, d: Number.NaN });

export class Stochastic extends Base implements Indicator<Bar, StochasticLines> {
  readonly name = 'stochastic';
  readonly inputs = ['high', 'low', 'close'] as const;
  readonly outputs = ['k', 'd'] as const;
  readonly warmUp: number;
  protected readonly parameters: readonly [number, number, number];
  private readonly periods: readonly [k: number, smooth: number, d: number];
  private readonly highest: MovingExtreme;
  private readonly lowest: MovingExtreme;
  private readonly smoothed: Sma;
  private readonly slow: Sma;

  constructor(periods: readonly [k: number, smooth: number, d: number]) {
    super();
    const [k, smooth, d] = periods;
    checkPeriod('stochastic', k, 'k');
    checkPeriod('stochastic', smooth, 'smooth');
    checkPeriod('stochastic', d, 'd');
    this.periods = periods;
    this.parameters = periods;
    this.highest = new MovingExtreme(k, 'highest');
    this.lowest = new MovingExtreme(k, 'lowest');
    this.smoothed = new Sma(smooth);
    this.slow = new Sma(d);
    this.warmUp = k + smooth + d - 3;
  }

  update(bar: Bar, into: Mutable<StochasticLines> = empty()): StochasticLines {
    const { high, low, close } = bar;
    if (!(isNumber(high) && isNumber(low) && isNumber(close))) this.refuseBar(bar);
    return this.step(high, low, close, true, into);
  }

  peek(bar: Bar, into: Mutable<StochasticLines> = empty()): StochasticLines {
    const { high, low, close } = bar;
    if (!(isNumber(high) && isNumber(low) && isNumber(close))) this.refuseBar(bar);
    return this.step(high, low, close, false, into);
  }

  batch(columns: BatchInput<Bar>): BatchOutput<StochasticLines> {
    const [high, low, close] = checkColumns(this.id, columns, this.inputs, this.count);
    const { count } = this;
    const { length } = high!;
    // The extremes first, each in the place of a line.
    const k = new Float64Array(length);
    const d = new Float64Array(length);
    this.highest.batch(high!, k);
    this.lowest.batch(low!, d);
    const [window, smooth] = this.periods;
    const toSmooth = Math.min(length, Math.max(0, window - 1 - count));
    const toSlow = Math.min(length, Math.max(0, window + smooth - 2 - count));
    for (let i = toSmooth; i < length; i++) k[i] = place(k[i]!, d[i]!, close![i]!);
    k.set(this.smoothed.batch(k.subarray(toSmooth)), toSmooth);
    d.set(this.slow.batch(k.subarray(toSlow)), toSlow);
    const cold = Math.max(0, this.warmUp - count);
    k.fill(Number.NaN, 0, cold);
    d.fill(Number.NaN, 0, cold);
    this.count = count + length;
    return { k, d };
  }

  private step(
    high: number,
    low: number,
    close: number,
    commit: boolean,
    into: Mutable<StochasticLines>,
  ): StochasticLines {
    const { count, smoothed, slow } = this;
    const [window, smooth] = this.periods;
    if (commit) this.count = count + 1;
    const highest = this.highest.step(high, commit);
    const lowest = this.lowest.step(low, commit);
    let k = Number.NaN;
    let d = Number.NaN;
    if (count >= window - 1) {
      const raw = place(highest, lowest, close);
      k = commit ? smoothed.update(raw) : smoothed.peek(raw);
      if (count >= window + smooth - 2) d = commit ? slow.update(k) : slow.peek(k);
    }
    into.k = count < this.warmUp ? Number.NaN : k;
    into.d = d;
    return into;
  }

  protected fresh(): this {
    return new Stochastic(this.periods) as this;
  }
}

/** Where the close lies in the range, 0 to 100. */
function place(highest: number, lowest: number, close: number): number {
  return isAtRest(highest, lowest) ? 0 : (close - lowest) / ((highest - lowest) / 100);
}

/**
 * Stochastic oscillator, 0 to 100: where the close lies between the lowest low and the highest high of the last
 * `k` bars (0 where those are equal), smoothed, and the average of that. TA-Lib's STOCH with simple averages; no
 * line shows before `d`. First result at `k + smooth + d − 3`.
 * @param k bars of the range, default 5
 * @param smooth bars over which the place is averaged, default 3; 1 is the fast stochastic
 * @param d bars of the average of `k`, default 3
 * @throws CandlebookError INPUT_INVALID
 */
export function stochastic(k = 5, smooth = 3, d = 3): Indicator<Bar, StochasticLines> {
  return new Stochastic([k, smooth, d]);
}
