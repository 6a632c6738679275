import { mayPass, type RestClient } from '../fetcher/index.ts';
import type { Interval } from '../market/index.ts';
import type { CandleTable } from './candle-table.ts';

/** The most that the exchange gives at once. */
const PAGE = 1000;
/** Bars before now that a symbol begins with: what a chart shows, and what its averages need to run in. */
const FIRST_BARS = 300;
/** Symbols that are asked for at a time. */
const AT_ONCE = 8;
/** Days that are searched for the last candle of a symbol; one that was not followed for longer begins anew. */
const DAYS_SEARCHED = 31;

/** What is asked of a REST client. */
export type CandleSource = Pick<RestClient, 'klines' | 'serverTime'>;

export interface CandleFill {
  /** Candles that were taken. */
  readonly taken: number;
  /** The exchange's clock before it was asked, epoch ms: what closed before is there. */
  readonly until: number;
}

/**
 * Takes the candles that closed after the last one that the table holds, as the exchange states them. Of a
 * symbol of which the newest 31 days of the table hold none, the last 300 are taken.
 *
 * @throws what a request threw, once every other symbol has its candles; of several errors, one that may pass
 */
export async function fillCandles(
  table: CandleTable,
  rest: CandleSource,
  symbols: readonly string[],
  interval: Interval,
): Promise<CandleFill> {
  const last = await lastOpenTimes(table, symbols, interval);
  const now = await rest.serverTime();
  let taken = 0;
  const failures: unknown[] = [];
  const fill = async (symbol: string) => {
    const from = last.get(symbol);
    let range = from === undefined ? { limit: FIRST_BARS } : { startTime: from + 1, limit: PAGE };
    for (;;) {
      const candles = await rest.klines(symbol, interval, range);
      const closed = candles.filter(({ closeTime }) => closeTime < now);
      for (const candle of closed) await table.takeClosed(symbol, interval, candle);
      taken += closed.length;
      if (closed.length < PAGE) break;
      range = { startTime: closed.at(-1)!.openTime + 1, limit: PAGE };
    }
  };
  for (let at = 0; at < symbols.length; at += AT_ONCE)
    for (const ended of await Promise.allSettled(symbols.slice(at, at + AT_ONCE).map(fill)))
      if (ended.status === 'rejected') failures.push(ended.reason);
  if (failures.length > 0) throw failures.find(mayPass) ?? failures[0];
  return { taken, until: now };
}

/** The last candle that is kept of each symbol, from the newest day back until each has been found. */
async function lastOpenTimes(
  { delta }: CandleTable,
  symbols: readonly string[],
  interval: Interval,
): Promise<Map<string, number>> {
  await delta.refresh();
  const days = delta.partitions
    .map(({ date }) => date!)
    .sort()
    .reverse();
  const last = new Map<string, number>();
  for (const date of days.slice(0, DAYS_SEARCHED)) {
    const unknown = symbols.filter((symbol) => !last.has(symbol));
    if (unknown.length === 0) break;
    const where = { date, interval, symbol: { in: unknown } };
    const found = new Map<string, number>();
    for await (const { rowCount, columns } of await delta.read({ where, columns: ['symbol', 'open_time'] })) {
      for (let row = 0; row < rowCount; row++) {
        const symbol = columns.symbol![row] as string;
        const openTime = Number(columns.open_time![row]) / 1000;
        if (openTime > (found.get(symbol) ?? Number.NEGATIVE_INFINITY)) found.set(symbol, openTime);
      }
    }
    for (const [symbol, openTime] of found) last.set(symbol, openTime);
  }
  return last;
}
