import type { CandleSeries } from '../candles/index.ts';
import { CandlebookError } from '../market/index.ts';

/** One series a symbol and all of one interval. @throws CandlebookError INPUT_INVALID */
export function checkSeries(all: readonly CandleSeries[]): void {
  const seen = new Set<string>();
  for (const { symbol, interval } of all) {
    if (seen.has(symbol)) {
      throw new CandlebookError('INPUT_INVALID', `There are two series of ${symbol}.`, {
        value: symbol,
        hint: 'Pass one series of each symbol.',
      });
    }
    seen.add(symbol);
    if (interval !== all[0]!.interval) {
      throw new CandlebookError(
        'INPUT_INVALID',
        `The series of ${symbol} is of ${interval}, that of ${all[0]!.symbol} of ${all[0]!.interval}.`,
        { value: interval, hint: 'Pass series of one interval; resampleCandles makes longer bars.' },
      );
    }
  }
}
