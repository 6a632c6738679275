import { readFileSync } from 'node:fs';
import type { Frame } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Window } from './window.ts';
import { frameWith } from './workbench.ts';

// What the live cell builds upon in VS Code, without the live cell: scripts in replaced outputs.

const CELLS = {
  figure: `
import * as tslab from 'tslab';
const figure = tslab.newDisplay();
const tick = tslab.newDisplay();
const send = (n: number) => tick.html('<script>trial.seen.push(' + n + ')</script>');
figure.html('<div>A figure</div><script>window.trial = { seen: [] }</script>');`,
  awaited: `
for (let n = 1; n <= 50; n++) {
  send(n);
  await new Promise((resolve) => setTimeout(resolve, 50));
}`,
  equal: `
for (const n of [100, 100, 100, 101]) {
  send(n);
  await new Promise((resolve) => setTimeout(resolve, 200));
}`,
  background: `let n = 200;
const timer = setInterval(() => { send(++n); if (n === 205) clearInterval(timer); }, 500);`,
  marker: `send(300);`,
  failing: `throw new Error('on purpose');`,
};
const cell = Object.fromEntries(Object.keys(CELLS).map((name, i) => [name, i])) as Record<
  keyof typeof CELLS,
  number
>;

let window: Window;
let path: string;
let frame: Frame;

beforeAll(async () => {
  window = await Window.open();
  path = await window.openNotebook('harness.ipynb', Object.values(CELLS));
  await run('figure');
  frame = await frameWith(window.page, 'trial');
}, 600_000);

afterAll(async () => {
  await window?.screenshot('harness');
  await window?.close();
}, 30_000);

async function run(name: keyof typeof CELLS): Promise<void> {
  await window.workbench.ask('run', { cell: cell[name] });
  await window.workbench.stateWhere(`${name} has run`, (cells) => cells[cell[name]]?.success !== undefined);
}

const seen = () => frame.evaluate(() => (globalThis as unknown as { trial: { seen: number[] } }).trial.seen);
const elements = () => frame.evaluate(() => document.querySelectorAll('*').length);

async function waitSeen(n: number): Promise<number[]> {
  await expect.poll(seen, { timeout: 15_000 }).toContain(n);
  return seen();
}

test('ticks of a cell that awaits run in order, none twice, and leave nothing behind', async () => {
  await run('awaited');
  await waitSeen(1);
  const before = await elements();
  const ticks = (await waitSeen(50)).filter((n) => n <= 50);
  expect(ticks).toEqual([...new Set(ticks)].sort((a, b) => a - b));
  // A busy workbench may merge neighbours; it does not lose the last one.
  expect(ticks.length).toBeGreaterThan(25);
  expect(await elements()).toBe(before);
});

test('a tick equal to the last one is dropped', async () => {
  await run('equal');
  const ticks = await waitSeen(101);
  expect(ticks.filter((n) => n === 100 || n === 101)).toEqual([100, 101]);
});

test('ticks sent after the cell has ended arrive', async () => {
  await run('background');
  const ticks = await waitSeen(205);
  expect(ticks.filter((n) => n > 200)).toEqual([201, 202, 203, 204, 205]);
});

test('outputs of a request that no cell made are dropped', async () => {
  await window.workbench.ask('execute', { code: 'send(999)' });
  await run('marker');
  expect(await waitSeen(300)).not.toContain(999);
});

test('a cell that throws is marked failed', async () => {
  await run('failing');
  const cells = await window.workbench.state();
  expect(cells[cell.failing]?.success).toBe(false);
  expect(cells[cell.awaited]?.success).toBe(true);
});

test('the saved notebook holds the figure and the last tick', async () => {
  await window.workbench.ask('save');
  const { cells } = JSON.parse(readFileSync(path, 'utf8')) as {
    cells: { outputs: { data?: Record<string, string[]> }[] }[];
  };
  const html = cells.flatMap(({ outputs }) => outputs).map(({ data }) => data?.['text/html']?.join('') ?? '');
  expect(html.filter(Boolean)).toEqual([
    expect.stringContaining('A figure'),
    '<script>trial.seen.push(300)</script>',
  ]);
});
