import type { CandleSeries } from '../candles/index.ts';
import { volatility } from '../indicators/index.ts';
import { CandlebookError, nextOpenTime } from '../market/index.ts';
import { checkSeries } from './series.ts';

export interface VolatilityRank {
  /** 1 is the most volatile. */
  readonly rank: number;
  readonly symbol: string;
  /** Realised, in percent a year. */
  readonly volatilityPercent: number;
  /** Log returns that it is of. */
  readonly returns: number;
}

/**
 * Who moves most: realised volatility of the last `period` bars, as the indicator `volatility` has it, most volatile
 * first. Only the newest run of bars without a gap counts: a return over a gap is of another length. Symbols with
 * fewer than three bars in it are left out.
 * @param options `period`: log returns, 2 or more; default: all there are
 * @throws CandlebookError INPUT_INVALID
 */
export function volatilityRanking(
  all: readonly CandleSeries[],
  options: { period?: number } = {},
): VolatilityRank[] {
  checkSeries(all);
  const { period = Number.POSITIVE_INFINITY } = options;
  if (!(period >= 2)) {
    throw new CandlebookError('INPUT_INVALID', `Volatility can not be of ${period} returns.`, {
      value: period,
      hint: 'Pass a period of 2 or more.',
    });
  }
  return all
    .flatMap((series) => {
      const closes = newestRun(series);
      const returns = Math.min(period, closes.length - 1);
      if (returns < 2) return [];
      const values = volatility(returns, series.interval).batch(closes.subarray(closes.length - returns - 1));
      return { symbol: series.symbol, volatilityPercent: values.at(-1)!, returns };
    })
    .sort((a, b) => b.volatilityPercent - a.volatilityPercent)
    .map((one, i) => ({ rank: i + 1, ...one }));
}

/** Closes of the newest bars that follow each other without a gap. */
function newestRun(series: CandleSeries): Float64Array {
  const times = series.column('openTime');
  let from = times.length - 1;
  while (from > 0 && nextOpenTime(times[from - 1]!, series.interval) === times[from]) from--;
  return series.column('close').subarray(Math.max(0, from));
}
