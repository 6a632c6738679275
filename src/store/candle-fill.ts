import type { RestClient } from '../fetcher/index.ts';
import type { Interval } from '../market/index.ts';
import type { CandleTable } from './candle-table.ts';

/** The most that the exchange gives at once. */
const PAGE = 1000;

/** What is asked of a REST client. */
export type CandleSource = Pick<RestClient, 'klines' | 'serverTime'>;

/**
 * Takes the candles that closed after the last one that the table holds, as the exchange states them. A symbol of
 * which the table's newest day holds none is left out: its candles begin with the feed.
 *
 * @returns how many were taken
 * @throws what a request threw
 */
export async function fillCandles(
  table: CandleTable,
  rest: CandleSource,
  symbols: readonly string[],
  interval: Interval,
): Promise<number> {
  const last = await lastOpenTimes(table, interval);
  const now = last.size === 0 ? 0 : await rest.serverTime();
  let taken = 0;
  for (const symbol of symbols) {
    const from = last.get(symbol);
    if (from === undefined) continue;
    for (let startTime = from + 1; ; ) {
      const candles = await rest.klines(symbol, interval, { startTime, limit: PAGE });
      const closed = candles.filter(({ closeTime }) => closeTime < now);
      for (const candle of closed) await table.takeClosed(symbol, interval, candle);
      taken += closed.length;
      if (closed.length < PAGE) break;
      startTime = closed.at(-1)!.openTime + 1;
    }
  }
  return taken;
}

/** By the rows of the table's newest day. */
async function lastOpenTimes(table: CandleTable, interval: Interval): Promise<Map<string, number>> {
  await table.delta.refresh();
  const date = table.delta.partitions.reduce<string>(
    (newest, { date }) => (date! > newest ? date! : newest),
    '',
  );
  const last = new Map<string, number>();
  if (date === '') return last;
  const where = { date, interval };
  const columns = ['symbol', 'open_time'];
  for await (const batch of await table.delta.read({ where, columns })) {
    for (let row = 0; row < batch.rowCount; row++) {
      const symbol = batch.columns.symbol![row] as string;
      const openTime = Number(batch.columns.open_time![row]) / 1000;
      if (openTime > (last.get(symbol) ?? Number.NEGATIVE_INFINITY)) last.set(symbol, openTime);
    }
  }
  return last;
}
