import type { RestClient } from '../fetcher/index.ts';
import { type Candle, CandlebookError, type Interval, nextOpenTime, openTimeOf } from '../market/index.ts';
import type { CandleRow, CandleTable } from '../store/index.ts';

export interface PastBars {
  /** Closed bars, oldest first; fewer than asked for where there are no more. */
  readonly bars: readonly Candle[];
  /** How many of them the table held; the exchange gave the others. */
  readonly fromTable: number;
}

/** Most bars of one answer. */
const PAGE_BARS = 1000;
/** Longest bar of the exchange, for how far back the table's days are read, ms. */
const DAY_MS = 86_400_000;

/**
 * The last `count` bars that closed up to `until` (epoch ms): out of the table where it holds them all, else the
 * exchange's, and of these two what there is where the exchange can not be asked.
 * @throws what the request threw where the table holds none either
 */
export async function pastBars(
  table: CandleTable | undefined,
  rest: RestClient,
  { symbol, interval, until, count }: { symbol: string; interval: Interval; until: number; count: number },
): Promise<PastBars> {
  const end = openTimeOf(until, interval);
  const kept = table ? await keptBars(table, symbol, interval, end, count) : [];
  if (kept.length >= count && gapless(kept, interval, end)) return { bars: kept, fromTable: kept.length };
  try {
    const asked = await rest.klines(symbol, interval, {
      endTime: end - 1,
      limit: Math.min(count, PAGE_BARS),
    });
    const bars = new Map([...asked, ...kept].map((bar) => [bar.openTime, bar]));
    const sorted = [...bars.values()].sort((a, b) => a.openTime - b.openTime).slice(-count);
    const known = new Set(kept.map(({ openTime }) => openTime));
    return { bars: sorted, fromTable: sorted.filter(({ openTime }) => known.has(openTime)).length };
  } catch (error) {
    if (kept.length === 0 || !(error instanceof CandlebookError)) throw error;
    return { bars: kept, fromTable: kept.length };
  }
}

async function keptBars(
  table: CandleTable,
  symbol: string,
  interval: Interval,
  end: number,
  count: number,
): Promise<Candle[]> {
  await table.flush().catch(() => undefined);
  const length = nextOpenTime(end, interval) - end;
  const from = end - count * length;
  const dates = { gte: dateOf(from - DAY_MS), lte: dateOf(end) };
  const where = { symbol, interval, date: dates, open_time: { gte: from, lt: end } };
  return (await table.read({ where })).map(toCandle);
}

function gapless(bars: readonly Candle[], interval: Interval, end: number): boolean {
  return bars.every(({ openTime }, i) => nextOpenTime(openTime, interval) === (bars[i + 1]?.openTime ?? end));
}

function dateOf(time: number): string {
  return new Date(Math.max(0, time)).toISOString().slice(0, 10);
}

function toCandle(row: CandleRow): Candle {
  const { open, high, low, close, volume, quoteVolume, tradeCount, takerBuyVolume, takerBuyQuoteVolume } =
    row;
  const { open_time: openTime, close_time: closeTime } = row;
  return {
    openTime,
    open,
    high,
    low,
    close,
    volume,
    closeTime,
    quoteVolume,
    tradeCount,
    takerBuyVolume,
    takerBuyQuoteVolume,
  };
}
