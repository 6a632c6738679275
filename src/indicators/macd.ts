import {
  Base,
  type BatchInput,
  type BatchOutput,
  type Indicator,
  type Mutable,
  type ProfileOption,
} from './contract.ts';
import { Ema } from './ema.ts';
import { checkColumn, checkPeriod, isNumber, isTradingView, toColumn } from './parts/input.ts';

/** Lines of `macd`. */
export interface MacdLines {
  /** Fast average less slow average, in units of the price. */
  readonly macd: number;
  /** The average of `macd`. */
  readonly signal: number;
  /** `macd` less `signal`. */
  readonly histogram: number;
}

const empty = (): Mutable<MacdLines> => ({ macd: Number.NaN, signal: Number.NaN, histogram: Number.NaN });

export class Macd extends Base implements Indicator<number, MacdLines> {
  readonly name = 'macd';
  readonly inputs = ['close'] as const;
  readonly outputs = ['macd', 'signal', 'histogram'] as const;
  readonly warmUp: number;
  protected readonly parameters: readonly (number | string)[];
  private readonly fast: Ema;
  private readonly slow: Ema;
  private readonly signal: Ema;
  private readonly periods: readonly [fast: number, slow: number, signal: number];
  private readonly isTradingView: boolean;
  /** Bars before the first of the fast average, and before the first on which the lines are shown. */
  private readonly fastFrom: number;
  private readonly shownFrom: number;

  constructor(periods: readonly [fast: number, slow: number, signal: number], isTradingView: boolean) {
    super();
    const [fast, slow, signal] = periods;
    checkPeriod('macd', fast, 'fast');
    checkPeriod('macd', slow, 'slow', fast + 1);
    checkPeriod('macd', signal, 'signal');
    this.periods = periods;
    this.isTradingView = isTradingView;
    this.parameters = isTradingView ? [...periods, 'tradingview'] : periods;
    this.warmUp = slow + signal - 2;
    this.fastFrom = isTradingView ? 0 : slow - fast;
    this.shownFrom = isTradingView ? slow - 1 : this.warmUp;
    this.fast = new Ema(fast);
    this.slow = new Ema(slow);
    this.signal = new Ema(signal);
  }

  update(value: number, into: Mutable<MacdLines> = empty()): MacdLines {
    if (!isNumber(value)) this.refuse(value);
    return this.step(value, true, into);
  }

  peek(value: number, into: Mutable<MacdLines> = empty()): MacdLines {
    if (!isNumber(value)) this.refuse(value);
    return this.step(value, false, into);
  }

  batch(column: BatchInput<number>): BatchOutput<MacdLines> {
    const values = toColumn(this.id, 'close', column);
    const before = this.copy();
    const { length } = values;
    const out = {
      macd: new Float64Array(length),
      signal: new Float64Array(length),
      histogram: new Float64Array(length),
    };
    const start = Math.min(length, Math.max(0, this.warmUp + 1 - this.count));
    checkColumn(this.id, 'close', values.subarray(0, start), this.count);
    const lines = empty();
    for (let i = 0; i < start; i++) {
      this.step(values[i]!, true, lines);
      out.macd[i] = lines.macd;
      out.signal[i] = lines.signal;
      out.histogram[i] = lines.histogram;
    }
    const { macd: macds, signal: signals, histogram: histograms } = out;
    const averages = [this.fast, this.slow, this.signal] as const;
    const [fastFactor, slowFactor, signalFactor] = averages.map((average) => average.factor) as [
      number,
      number,
      number,
    ];
    let [fast, slow, signal] = averages.map((average) => average.average) as [number, number, number];
    for (let i = start; i < length; i++) {
      const value = values[i]!;
      fast = (value - fast) * fastFactor + fast;
      slow = (value - slow) * slowFactor + slow;
      const macd = fast - slow;
      signal = (macd - signal) * signalFactor + signal;
      macds[i] = macd;
      signals[i] = signal;
      histograms[i] = macd - signal;
    }
    if (!Number.isFinite(signal)) this.undo(before, { close: values });
    [fast, slow, signal].forEach((average, i) => {
      averages[i]!.average = average;
    });
    this.count += length - start;
    return out;
  }

  private step(value: number, commit: boolean, into: Mutable<MacdLines>): MacdLines {
    if (this.count <= this.warmUp) return this.begin(value, commit, into);
    // All three averages run: their steps by themselves, which is half of the time.
    const fast = (value - this.fast.average) * this.fast.factor + this.fast.average;
    const slow = (value - this.slow.average) * this.slow.factor + this.slow.average;
    const macd = fast - slow;
    const signal = (macd - this.signal.average) * this.signal.factor + this.signal.average;
    if (commit) {
      this.count++;
      this.fast.average = fast;
      this.slow.average = slow;
      this.signal.average = signal;
    }
    into.macd = macd;
    into.signal = signal;
    into.histogram = macd - signal;
    return into;
  }

  /** A step while some of the averages are not there yet. */
  private begin(value: number, commit: boolean, into: Mutable<MacdLines>): MacdLines {
    const { count } = this;
    if (commit) this.count = count + 1;
    const slow = commit ? this.slow.update(value) : this.slow.peek(value);
    let fast = Number.NaN;
    if (count >= this.fastFrom) fast = commit ? this.fast.update(value) : this.fast.peek(value);
    let signal = Number.NaN;
    const macd = fast - slow;
    if (count >= this.slow.warmUp) signal = commit ? this.signal.update(macd) : this.signal.peek(macd);
    const isShown = count >= this.shownFrom;
    into.macd = isShown ? macd : Number.NaN;
    into.signal = signal;
    into.histogram = macd - signal;
    return into;
  }

  protected fresh(): this {
    return new Macd(this.periods, this.isTradingView) as this;
  }
}

/**
 * Moving average convergence/divergence: the fast exponential average less the slow one, its own average as the
 * signal, and the difference of both. TA-Lib's MACD: the fast average is begun with the `fast` values that end
 * at the slow one's first, and no line shows before the signal. First result at `slow + signal − 2`.
 *
 * `tradingview` differs in two things: the fast average is begun with the very first `fast` values, and the line
 * `macd` shows from `slow − 1`.
 * @param fast bars, default 12
 * @param slow bars, more than `fast`; default 26
 * @param signal bars of the signal, default 9
 * @throws CandlebookError INPUT_INVALID
 */
export function macd(
  fast = 12,
  slow = 26,
  signal = 9,
  options: ProfileOption = {},
): Indicator<number, MacdLines> {
  return new Macd([fast, slow, signal], isTradingView('macd', options));
}
