/*
 * `npm run test:soak -- --minutes 20`: the whole of it in processes of its own, for long. An exchange at about 2,000
 * events a second with faults, a dashboard with all indicators on seven pairs and its tables, a page with five viewers.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import WebSocket from 'ws';
import type { Mount } from '../../src/dashboard/wire.ts';
import type { FaultKind } from '../../src/exchange/index.ts';
import type { FeedStatistics } from '../../src/fetcher/index.ts';
import { openTradeTable } from '../../src/store/index.ts';
import { Meter } from '../bench/measure/browser.ts';
import { median, percentile } from '../bench/measure/statistics.ts';
import { openBrowser } from '../fixtures/browser.ts';
import '../fixtures/page-board.ts';
import { say } from '../fixtures/step.ts';

const HELP = `npm run test:soak -- [--minutes 20] [--seed 1] [--speed 230] [--faults 6]

An exchange whose market runs --speed times as fast, so that days and midnights pass, with so many faults a minute; a
dashboard with all indicators on seven pairs, its tables, and a page with five viewers. Ends with lines on memory, latency
and the ledger; exit code 1 where memory grew or a trade is missing or doubled.

Example: npm run test:soak -- --minutes 2 --seed 7`;

/** Growth of the last quarter over the first that is allowed: in a short soak the first is still warming up. */
const LONG_MINUTES = 10;
const GROWTH = { short: 1.5, long: 1.1 };
const VIEWERS = 5;
/** The limits under which `candlebook run` and `serve` start themselves (src/bin.ts). */
const MEMORY = ['--max-semi-space-size=16', '--max-old-space-size=512', '--expose-gc'];
const SAMPLE_MS = 1_000;
/** For so long the market goes on without faults: the last ones end, and what they cost shows by the trades after it. */
const CALM_MS = 10_000;
/** How long the page may take to begin on a busy machine, and the dashboard to store the rest once the market stands still. */
const PATIENCE_MS = 120_000;

interface Told {
  readonly rss: number;
  readonly trades: number;
  readonly filled: number;
  readonly gaps: number;
  readonly reconnects: number;
  readonly rowsStored: number;
  readonly rowsWaiting: number;
  readonly storage?: string;
  readonly results: number;
  readonly feed: string;
  readonly statistics?: FeedStatistics;
}

/** What the exchange answers. */
interface Market {
  /** Id of the last trade, by symbol. */
  readonly last: Record<string, number>;
  readonly faults: Partial<Record<FaultKind, number>>;
}

interface Sample {
  readonly rssMB: number;
  readonly heapMB: number;
  readonly delays: number[];
}

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    speed: { type: 'string', default: '230' },
    faults: { type: 'string', default: '6' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) console.log(HELP);
else process.exitCode = await soak(Number(values.minutes), values.seed, values.speed, values.faults);

async function soak(minutes: number, seed: string, speed: string, faults: string): Promise<number> {
  const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const tables = mkdtempSync(join(tmpdir(), 'candlebook-soak-'));
  const exchange = fork(script('exchange.ts'), [seed, speed, faults]);
  const browser = await openBrowser();
  const sockets: WebSocket[] = [];
  let dashboard: ChildProcess | undefined;
  try {
    const { url, before } = (await heard(exchange)) as { url: string; before: Record<string, number> };
    const words = [...MEMORY, script('dashboard.ts'), tables, url, JSON.stringify(before)];
    dashboard = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: dashboard.stdout! });
    const told: Told[] = [];
    const address = await new Promise<string>((resolve, reject) => {
      lines.on('line', (line) =>
        line.startsWith('http') ? resolve(line) : told.push(JSON.parse(line) as Told),
      );
      dashboard!.once('exit', (code) => reject(new Error(`the dashboard ended with ${code}`)));
    });
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(address);
    await page.waitForFunction(() => window.candlebookBoard?.state === 'live');
    for (let i = 1; i < VIEWERS; i++) sockets.push(await look(address));
    // A ban at the start is an answer to whoever starts; from here on everything has to be endured.
    await ask(exchange, 'faults');
    const samples = await watch(page, told, minutes * 60_000);
    await ask(exchange, 'calm');
    await sleep(CALM_MS);
    const { last, faults: played } = await ask(exchange, 'stop');
    const behind = await reaches(tables, last, dashboard);
    const final = told.at(-1)!;
    console.log(`faults ${Object.entries(played).map(([kind, count]) => `${kind} ${count}`).join(', ')}`); // biome-ignore format: one line
    if (behind) console.log(`${behind}; the dashboard ${endOf(dashboard)}; ${JSON.stringify(final)}`);
    dashboard.kill('SIGTERM');
    if (dashboard.exitCode === null && dashboard.signalCode === null) await once(dashboard, 'exit');
    return report(minutes, samples, final, await ledger(tables, before, last));
  } finally {
    for (const socket of sockets) socket.terminate();
    await browser.close();
    dashboard?.kill('SIGKILL');
    exchange.disconnect();
    rmSync(tables, { recursive: true, force: true });
  }
}

async function heard(child: ChildProcess): Promise<unknown> {
  return Promise.race([
    once(child, 'message').then(([message]) => message as unknown),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`the exchange ended with ${code}`))),
  ]);
}

