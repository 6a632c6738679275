import { type Interval, intervalLength, parseInterval } from '../market/index.ts';
import { Base, type BatchInput, type Indicator } from './contract.ts';
import { checkColumn, checkPeriod, isNumber } from './parts/input.ts';
import { LogReturns } from './parts/log-returns.ts';
import { MovingSpread } from './parts/spread.ts';

class Volatility extends Base implements Indicator {
  readonly name = 'volatility';
  readonly inputs = ['close'] as const;
  readonly outputs = ['volatility'] as const;
  readonly warmUp: number;
  protected readonly parameters: readonly [number, Interval];
  private readonly period: number;
  private readonly interval: Interval;
  private readonly annual: number;
  private readonly returns = new LogReturns();
  private readonly window: MovingSpread;

  constructor(period: number, interval: Interval) {
    super();
    this.period = checkPeriod('volatility', period, 'period', 2);
    this.interval = parseInterval(interval);
    this.parameters = [period, interval];
    this.warmUp = period;
    this.annual = 100 * Math.sqrt(barsPerYear(interval));
    this.window = new MovingSpread(period);
  }

  update(value: number): number {
    if (!(isNumber(value) && value > 0)) this.refuse(value);
    return this.step(value, true);
  }

  peek(value: number): number {
    if (!(isNumber(value) && value > 0)) this.refuse(value);
    return this.step(value, false);
  }

  batch(column: BatchInput<number>): Float64Array {
    const values = checkColumn(this.id, 'close', column, this.count, 'positive');
    const out = new Float64Array(values.length);
    for (let i = 0; i < values.length; i++) out[i] = this.step(values[i]!, true);
    return out;
  }

  private step(value: number, commit: boolean): number {
    const { count, window, period } = this;
    const change = this.returns.step(value, commit);
    if (commit) this.count = count + 1;
    if (count > 0) window.step(change, commit);
    return count < this.warmUp ? Number.NaN : Math.sqrt(window.spread / (period - 1)) * this.annual;
  }

  protected fresh(): this {
    return new Volatility(this.period, this.interval) as this;
  }
}

const YEAR = 365 * 86_400_000;

/** Markets of coins never close: a year has 365 days, or 12 months. */
export function barsPerYear(interval: Interval): number {
  const length = intervalLength(interval);
  return length === undefined ? 12 : YEAR / length;
}

/**
 * Realised volatility, in percent a year: the sample standard deviation (÷ period − 1) of the last `period` log
 * returns, times the root of the bars in a year of 365 days. First result at `period`.
 * @param period returns, 2 or more; default 20
 * @param interval of the bars, by which it is annualised; default `1d`
 * @throws CandlebookError INPUT_INVALID, also on a price that is not above zero
 */
export function volatility(period = 20, interval: Interval = '1d'): Indicator {
  return new Volatility(period, interval);
}
