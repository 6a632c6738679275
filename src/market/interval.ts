import { CandlebookError } from './errors.ts';

/** The exchange's kline intervals. */
export const INTERVALS = [
  '1s',
  '1m',
  '3m',
  '5m',
  '15m',
  '30m',
  '1h',
  '2h',
  '4h',
  '6h',
  '8h',
  '12h',
  '1d',
  '3d',
  '1w',
  '1M',
] as const;

export type Interval = (typeof INTERVALS)[number];

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** Binance's weeks begin on Monday; 1970-01-05 was the first Monday of the epoch. */
const FIRST_MONDAY = 4 * UNIT_MS.d;

export function isInterval(value: unknown): value is Interval {
  return typeof value === 'string' && (INTERVALS as readonly string[]).includes(value);
}

/** Checks an interval that came from outside. @throws CandlebookError INPUT_INVALID */
export function parseInterval(value: unknown): Interval {
  if (isInterval(value)) return value;
  throw new CandlebookError('INPUT_INVALID', `Unknown interval ${JSON.stringify(value)}.`, {
    value,
    hint: `Use one of ${INTERVALS.join(', ')} (1m is a minute, 1M a calendar month).`,
  });
}

/** Length in ms, or `undefined` for the calendar month, whose length varies. */
export function intervalLength(interval: Interval): number | undefined {
  if (interval === '1M') return undefined;
  const unit = interval.slice(-1) as keyof typeof UNIT_MS;
  return Number(interval.slice(0, -1)) * UNIT_MS[unit];
}

/** Open time (epoch ms, UTC) of the candle that holds `time` (epoch ms). */
export function openTimeOf(time: number, interval: Interval): number {
  if (interval === '1M') {
    const date = new Date(time);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
  }
  const length = intervalLength(interval)!;
  const origin = interval === '1w' ? FIRST_MONDAY : 0;
  return origin + Math.floor((time - origin) / length) * length;
}

/** Open time (epoch ms, UTC) of the candle after the one that opens at `openTime`. */
export function nextOpenTime(openTime: number, interval: Interval): number {
  if (interval === '1M') {
    const date = new Date(openTime);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
  }
  return openTime + intervalLength(interval)!;
}
