import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openTradeTable } from '../../../src/store/index.ts';
import { compare, type Ledger } from './ledger.ts';
import { startMarket } from './market.ts';
import { readVersions } from './versions.ts';

/** What is killed: a recorder on a feed. */
const WRITER = fileURLToPath(new URL('writer.ts', import.meta.url));

export interface ChaosOptions {
  readonly location: string;
  readonly kills: number;
  readonly seed: number;
  /** The program that is killed: `script <location> <address> <JSON of first ids>`. Default: a recorder on a feed. */
  readonly script?: string | undefined;
  /** Market time per real time. Default 100: about a thousand trades a second. */
  readonly speed?: number;
  /** Called before the tables are held against the exchange. */
  readonly onEnd?: (() => void) | undefined;
  /** Told after each kill. */
  readonly onKill?: (kills: number) => void;
}

export interface ChaosResult extends Ledger {
  readonly versions: number;
  readonly unreadable: number;
}

/** How long after its first word a writer may live at most, ms; half as long on average. */
const LIFE_MS = 900;
/** A writer that brings no further trade into the table for so long has stopped on the way. */
const PATIENCE_MS = 120_000;

/**
 * Kills a writer on a live feed (SIGKILL) so many times, while it starts, commits, compacts, or writes a
 * checkpoint; then stops the market, lets a last one come to the end, and holds the tables against the exchange.
 */
export async function runChaos({
  location,
  kills,
  seed,
  speed = 100,
  script = WRITER,
  onEnd,
  onKill,
}: ChaosOptions): Promise<ChaosResult> {
  const random = seeded(seed);
  const market = await startMarket(seed, speed);
  const start = () => {
    const args = [script, location, market.url, JSON.stringify(market.before)];
    return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  };
  let writer: ChildProcess | undefined;
  try {
    for (let killed = 0; killed < kills; killed++) {
      writer = start();
      const problem = textOf(writer);
      // One in eight dies while it is starting.
      if (random() < 0.125) await sleep(random() * 500);
      else {
        await Promise.race([once(writer.stdout!, 'data'), once(writer, 'close')]);
        await sleep(random() * LIFE_MS);
      }
      if (writer.exitCode !== null) throw new Error(`a writer ended by itself: ${await problem}`);
      writer.kill('SIGKILL');
      await once(writer, 'close');
      onKill?.(killed + 1);
    }
    market.stop();
    writer = start();
    const problem = textOf(writer);
    await reaches(location, market.last(), writer);
    writer.kill('SIGTERM');
    if (writer.exitCode === null) await once(writer, 'close');
    if (writer.exitCode !== 0)
      throw new Error(`the last writer ended with ${writer.exitCode}: ${await problem}`);
    onEnd?.();
    return { ...(await compare(location, market)), ...(await readVersions(location)) };
  } finally {
    writer?.kill('SIGKILL');
    await market.close();
  }
}

/** Waits until the table holds these trades, however far behind it is, as long as it comes nearer. */
async function reaches(location: string, last: Record<string, number>, writer: ChildProcess): Promise<void> {
  const table = await openTradeTable({ location, source: 'simulated' });
  let nearest = Number.POSITIVE_INFINITY;
  let since = Date.now();
  for (;;) {
    await table.delta.refresh();
    const behind = Object.entries(last).filter(([symbol, id]) => (table.lastTradeId(symbol) ?? -1) < id);
    if (behind.length === 0 || writer.exitCode !== null) return;
    const distance = behind.reduce((sum, [symbol, id]) => sum + id - (table.lastTradeId(symbol) ?? 0), 0);
    if (distance < nearest) since = Date.now();
    nearest = Math.min(nearest, distance);
    if (Date.now() - since > PATIENCE_MS) {
      const [symbol, id] = behind[0]!;
      throw new Error(
        `version ${table.version} stands still at trade ${table.lastTradeId(symbol)} of ${symbol}, ${id} being the last`,
      );
    }
    await sleep(50);
  }
}

async function textOf({ stderr }: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of stderr!) text += chunk;
  return text;
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
