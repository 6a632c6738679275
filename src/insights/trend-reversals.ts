import type { CandleSeries } from '../candles/index.ts';
import { crossings, ema } from '../indicators/index.ts';
import { CandlebookError } from '../market/index.ts';

export interface TrendReversal {
  readonly symbol: string;
  /** Of the bar whose close completed it. */
  readonly openTime: number;
  /** Where the trend goes from here. */
  readonly direction: 'up' | 'down';
  /** That bar's close. */
  readonly price: number;
  /** Since the reversal before it, in percent of the price there; `undefined` for the first. */
  readonly moveSincePercent: number | undefined;
}

export interface TrendReversalOptions {
  /** Bars of the fast exponential average, default 9. */
  fast?: number;
  /** Bars of the slow one, default 21. */
  slow?: number;
}

/**
 * Where the trend turned, oldest first: the fast exponential average of the close crosses the slow one. Closed bars
 * only, so that none is taken back.
 * @throws CandlebookError INPUT_INVALID
 */
export function trendReversals(series: CandleSeries, options: TrendReversalOptions = {}): TrendReversal[] {
  const { fast = 9, slow = 21 } = options;
  if (!(fast < slow)) {
    throw new CandlebookError(
      'INPUT_INVALID',
      `The fast average (${fast}) is not faster than the slow one (${slow}).`,
      {
        value: options,
        hint: 'Pass fewer bars as fast than as slow.',
      },
    );
  }
  const closes = series.column('close');
  const times = series.column('openTime');
  const found: TrendReversal[] = [];
  crossings(ema(fast).batch(closes), ema(slow).batch(closes)).forEach((crossing, i) => {
    if (crossing === 0) return;
    const price = closes[i]!;
    const before = found.at(-1);
    found.push({
      symbol: series.symbol,
      openTime: times[i]!,
      direction: crossing > 0 ? 'up' : 'down',
      price,
      moveSincePercent: before && (price / before.price - 1) * 100,
    });
  });
  return found;
}
