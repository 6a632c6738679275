import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How late the trades of a time came into their table, ms from the exchange's stamp to the commit. */
export interface Committed {
  /** Of the middle of each commit, the median. */
  readonly p50: number;
  /** Of the oldest trade of all. */
  readonly most: number;
  readonly perMinute: number;
}

interface Action {
  readonly commitInfo?: { readonly timestamp: number };
  readonly add?: { readonly dataChange: boolean; readonly stats: string };
}

/**
 * As the log of the table itself tells it, of all commits that hold trades of this time.
 * @param within epoch ms
 */
export function committed(tables: string, within: { from: number; to: number }): Committed {
  const { from, to } = within;
  const log = join(tables, 'simulated', 'raw', 'trades', '_delta_log');
  const late: { middle: number; oldest: number }[] = [];
  let inTime = 0;
  for (const name of readdirSync(log).filter((file) => /^\d+\.json$/.test(file))) {
    const actions = readFileSync(join(log, name), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Action);
    const timestamp = actions.find(({ commitInfo }) => commitInfo)?.commitInfo?.timestamp;
    const files = actions.flatMap(({ add }) => (add?.dataChange ? [JSON.parse(add.stats)] : []));
    if (timestamp === undefined || files.length === 0) continue;
    if (timestamp >= from && timestamp < to) inTime++;
    const times = (of: 'minValues' | 'maxValues') => files.map((stats) => Date.parse(stats[of].event_time));
    const [first, last] = [Math.min(...times('minValues')), Math.max(...times('maxValues'))];
    if (first > to || last < from) continue;
    late.push({ middle: timestamp - (first + last) / 2, oldest: timestamp - first });
  }
  const middles = late.map(({ middle }) => middle).sort((a, b) => a - b);
  return {
    p50: middles[Math.floor(middles.length / 2)] ?? Number.NaN,
    most: Math.max(...late.map(({ oldest }) => oldest)),
    perMinute: (inTime / (to - from)) * 60_000,
  };
}
