/** The whole runner at 7 to 1,000 symbols and 1,000 to 50,000 trades a second: CPU, memory, latency, and what takes most. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { figureToSvg } from '../../src/dashboard/paint/svg.ts';
import { step } from '../fixtures/step.ts';
import { costFigure } from './growth/figure.ts';
import { type Cell, type Measured, measure } from './growth/measure.ts';
import { type Shares, sharesOf } from './growth/profile.ts';
import { judge } from './measure/judge.ts';
import { benchOptions, positive } from './measure/options.ts';
import { conclude } from './measure/report.ts';
import { type Figure, figureOf } from './measure/statistics.ts';
import type { Table } from './measure/table.ts';

const options = benchOptions({
  symbols: { type: 'string', default: '7,50,200,1000' },
  rates: { type: 'string', default: '1000,5000,20000,50000' },
  seconds: { type: 'string', default: '6' },
  figure: { type: 'string' },
});
const rounds = positive('rounds', options.rounds ?? '1');
const seconds = positive('seconds', options.seconds);
const numbers = (name: 'symbols' | 'rates') => options[name].split(',').map((text) => positive(name, text));
const counts = numbers('symbols');
const rates = numbers('rates');
const WINDOW_MS = 1_500;
/** A core that is so busy has nothing left. */
const FULL = 0.9;

const windows = Math.max(1, Math.round((seconds * 1_000) / WINDOW_MS));
const folder = mkdtempSync(join(tmpdir(), 'candlebook-bench-'));
const all: Measured[][] = [];
let shares: Shares;
try {
  for (let round = 0; round < rounds; round++) {
    const taken: Measured[] = [];
    for (const symbols of round % 2 === 0 ? counts : counts.toReversed())
      taken.push(
        await step(`round ${round + 1}/${rounds}: ${symbols} symbols`, () =>
          measure(folder, { symbols, rates, windows, windowMs: WINDOW_MS }),
        ),
      );
    all.push(round % 2 === 0 ? taken : taken.reverse());
  }
  // Sampling costs something too, so what is profiled is not timed.
  shares = await step('where the time goes at the greatest load', async () => {
    const profiles = join(folder, 'profiles');
    mkdirSync(profiles);
    const most = { symbols: Math.max(...counts), rates: [Math.max(...rates)] };
    await measure(folder, { ...most, windows, windowMs: WINDOW_MS, profiles });
    return sharesOf(profiles);
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** A figure of a cell: the median of all its windows or rounds. */
const cell = (i: number, k: number, of: (one: Cell) => number): Figure =>
  figureOf(all.map((taken) => of(taken[i]!.cells[k]!)));
const cost = (i: number, k: number): Figure =>
  figureOf(all.flatMap((taken) => taken[i]!.cells[k]!.cpuWindows));
const whole = (value: number) => Math.round(value).toLocaleString('en-US');

const table: Table = {
  head: [
    'symbols',
    'events/s',
    'CPU µs an event',
    'of a core',
    'load’s own core',
    'RSS MB',
    'in state p50/p99 ms',
    'committed p50/most ms',
    'commits a minute',
  ],
  rows: counts.flatMap((count, i) =>
    rates.map((_, k) => {
      const value = (of: (one: Cell) => number) => cell(i, k, of).value;
      const { value: micros, noise } = cost(i, k);
      const events = value((one) => one.events);
      return [
        k === 0 ? whole(count) : '',
        whole(events),
        `${micros.toFixed(1)} ±${((noise / micros) * 100).toFixed(0)}%`,
        `${((micros * events) / 10_000).toFixed(0)} %`,
        `${(value((one) => one.load) * 100).toFixed(0)} %`,
        whole(value((one) => one.rssMb)),
        `${whole(value((one) => one.p50))} / ${whole(value((one) => one.p99))}`,
        `${whole(value((one) => one.committed.p50))} / ${whole(value((one) => one.committed.most))}`,
        whole(value((one) => one.committed.perMinute)),
      ];
    }),
  ),
};

/** How many times the CPU of one load is that of another, per times the events: 1 is linear, less is better. */
function growthOf([i, k]: readonly [number, number], [j, l]: readonly [number, number]): Figure {
  const [one, other] = [cost(i, k), cost(j, l)];
  const value = one.value / other.value;
  return { value, noise: value * (one.noise / one.value + other.noise / other.value) };
}

const last = rates.length - 1;
const largest = counts.length - 1;
const full = counts.flatMap((count, i) =>
  rates.flatMap((rate, k) => {
    const { load, main, trades } = all[0]![i]!.cells[k]!;
    if (trades > rate * 0.95) return [];
    const why =
      load > FULL
        ? 'the load generator’s core was full'
        : main > FULL
          ? 'the runner’s main thread was full'
          : 'the machine was';
    return [`${whole(count)} symbols: ${whole(trades)} of ${whole(rate)} trades a second came, ${why}.`];
  }),
);
if (options.figure) {
  const lines = counts.map((count, i) => ({
    name: `${whole(count)} symbols`,
    load: rates.map((_, k) => cell(i, k, (one) => one.events).value),
    cost: rates.map((_, k) => cost(i, k).value),
  }));
  const svg = figureToSvg(costFigure('CPU µs an event, against load', lines), {
    width: 720,
    height: 420,
  });
  writeFileSync(options.figure, svg);
}
const percent = (share: number) => `${(share * 100).toFixed(0)} %`;
process.exitCode = conclude(
  {
    bench: 'growth',
    versions: {},
    setting: `runner with console and tables in one process, its exchange in another; ${seconds} s a load, ${rounds} rounds; trades evenly over all symbols, of each a ticker a second and a bar every two; CPU of the whole process with all its threads`,
    tables: [table],
    notes: [
      `Start, warm-up and the bars that the table lacked included: ${counts.map((count, i) => `${whole(count)} symbols ${(figureOf(all.map((taken) => taken[i]!.startMs)).value / 1_000).toFixed(1)} s`).join(', ')}.`,
      `Where the main thread’s time goes at ${whole(counts[largest]!)} symbols and ${whole(rates[last]!)} trades a second: ${shares
        .filter(([, share]) => share >= 0.01)
        .map(([part, share]) => `${part} ${percent(share)}`)
        .join(', ')}.`,
      ...full,
    ],
    verdicts: [
      ...counts.flatMap((count, i) =>
        last > 0
          ? [
              judge(
                `${whole(count)} symbols: an event at the most costs <= 1x of one at the least`,
                growthOf([i, last], [i, 0]),
                {
                  most: 1,
                  unit: 'x',
                },
              ),
            ]
          : [],
      ),
      ...(largest > 0
        ? [
            judge(
              `an event of ${whole(counts[largest]!)} symbols costs <= 1.5x of one of ${whole(counts[0]!)}, at the most`,
              growthOf([largest, last], [0, last]),
              { most: 1.5, unit: 'x' },
            ),
          ]
        : []),
      judge(
        'received at the most, p99 <= 1,000 ms',
        cell(largest, last, (one) => one.p99),
        { most: 1_000, unit: 'ms' },
      ),
    ],
    raw: { all, shares },
  },
  options,
);
