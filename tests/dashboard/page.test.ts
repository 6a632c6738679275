import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Mount, Tick } from '../../src/dashboard/wire.ts';
import { openBrowser } from '../fixtures/browser.ts';

// The browser's side of a cell, in a page of its own: what a day of work in one notebook does to it.

interface PageGlobal {
  readonly boards: ReadonlyMap<
    string,
    { readonly state: string; readonly log: { readonly records: object[] } }
  >;
  readonly early?: readonly Tick[];
  mount(script: HTMLElement, mount: Mount): void;
  tick(tick: Tick): void;
}
declare global {
  var __candlebook: PageGlobal;
}

const SCRIPT = readFileSync(new URL('../../dist/dashboard/page.js', import.meta.url), 'utf8');
const content: Mount['content'] = {
  title: 'Board',
  panels: [{ id: 'a', data: [{ type: 'scatter', x: [1, 2], y: [1, 2] }], layout: {} }],
};

let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

beforeEach(async () => {
  page = await browser.newPage();
  await page.clock.install();
  await page.setContent('<div id="cell"></div>');
  await page.addScriptTag({ content: SCRIPT });
});

/** Runs the cell: its output takes the place of the one before. */
const run = (board: string) =>
  page.evaluate(
    (mount) => {
      const [host, script] = [document.createElement('div'), document.createElement('p')];
      host.dataset.candlebook = mount.board;
      document.getElementById('cell')!.replaceChildren(host, script);
      __candlebook.mount(script, mount);
    },
    { board, kernel: '', n: 0, content, state: 'live' } satisfies Mount,
  );

const tick = (board: string, n: number, state: Tick['state'] = 'live') =>
  page.evaluate((one) => __candlebook.tick(one), { board, n, from: n, at: Date.now(), content, state });

const boards = () =>
  page.evaluate(() => Object.fromEntries([...__candlebook.boards].map(([id, { state }]) => [id, state])));

test('cells that are run again leave no board behind, whether it said that it ended or fell silent', async () => {
  for (const board of ['a', 'b', 'c']) {
    await run(board);
    await tick(board, 1);
    await tick(board, 2, 'stopped');
  }
  await run('d');
  expect(await boards()).toEqual({ d: 'waiting' });
  await tick('d', 1);
  await run('e');
  // It may tick on.
  expect(await boards()).toEqual({ d: 'live', e: 'waiting' });
  await page.clock.fastForward(61_000);
  await tick('e', 1);
  await run('f');
  expect(Object.keys(await boards())).toEqual(['e', 'f']);
});

test('a board that is heard late is live all the same', async () => {
  await run('a');
  await page.clock.fastForward(9_000);
  expect(await boards()).toEqual({ a: 'saved' });
  await tick('a', 1);
  expect(await boards()).toEqual({ a: 'live' });
});

test('of ticks whose board is not on the page, the last of each board is kept', async () => {
  for (let n = 1; n <= 20; n++) await tick('x', n);
  await tick('y', 1);
  const early = await page.evaluate(() => __candlebook.early!.map(({ board, n }) => [board, n]));
  expect(early).toEqual([
    ['x', 20],
    ['y', 1],
  ]);
});

test('a page in the background keeps nothing of what it does not paint', async () => {
  await run('a');
  const hide = (hidden: boolean) =>
    page.evaluate(
      (value) => Object.defineProperty(document, 'hidden', { value, configurable: true }),
      hidden,
    );
  const records = () => page.evaluate(() => __candlebook.boards.get('a')!.log.records.length);
  await hide(true);
  for (let n = 1; n <= 20; n++) await tick('a', n);
  await hide(false);
  await tick('a', 21);
  await expect.poll(records, { timeout: 15_000 }).toBe(1);
});
