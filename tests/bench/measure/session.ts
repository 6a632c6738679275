import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { type Jupyter, notebookJson } from '../../fixtures/jupyter.ts';
import { say } from '../../fixtures/step.ts';
import { Meter } from './browser.ts';
import { type Latency, latency } from './latency.ts';
import { takePainted, waitPainted, watchPainting } from './painted.ts';
import type { Run, Subject } from './subject.ts';

const FIRST_FIGURE_MS = 60_000;
/** How long a run that lags may go on drawing after its last tick was sent. */
const DRAIN_MS = 30_000;

export interface Plan {
  rate: number;
  ticks: number;
}

export interface RunResult extends Plan, Latency {
  /** Share of the main thread, 0…1, from the first tick to the last painted. */
  mainThread: number;
}

export interface MemoryResult {
  ticks: number;
  /** After a collection, once a quarter of the ticks was drawn, and at the end. */
  heapFirstMB: number;
  heapLastMB: number;
  nodesFirst: number;
  nodesLast: number;
}

export interface SessionResult {
  /** Ms from pressing Run on the first cell (imports included, kernel idle) to the first figure painted. */
  firstFigure: number;
  runs: RunResult[];
  /** The last plan's run, where memory was asked for. */
  memory?: MemoryResult;
}

export interface SessionOptions {
  browser: Browser;
  jupyter: Jupyter;
  /** The notebooks' folder that Jupyter serves. */
  folder: string;
  plans: Plan[];
  /** Ticks of a run of their own in which memory is looked at, at 20 a second; 0 leaves it out. */
  memoryTicks?: number;
  /** A picture of the page after the last run. */
  screenshot?: string;
}

const WARM_UP: Plan = { rate: 10, ticks: 20 };
const MEMORY_RATE = 20;
/** High enough that a board of six panels and the folded cells need no scrolling. */
const VIEWPORT = { width: 1400, height: 1200 };

/** One subject in a fresh page and a fresh kernel: shows the figure, then runs each plan in a cell of its own. */
export async function session(subject: Subject, options: SessionOptions): Promise<SessionResult> {
  const { browser, jupyter, folder, plans, memoryTicks = 0 } = options;
  const work = mkdtempSync(join(folder, 'bench-'));
  const notebook = `${work.slice(folder.length).replace(/^[\\/]/, '')}.ipynb`;
  const quarters =
    memoryTicks > 0 ? [Math.ceil(memoryTicks / 4), memoryTicks - Math.ceil(memoryTicks / 4)] : [];
  let first = 1;
  const runs: Run[] = [WARM_UP, ...plans, ...quarters.map((ticks) => ({ rate: MEMORY_RATE, ticks }))].map(
    (plan, i) => {
      const run = { ...plan, first, stampsFile: join(work, `stamps-${i}.json`) };
      first += plan.ticks;
      return run;
    },
  );
  writeFileSync(
    join(folder, notebook),
    notebookJson(subject.kernel, [subject.setup, ...runs.map((run) => subject.run(run)), ''], true),
  );
  const page = await browser.newPage({ viewport: VIEWPORT });
  page.on('pageerror', (error) => say(`! ${subject.name}: ${error.message}`));
  try {
    await watchPainting(page, subject.watch);
    await jupyter.open(page, notebook, 'doc');
    const meter = await Meter.open(page);
    await page.locator('.jp-Notebook').focus();
    const press = () => page.keyboard.press('Shift+Enter');
    const pressed = Date.now();
    await press();
    if (!(await waitPainted(page, 0, FIRST_FIGURE_MS)))
      throw new Error(
        `${subject.name}: no figure within ${FIRST_FIGURE_MS / 1000} s: ${await page.locator('.jp-OutputArea').first().textContent()}`,
      );
    const firstFigure = (await takePainted(page))[0]![1] - pressed;

    const results: RunResult[] = [];
    let memory: MemoryResult | undefined;
    const early: { heapMB: number; nodes: number }[] = [];
    for (const [i, run] of runs.entries()) {
      await press();
      await waitPainted(page, run.first, FIRST_FIGURE_MS);
      const [mainThread, stamps] = await meter.mainThreadShare(async () => {
        const sent = await readStamps(run, subject.name);
        await waitPainted(page, run.first + run.ticks - 1, DRAIN_MS);
        return sent;
      });
      const measured = latency(run.first, stamps, await takePainted(page));
      if (i > 0 && i <= plans.length) results.push({ rate: run.rate, mainThread, ...measured });
      if (i > plans.length) early.push(await meter.memory());
    }
    const [atFirst, atLast] = early;
    if (atFirst && atLast)
      memory = {
        ticks: memoryTicks,
        heapFirstMB: atFirst.heapMB,
        heapLastMB: atLast.heapMB,
        nodesFirst: atFirst.nodes,
        nodesLast: atLast.nodes,
      };
    if (options.screenshot) await page.screenshot({ path: options.screenshot });
    return { firstFigure, runs: results, ...(memory ? { memory } : {}) };
  } finally {
    await page.close();
    await jupyter.shutdownKernels();
    rmSync(work, { recursive: true, force: true });
    rmSync(join(folder, notebook), { force: true });
  }
}

/** Waits for the cell's stamps; the time it may take follows from the run, with room for a slow sender. */
async function readStamps(run: Run, name: string): Promise<number[]> {
  const deadline = Date.now() + 30_000 + 3000 * (run.ticks / run.rate);
  while (Date.now() < deadline) {
    try {
      const stamps = JSON.parse(await readFile(run.stampsFile, 'utf8')) as number[];
      if (stamps.length !== run.ticks) throw new Error(`${name} sent ${stamps.length} of ${run.ticks} ticks`);
      return stamps;
    } catch (error) {
      const retry = error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT';
      if (!retry) throw error;
    }
    await sleep(100);
  }
  throw new Error(`${name}: the run of ${run.ticks} ticks at ${run.rate}/s wrote no stamps`);
}
