import { type Candle, CandlebookError, type Interval, openTimeOf } from '../market/index.ts';
import type { HistorySource } from './download.ts';
import { missingIn, type Span } from './span.ts';

/**
 * The candles of a span, in order and each once. What the first answer lacks is asked for again: bars that the
 * exchange then still does not state are not there (it stood still, or the pair was not listed).
 *
 * @throws CandlebookError RESPONSE_INVALID for rows that contradict one another or lie on no open time
 */
export async function fetchPage(
  rest: HistorySource,
  symbol: string,
  interval: Interval,
  span: Span,
): Promise<Candle[]> {
  const rows = await ask(rest, symbol, interval, span);
  for (const hole of missingIn(
    span,
    interval,
    [...rows.keys()].sort((a, b) => a - b),
  ))
    for (const [time, candle] of await ask(rest, symbol, interval, hole)) rows.set(time, candle);
  return [...rows.values()].sort((a, b) => a.openTime - b.openTime);
}

async function ask(
  rest: HistorySource,
  symbol: string,
  interval: Interval,
  { from, to }: Span,
): Promise<Map<number, Candle>> {
  const rows = new Map<number, Candle>();
  const range = { startTime: from, endTime: to - 1, limit: 1_000 };
  for (const candle of await rest.klines(symbol, interval, range)) {
    const { openTime } = candle;
    const known = rows.get(openTime);
    if (openTime < from || openTime >= to || openTimeOf(openTime, interval) !== openTime)
      throw wrong(symbol, interval, openTime, 'was not asked for');
    if (known && JSON.stringify(known) !== JSON.stringify(candle))
      throw wrong(symbol, interval, openTime, 'comes twice with different numbers');
    rows.set(openTime, candle);
  }
  return rows;
}

function wrong(symbol: string, interval: Interval, openTime: number, what: string): CandlebookError {
  return new CandlebookError(
    'RESPONSE_INVALID',
    `The ${interval} candle of ${symbol} at ${new Date(openTime).toISOString()} ${what}.`,
    { value: openTime, hint: 'The exchange answered wrongly; try again.' },
  );
}
