import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { DeltaTable } from '../../../src/store/delta/index.ts';
import { loadSnapshot } from '../../../src/store/delta/load.ts';
import { below, openFiles } from '../../../src/store/files/index.ts';
import { openTradeTable } from '../../../src/store/index.ts';
import { FEED_SYMBOLS, feedTrade } from './feed.ts';

/** Versions that are loaded at the end, evenly over the history; the newest among them. */
const VERSIONS_TRIED = 150;

const script = fileURLToPath(new URL('writer.ts', import.meta.url));

/** What the table holds against what the feed sent. */
export interface Ledger {
  kills: number;
  ledger: number;
  table: number;
  missing: number;
  doubled: number;
  wrong: number;
  versions: number;
  unreadable: number;
}

/**
 * Kills a writer (SIGKILL) so many times at random moments after it has begun to commit, then lets one come to
 * the end, and holds the table against the feed.
 */
export async function runChaos(
  location: string,
  kills: number,
  trades: number,
  random: () => number,
): Promise<Ledger> {
  const start = () =>
    spawn(process.execPath, [script, location, String(trades)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let killed = 0;
  while (killed < kills) {
    const writer = start();
    if (await ends(writer, 150 + random() * 600)) break;
    writer.kill('SIGKILL');
    await once(writer, 'close');
    killed++;
  }
  const last = start();
  let problem = '';
  last.stderr.on('data', (chunk) => {
    problem += chunk;
  });
  const [code] = await once(last, 'close');
  if (code !== 0) throw new Error(`the writer ended with ${code}: ${problem}`);
  return { kills: killed, ...(await compare(location, trades)) };
}

/** @returns true when the process ended by itself within the time */
async function ends(writer: ChildProcess, ms: number): Promise<boolean> {
  const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), ms));
  return Promise.race([once(writer, 'close').then(() => true), late]);
}

async function compare(location: string, trades: number): Promise<Omit<Ledger, 'kills'>> {
  const seen = new Map<string, number>();
  let wrong = 0;
  const table = await openTradeTable({ location, source: 'simulated' });
  for await (const row of table.rows()) {
    const key = `${row.symbol} ${row.tradeId}`;
    seen.set(key, (seen.get(key) ?? 0) + 1);
    const sent = feedTrade(row.symbol, row.tradeId);
    if (sent.price !== row.price || sent.quantity !== row.quantity || sent.eventTime !== row.event_time)
      wrong++;
  }
  const sent = FEED_SYMBOLS.flatMap((symbol) => Array.from({ length: trades }, (_, id) => `${symbol} ${id}`));
  const files = await openFiles(below(location, 'simulated', 'raw/trades'));
  const { version } = await DeltaTable.open(files);
  let unreadable = 0;
  const step = Math.ceil((version + 1) / VERSIONS_TRIED);
  for (let at = version; at >= 0; at -= step) await loadSnapshot(files, at).catch(() => unreadable++);
  return {
    ledger: sent.length,
    table: [...seen.values()].reduce((sum, count) => sum + count, 0),
    missing: sent.filter((key) => !seen.has(key)).length,
    doubled: [...seen.values()].filter((count) => count > 1).length,
    wrong,
    versions: version + 1,
    unreadable,
  };
}
