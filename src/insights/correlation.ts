import type { CandleSeries } from '../candles/index.ts';
import { corr } from '../indicators/index.ts';
import { checkSeries } from './series.ts';

export interface Correlation {
  /** In the order given: row and column headings of `matrix`. */
  readonly symbols: readonly string[];
  /** Pearson's correlation of log returns, −1 to 1; NaN where a price did not move or there are under two returns. */
  readonly matrix: readonly (readonly number[])[];
  /** Returns that all symbols have in common. */
  readonly samples: number;
}

/**
 * How the coins move together: the correlation of their log returns between the open times that all of the series
 * have (closed bars). A bar that one of them lacks counts for none, so that every return spans the same time.
 * @throws CandlebookError INPUT_INVALID on series of different intervals
 */
export function correlation(all: readonly CandleSeries[]): Correlation {
  checkSeries(all);
  const closes = all.map((series) => {
    const times = series.column('openTime');
    const values = series.column('close');
    return new Map(Array.from(times, (time, i) => [time, values[i]!]));
  });
  const common = [...(closes[0]?.keys() ?? [])].filter((time) => closes.every((of) => of.has(time)));
  const returns = closes.map((of) =>
    common.slice(1).map((time, i) => Math.log(of.get(time)! / of.get(common[i]!)!)),
  );
  return {
    symbols: all.map((series) => series.symbol),
    matrix: returns.map((a) => returns.map((b) => corr(a, b))),
    samples: Math.max(0, common.length - 1),
  };
}