async function ask(child: ChildProcess, word: 'faults' | 'calm' | 'stop'): Promise<Market> {
  child.send(word);
  return (await heard(child)) as Market;
}

function endOf({ exitCode, signalCode }: ChildProcess): string {
  return exitCode === null && signalCode === null ? 'runs' : `ended by itself (${exitCode ?? signalCode})`;
}

async function look(address: string): Promise<WebSocket> {
  const { board } = (await (await fetch(`${address}board`)).json()) as Mount;
  const socket = new WebSocket(`${address.replace('http', 'ws')}live?board=${board}`, {
    origin: address.slice(0, -1),
  });
  await once(socket, 'open');
  return socket;
}

async function watch(page: Page, told: readonly Told[], durationMs: number): Promise<Sample[]> {
  const meter = await Meter.open(page);
  const samples: Sample[] = [];
  const began = performance.now();
  let minute = 0;
  while (performance.now() - began < durationMs) {
    await sleep(SAMPLE_MS);
    const delays = await page.evaluate(() =>
      window.candlebookBoard!.log.records.splice(0).map(({ at, painted }) => painted - at),
    );
    // A collection for each sample would be a load of its own.
    const heapMB = samples.length % 10 === 0 ? (await meter.memory()).heapMB : samples.at(-1)!.heapMB;
    samples.push({ rssMB: (told.at(-1)?.rss ?? 0) / 1e6, heapMB, delays });
    if ((performance.now() - began) / 60_000 < minute + 1) continue;
    minute++;
    const { trades, filled, reconnects, rowsStored, rowsWaiting } = told.at(-1)!;
    const rss = samples.at(-1)!.rssMB.toFixed(0);
    say(
      `${minute} min: ${trades} trades, ${filled} filled, ${reconnects} reconnects, ${rowsStored} rows, ${rowsWaiting} waiting, ${rss} MB`,
    );
  }
  return samples;
}

/** @returns in words, what the table still lacks when the patience or the dashboard ends; nothing where it lacks nothing */
async function reaches(
  location: string,
  last: Record<string, number>,
  dashboard: ChildProcess,
): Promise<string | undefined> {
  const table = await openTradeTable({ location, source: 'simulated' });
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    await table.delta.refresh();
    const behind = Object.entries(last).filter(([symbol, id]) => (table.lastTradeId(symbol) ?? -1) < id);
    if (behind.length === 0) return undefined;
    if (dashboard.exitCode !== null || dashboard.signalCode !== null || Date.now() > deadline)
      return behind
        .map(([symbol, id]) => `${symbol} stands at trade ${table.lastTradeId(symbol)} of ${id}`)
        .join(', ');
    await sleep(200);
  }
}

async function ledger(location: string, before: Record<string, number>, last: Record<string, number>) {
  const seen = new Map(
    Object.entries(last).map(([symbol, id]) => [symbol, new Uint8Array(id - before[symbol]!)] as const),
  );
  let table = 0;
  let doubled = 0;
  for await (const { symbol, tradeId } of (await openTradeTable({ location, source: 'simulated' })).rows()) {
    table++;
    const at = tradeId - before[symbol]! - 1;
    const ids = seen.get(symbol)!;
    if (ids[at]!++ > 0) doubled++;
  }
  const all = [...seen.values()];
  return {
    events: all.reduce((sum, ids) => sum + ids.length, 0),
    table,
    missing: all.reduce((sum, ids) => sum + ids.filter((times) => times === 0).length, 0),
    doubled,
  };
}

function report(
  minutes: number,
  samples: readonly Sample[],
  final: Told,
  { events, table, missing, doubled }: Awaited<ReturnType<typeof ledger>>,
): number {
  const quarter = Math.max(1, Math.floor(samples.length / 4));
  const [first, last] = [samples.slice(0, quarter), samples.slice(-quarter)];
  const rss = [first, last].map((part) => median(part.map(({ rssMB }) => rssMB))) as [number, number];
  const heap = [first, last].map((part) => median(part.map(({ heapMB }) => heapMB))) as [number, number];
  const late = [first, last].map((part) => part.flatMap(({ delays }) => delays)) as [number[], number[]];
  const growth = minutes >= LONG_MINUTES ? GROWTH.long : GROWTH.short;
  const grown = (pair: [number, number]) =>
    `${pair.map((mb) => mb.toFixed(1)).join(' -> ')} MB, ratio ${(pair[1] / pair[0]).toFixed(2)}`;
  const latency = (part: number[]) => `${percentile(part, 50).toFixed(0)}/${percentile(part, 99).toFixed(0)}`;
  console.log(`rss ${grown(rss)}; browser heap ${grown(heap)}; allowed ${growth}`);
  console.log(`event to painted, p50/p99 ms: first quarter ${latency(late[0])}, last ${latency(late[1])}`);
  console.log(
    `${(final.trades / (minutes * 60)).toFixed(0)} trades/s, ${final.filled} filled, ${final.reconnects} reconnects, ${final.gaps} gaps, ${final.results} indicator results`,
  );
  console.log(`events ${events} table ${table} missing ${missing} doubled ${doubled}`);
  const flat = [rss, heap].every(([a, b]) => b / a <= growth);
  return flat && missing === 0 && doubled === 0 && table === events && events > 0 ? 0 : 1;
}
