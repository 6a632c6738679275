import type { Painted } from './painted.ts';
import { median, percentile } from './statistics.ts';

/** How ticks arrived on the screen. Times in ms; a tick that never came counts as infinitely late. */
export interface Latency {
  ticks: number;
  /** Of each tick, from the kernel's stamp to the screen. */
  delays: number[];
  p50: number;
  p99: number;
  /** Drawings; fewer than ticks where several ticks were drawn as one. */
  drawings: number;
  /** Ticks before the last one that were not yet painted when the last one was sent. */
  backlog: number;
  /** Median latency of the run's first and last quarter: a backlog that grows shows here. */
  firstQuarter: number;
  lastQuarter: number;
  /** Ticks a second that the kernel really sent. */
  sentRate: number;
}

/**
 * Joins the kernel's stamps (tick `first + i` was sent at `stamps[i]`, epoch ms) with what was painted. A
 * tick is on the screen with the first drawing that holds it or a later one.
 */
export function latency(first: number, stamps: readonly number[], painted: readonly Painted[]): Latency {
  const drawings = painted.filter(([tick]) => tick >= first).sort((a, b) => a[1] - b[1]);
  const shownAt = new Array<number>(stamps.length).fill(Number.POSITIVE_INFINITY);
  let next = 0;
  for (const [tick, at] of drawings)
    for (; next < stamps.length && first + next <= tick; next++) shownAt[next] = at;
  const delays = shownAt.map((at, i) => at - stamps[i]!);
  const quarter = Math.max(1, Math.floor(delays.length / 4));
  const lastSent = stamps.at(-1) ?? Number.NaN;
  return {
    ticks: stamps.length,
    delays,
    p50: percentile(delays, 50),
    p99: percentile(delays, 99),
    drawings: drawings.length,
    backlog: shownAt.slice(0, -1).filter((at) => at > lastSent).length,
    firstQuarter: median(delays.slice(0, quarter)),
    lastQuarter: median(delays.slice(-quarter)),
    sentRate: (1000 * (stamps.length - 1)) / (lastSent - (stamps[0] ?? Number.NaN)),
  };
}
