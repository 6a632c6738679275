import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { median } from '../measure/statistics.ts';
import { type Committed, committed } from './commits.ts';
import type { LoadOrder, LoadTold } from './load.ts';
import type { RunnerTold } from './runner.ts';

export interface Plan {
  readonly symbols: number;
  /** Trades a second, one after the other, the fewest first. */
  readonly rates: readonly number[];
  /** Of each rate, so many windows of so many ms are measured. */
  readonly windows: number;
  readonly windowMs: number;
  /** Where the V8 profiles of the runner go. */
  readonly profiles?: string;
}

/** The runner under one load. */
export interface Cell {
  readonly symbols: number;
  /** Trades a second that were wanted, and what came. */
  readonly rate: number;
  readonly trades: number;
  /** Trades, tickers and bars a second. */
  readonly events: number;
  /** Of the runner's process, µs an event, window by window. */
  readonly cpuWindows: number[];
  /** Of its main thread, and of the process that brings the load: share of a core. */
  readonly main: number;
  readonly load: number;
  readonly rssMb: number;
  readonly heapMb: number;
  /** From the exchange's stamp to the run's state, ms. */
  readonly p50: number;
  readonly p99: number;
  readonly committed: Committed;
}

export interface Measured {
  readonly cells: Cell[];
  /** From its start until the runner's first update, ms. */
  readonly startMs: number;
}

const SETTLE_MS = 2_000;

const script = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** One runner and one exchange, each a process of its own, through all rates of a plan. */
export async function measure(folder: string, plan: Plan): Promise<Measured> {
  const { symbols: count, rates, windows, windowMs, profiles } = plan;
  const tables = mkdtempSync(join(folder, 'tables-'));
  const load = fork(script('load.ts'), [String(count)]);
  let runner: ChildProcess | undefined;
  try {
    const { url, symbols } = (await told(load)) as { url: string; symbols: string[] };
    let sent: LoadTold = { events: 0, trades: 0, cpu: 0 };
    load.on('message', (message) => {
      sent = message as LoadTold;
    });
    runner = fork(script('runner.ts'), [tables, url], {
      execArgv: profiles ? ['--cpu-prof', `--cpu-prof-dir=${profiles}`] : [],
    });
    await told(runner);
    const began = performance.now();
    runner.send(symbols);
    await told(runner);
    const startMs = performance.now() - began;
    const cells: Cell[] = [];
    const periods: { from: number; to: number }[] = [];
    for (const rate of rates) {
      load.send({ rate } satisfies LoadOrder);
      await sleep(SETTLE_MS);
      await ask(runner);
      const before = { ...sent, at: performance.now() };
      const from = Date.now();
      const taken: RunnerTold[] = [];
      for (let i = 0; i < windows; i++) {
        await sleep(windowMs);
        taken.push(await ask(runner));
      }
      periods.push({ from, to: Date.now() });
      const ms = taken.reduce((sum, one) => sum + one.ms, 0);
      const total = (of: (one: RunnerTold) => number) => taken.reduce((sum, one) => sum + of(one), 0);
      cells.push({
        ...{ symbols: count, rate },
        trades: (total((one) => one.trades) / ms) * 1_000,
        events: (total((one) => one.events) / ms) * 1_000,
        cpuWindows: taken.map((one) => (one.cpu * 1_000) / one.events),
        main: total((one) => one.mainCpu) / ms,
        load: (sent.cpu - before.cpu) / (performance.now() - before.at),
        rssMb: Math.max(...taken.map(({ rss }) => rss)) / 1e6,
        heapMb: Math.max(...taken.map(({ heap }) => heap)) / 1e6,
        p50: median(taken.map((one) => one.p50)),
        p99: Math.max(...taken.map((one) => one.p99)),
        committed: { p50: Number.NaN, most: Number.NaN, perMinute: Number.NaN },
      });
    }
    load.send({ rate: 0 } satisfies LoadOrder);
    runner.send('stop');
    await told(runner);
    if (runner.exitCode === null) await once(runner, 'exit');
    const done = cells.map((cell, i) => ({ ...cell, committed: committed(tables, periods[i]!) }));
    return { cells: done, startMs };
  } finally {
    runner?.kill('SIGKILL');
    if (load.connected) load.disconnect();
    rmSync(tables, { recursive: true, force: true });
  }
}

async function ask(runner: ChildProcess): Promise<RunnerTold> {
  runner.send('tell');
  return (await told(runner)) as RunnerTold;
}

/** The process's next message. @throws Error when it has ended instead */
async function told(child: ChildProcess): Promise<unknown> {
  const over = new AbortController();
  try {
    return await Promise.race([
      once(child, 'message', over).then(([message]) => message as unknown),
      once(child, 'exit', over).then(([code, signal]) => {
        throw new Error(`${child.spawnargs[1]} ended with ${signal ?? code}.`);
      }),
    ]);
  } finally {
    over.abort();
  }
}
