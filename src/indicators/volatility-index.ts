import { Base, type BatchInput, type Indicator } from './contract.ts';
import { checkColumn, checkPeriod, isNumber } from './parts/input.ts';
import { LogReturns } from './parts/log-returns.ts';
import { MovingSpread } from './parts/spread.ts';

class VolatilityIndex extends Base implements Indicator {
  readonly name = 'volatilityIndex';
  readonly inputs = ['close'] as const;
  readonly outputs = ['volatilityIndex'] as const;
  readonly warmUp: number;
  protected readonly parameters: readonly [number, number];
  private readonly returns = new LogReturns();
  private readonly short: MovingSpread;
  private readonly long: MovingSpread;

  constructor(short: number, long: number) {
    super();
    checkPeriod('volatilityIndex', short, 'short', 2);
    checkPeriod('volatilityIndex', long, 'long', short + 1);
    this.parameters = [short, long];
    this.warmUp = long;
    this.short = new MovingSpread(short);
    this.long = new MovingSpread(long);
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
    const { count, short, long } = this;
    const change = this.returns.step(value, commit);
    if (commit) this.count = count + 1;
    if (count > 0) {
      short.step(change, commit);
      long.step(change, commit);
    }
    if (count < this.warmUp) return Number.NaN;
    const [shortPeriod, longPeriod] = this.parameters;
    const usual = long.spread / (longPeriod - 1);
    return usual === 0 ? 100 : 100 * Math.sqrt(short.spread / (shortPeriod - 1) / usual);
  }

  protected fresh(): this {
    return new VolatilityIndex(...this.parameters) as this;
  }
}

/**
 * Volatility index: the realised volatility of the last `short` bars in percent of that of the last `long` ones,
 * both as in `volatility`. 100 is as usual, 200 twice as restless; 100 where the price has not moved at all. It
 * needs no options market and compares coins of any price. First result at `long`.
 * @param short returns, 2 or more; default 20
 * @param long returns, more than `short`; default 100
 * @throws CandlebookError INPUT_INVALID, also on a price that is not above zero
 */
export function volatilityIndex(short = 20, long = 100): Indicator {
  return new VolatilityIndex(short, long);
}
