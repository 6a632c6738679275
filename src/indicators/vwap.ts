import { type Candle, type Interval, nextOpenTime, openTimeOf, parseInterval } from '../market/index.ts';
import { Base, type BatchInput, type Indicator } from './contract.ts';
import { checkColumns, isNumber, notAfter } from './parts/input.ts';
import { RunningSum } from './parts/running-sum.ts';

type Bar = Pick<Candle, 'openTime' | 'close' | 'volume' | 'quoteVolume'>;

class Vwap extends Base implements Indicator<Bar> {
  readonly name = 'vwap';
  readonly inputs = ['openTime', 'close', 'volume', 'quoteVolume'] as const;
  readonly outputs = ['vwap'] as const;
  readonly warmUp = 0;
  protected readonly parameters: readonly [Interval];
  private readonly session: Interval;
  private readonly base = new RunningSum();
  private readonly quote = new RunningSum();
  private last = Number.NEGATIVE_INFINITY;
  private end = Number.NEGATIVE_INFINITY;

  constructor(session: Interval) {
    super();
    this.session = parseInterval(session);
    this.parameters = [session];
  }

  update(bar: Bar): number {
    this.check(bar);
    this.commit(bar.openTime, bar.volume, bar.quoteVolume);
    return this.price(bar.close);
  }

  peek(bar: Bar): number {
    this.check(bar);
    if (bar.openTime >= this.end) return bar.volume === 0 ? bar.close : bar.quoteVolume / bar.volume;
    const base = this.base.with(bar.volume);
    return base === 0 ? bar.close : this.quote.with(bar.quoteVolume) / base;
  }

  batch(columns: BatchInput<Bar>): Float64Array {
    const [times, close, volume, quoteVolume] = checkColumns(this.id, columns, this.inputs, this.count);
    const { length } = times!;
    if (length > 0 && !(times![0]! > this.last)) throw notAfter(this.id, times![0]!, this.count);
    const out = new Float64Array(length);
    for (let i = 0; i < length; i++) {
      this.commit(times![i]!, volume![i]!, quoteVolume![i]!);
      out[i] = this.price(close![i]!);
    }
    return out;
  }

  private check(bar: Bar): void {
    const { openTime, close, volume, quoteVolume } = bar;
    if (!(isNumber(openTime) && isNumber(close) && isNumber(volume) && isNumber(quoteVolume)))
      this.refuseBar(bar);
    if (!(openTime > this.last)) throw notAfter(this.id, openTime, this.count);
  }

  private commit(openTime: number, volume: number, quoteVolume: number): void {
    if (openTime >= this.end) {
      this.base.clear();
      this.quote.clear();
      this.end = nextOpenTime(openTimeOf(openTime, this.session), this.session);
    }
    this.base.add(volume);
    this.quote.add(quoteVolume);
    this.last = openTime;
    this.count++;
  }

  private price(close: number): number {
    const base = this.base.value;
    return base === 0 ? close : this.quote.value / base;
  }

  protected fresh(): this {
    return new Vwap(this.session) as this;
  }
}

/**
 * Volume-weighted average price of the session so far, exactly: Σ quote volume / Σ volume, not an average of
 * typical prices. Begins anew at each boundary of `session` in UTC. The close where nothing was traded yet. First
 * result at 0.
 * @param session default `1d`; `1w` begins on Monday, `1M` on the first
 * @throws CandlebookError INPUT_INVALID, also on bars that are not in order of time
 */
export function vwap(session: Interval = '1d'): Indicator<Bar> {
  return new Vwap(session);
}
