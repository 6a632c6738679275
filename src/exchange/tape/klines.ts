import { type Interval, nextOpenTime, openTimeOf } from '../../market/index.ts';
import { type Bar, emptyBar } from './bar.ts';
import type { Tape } from './tape.ts';

export interface Kline {
  readonly openTime: number;
  readonly closeTime: number;
  readonly bar: Bar;
}

/** The kline of `interval` that opens at `openTime`, as far as it has been traded. */
export function klineAt(tape: Tape, interval: Interval, openTime: number, offset = 0): Kline {
  const next = nextOpenTime(openTime + offset, interval) - offset;
  return { openTime, closeTime: next - 1, bar: tape.bar(openTime, next) };
}

export interface KlineQuery {
  readonly startTime?: number | undefined;
  readonly endTime?: number | undefined;
  readonly limit: number;
  /** Offset of the caller's time zone in ms, by which days and longer begin elsewhere. */
  readonly offset?: number;
}

/** Open times that a query asks for: from its start on, or else back from its end. */
function openTimes(tape: Tape, interval: Interval, now: number, query: KlineQuery): number[] {
  const { startTime, endTime = now, limit, offset = 0 } = query;
  const opening = (time: number) => openTimeOf(time + offset, interval) - offset;
  const following = (open: number) => nextOpenTime(open + offset, interval) - offset;
  const first = opening(tape.firstTime);
  const last = opening(Math.min(endTime, Math.max(now - 1, tape.firstTime)));
  const times: number[] = [];
  if (startTime !== undefined) {
    let open = Math.max(opening(startTime), first);
    if (open < startTime) open = following(open);
    for (; open <= last && times.length < limit; open = following(open)) times.push(open);
    return times;
  }
  for (let open = last; open >= first && times.length < limit; open = opening(open - 1)) times.push(open);
  return times.reverse();
}

/** Longest stretch of work before other work of the process gets its turn, ms. */
const SLICE_MS = 8;

/** Klines, oldest first. Gives way to other work between bars: a year of trades takes a while to sum up. */
export async function klines(
  tape: Tape,
  interval: Interval,
  now: number,
  query: KlineQuery,
): Promise<Kline[]> {
  const result: Kline[] = [];
  let sliceEnd = performance.now() + SLICE_MS;
  let price: number | undefined;
  for (const openTime of openTimes(tape, interval, now, query)) {
    let kline = klineAt(tape, interval, openTime, query.offset);
    if (kline.bar.tradeCount === 0 && price !== undefined) kline = { ...kline, bar: emptyBar(price) };
    price = kline.bar.close;
    result.push(kline);
    if (performance.now() > sliceEnd) {
      await new Promise((resolve) => setImmediate(resolve));
      sliceEnd = performance.now() + SLICE_MS;
    }
  }
  return result;
}
