import { CandlebookError, type Interval, intervalLength, nextOpenTime, openTimeOf } from '../market/index.ts';

/** Open times from `from` up to, and without, `to` (epoch ms). */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The most rows that the exchange gives at once. */
const PAGE_ROWS = 1_000;

/** The first open time that is not before `time`. */
export function firstOpenTime(time: number, interval: Interval): number {
  const open = openTimeOf(time, interval);
  return open < time ? nextOpenTime(open, interval) : open;
}

/** `count` bars on, or less at the end of time. */
function advance(openTime: number, interval: Interval, count: number): number {
  const length = intervalLength(interval);
  if (length !== undefined) return openTime + count * length;
  const date = new Date(openTime);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + count, 1);
}

/** How many bars open within a span that begins and ends on open times. */
export function barsIn({ from, to }: Span, interval: Interval): number {
  const length = intervalLength(interval);
  if (length !== undefined) return Math.max(0, Math.round((to - from) / length));
  const [a, b] = [new Date(from), new Date(to)];
  return Math.max(0, (b.getUTCFullYear() - a.getUTCFullYear()) * 12 + b.getUTCMonth() - a.getUTCMonth());
}

/** Parts of a span of at most so many bars, in order. */
export function pagesOf(span: Span, interval: Interval, rows = PAGE_ROWS): Span[] {
  const pages: Span[] = [];
  for (let from = span.from; from < span.to; ) {
    const to = Math.min(span.to, advance(from, interval, rows));
    pages.push({ from, to });
    from = to;
  }
  return pages;
}

/** Runs of bars within a span that are not among these open times, which are in order. */
export function missingIn(span: Span, interval: Interval, openTimes: Iterable<number>): Span[] {
  const missing: Span[] = [];
  let expected = span.from;
  for (const time of openTimes) {
    if (time > expected) missing.push({ from: expected, to: time });
    expected = nextOpenTime(time, interval);
  }
  if (expected < span.to) missing.push({ from: expected, to: span.to });
  return missing;
}

/** @throws CandlebookError INPUT_INVALID */
export function checkSpan(from: number, to: number | undefined): void {
  if (Number.isFinite(from) && from >= 0 && (to === undefined || (Number.isFinite(to) && to > from))) return;
  throw new CandlebookError(
    'INPUT_INVALID',
    `A span from ${timeText(from)} to ${to === undefined ? 'now' : timeText(to)} can not be downloaded.`,
    {
      value: { from, to },
      hint: 'Give times that have been (epoch ms), and an end after the beginning.',
    },
  );
}

function timeText(time: number): string {
  return Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : String(time);
}
