import {
  type Candle,
  CandlebookError,
  type Interval,
  intervalLength,
  nextOpenTime,
  openTimeOf,
  parseInterval,
} from '../market/index.ts';
import { closeTimeOf } from './check.ts';
import { DecimalSum } from './decimal-sum.ts';
import { CandleSeries } from './series.ts';

export interface ResampleOptions {
  /** Keep a first bar whose beginning the series does not hold. Default false. */
  keepPartial?: boolean;
}

/**
 * A series of longer bars made of the series' bars, the forming one included: one-minute bars into hours, days,
 * weeks from Monday, months; all boundaries in UTC. The last bar is closed where its time is over and its last part
 * closed too, else it is forming. Intervals without any bar stay gaps. Sums are exact.
 * @throws CandlebookError INPUT_INVALID where the longer bars can not be made of whole shorter ones
 */
export function resampleCandles(
  series: CandleSeries,
  interval: Interval,
  options: ResampleOptions = {},
): CandleSeries {
  parseInterval(interval);
  checkWhole(series.interval, interval);
  const longer: Candle[] = [];
  const parts: Candle[] = [...series];
  const { forming } = series;
  if (forming) parts.push(forming);
  for (let from = 0; from < parts.length; ) {
    const openTime = openTimeOf(parts[from]!.openTime, interval);
    const end = nextOpenTime(openTime, interval);
    let to = from;
    while (to < parts.length && parts[to]!.openTime < end) to++;
    const isWhole = from > 0 || parts[0]!.openTime === openTime || options.keepPartial;
    if (isWhole) longer.push(merge(parts.slice(from, to), openTime, interval));
    from = to;
  }
  const resampled = new CandleSeries(interval, { symbol: series.symbol, limit: series.limit });
  const last = parts.at(-1);
  // The time up to which the series has spoken: within its forming bar, or after its last closed one.
  const at = last === undefined ? 0 : forming ? last.openTime : last.closeTime + 1;
  resampled.load(longer, { at });
  return resampled;
}

function merge(parts: readonly Candle[], openTime: number, interval: Interval): Candle {
  const sum = (field: 'volume' | 'quoteVolume' | 'tradeCount' | 'takerBuyVolume' | 'takerBuyQuoteVolume') => {
    const total = new DecimalSum();
    for (const part of parts) total.add(part[field]);
    return total.value;
  };
  return {
    openTime,
    open: parts[0]!.open,
    high: Math.max(...parts.map((part) => part.high)),
    low: Math.min(...parts.map((part) => part.low)),
    close: parts.at(-1)!.close,
    volume: sum('volume'),
    closeTime: closeTimeOf(openTime, interval),
    quoteVolume: sum('quoteVolume'),
    tradeCount: sum('tradeCount'),
    takerBuyVolume: sum('takerBuyVolume'),
    takerBuyQuoteVolume: sum('takerBuyQuoteVolume'),
  };
}

/** A week or month holds whole bars of up to a day; other intervals, bars whose length divides theirs. */
function checkWhole(from: Interval, to: Interval): void {
  const [short, long] = [intervalLength(from), intervalLength(to)];
  const day = 86_400_000;
  const fits =
    short !== undefined &&
    (long === undefined || to === '1w' ? day % short === 0 : long % short === 0) &&
    (long === undefined || short < long);
  if (fits) return;
  throw new CandlebookError('INPUT_INVALID', `Bars of ${to} can not be made of bars of ${from}.`, {
    value: to,
    hint: 'Resample upwards only, to an interval that holds whole bars: 1m to 5m, 1h or 1d, but not 3m to 5m.',
  });
}
