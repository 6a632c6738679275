import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatPrice } from '../../src/dashboard/figures/index.ts';
import { PAGE_GLOBAL } from '../../src/dashboard/wire.ts';
import { Window } from './window.ts';
import { frameWith } from './workbench.ts';

// The live board in VS Code: no Jupyter Server, so Plotly comes inline and ticks come as outputs.

const CELLS = {
  market: `
import { type BoardOptions, board, showBoard, type Ticker } from 'candlebook';

const options: BoardOptions = { source: 'simulated' };
const symbols = ['BTCUSDT', 'ETHUSDT', 'BNBUSDT', 'ADAUSDT', 'XRPUSDT', 'SOLUSDT', 'DOGEUSDT'];
const opened = Date.UTC(2026, 10, 24);
const price = (i: number, n: number) => 60000 / 10 ** i * (1 + 0.001 * n);
function tickers(n: number): Ticker[] {
  return symbols.map((symbol, i) => ({
    type: 'ticker', symbol, lastPrice: price(i, n), priceChange: price(i, n) - price(i, 0), priceChangePercent: (i - 3) + 0.1 * n,
    weightedAvgPrice: price(i, 0), openPrice: price(i, 0), highPrice: price(i, n) * 1.02, lowPrice: price(i, 0) * 0.97,
    volume: 1000 * (i + 1), quoteVolume: 1e6 * (i + 1), bidPrice: price(i, n), bidQuantity: 1, askPrice: price(i, n), askQuantity: 1,
    openTime: opened, closeTime: opened + 86400000, firstTradeId: 1, lastTradeId: 1 + n, tradeCount: 1 + n, eventTime: opened + 1000 * n,
  }));
}
const show = (n: number) => board({ tickers: tickers(n) }, options);`,
  awaited: `
const live = showBoard(show(0), { minInterval: 50 });
let n = 0;
const timer = setInterval(() => live.update(show(++n)), 100);
live.onStop(() => clearInterval(timer));
const reason = await live.done;
reason.by`,
  background: `
const later = showBoard(show(0));
let m = 0;
const laterTimer = setInterval(() => later.update(show(++m)), 500);
later.onStop(() => clearInterval(laterTimer));`,
  stop: `(await later.stop()).by`,
};
type Name = keyof typeof CELLS;
const names = Object.keys(CELLS) as Name[];
const LIBRARY_BYTES = 1_000_000;
const PANELS = 6;
const OPENED = Date.UTC(2026, 10, 24);

interface Page {
  boards: Map<string, { n: number; root: HTMLElement; content: Content }>;
}

interface Content {
  panels: unknown[];
  footer: { updatedAt: number };
}

let window: Window;
let path: string;
let frame: Frame;

beforeAll(async () => {
  window = await Window.open();
  path = await window.openNotebook('board.ipynb', Object.values(CELLS));
  await start('market');
  await ended('market');
}, 600_000);

afterAll(async () => {
  await window?.screenshot('board-last');
  await window?.close();
}, 30_000);

const start = (name: Name) => window.workbench.ask('run', { cell: names.indexOf(name) });

async function ended(name: Name): Promise<void> {
  const cells = await window.workbench.stateWhere(
    `${name} ends`,
    (all) => all[names.indexOf(name)]?.success !== undefined,
  );
  const outputs = JSON.stringify(
    await window.workbench.ask('text', {
      cell: names.indexOf(name),
      mime: 'application/vnd.code.notebook.stderr',
    }),
  );
  expect({ name, success: cells[names.indexOf(name)]?.success, stderr: outputs }).toEqual({
    name,
    success: true,
    stderr: '[]',
  });
}

/** The board that stands in an output, as the page has it; those that were stopped have left theirs. */
function shown() {
  return frame.evaluate((global) => {
    const { boards } = (globalThis as unknown as Record<string, Page>)[global]!;
    const { n, content } = [...boards.values()].filter((board) => board.root.isConnected).at(-1)!;
    return { n, content };
  }, PAGE_GLOBAL);
}

/** For each canvas of the board, how many colours it holds and a sum that changes with its pixels. */
function pixels() {
  return frame.evaluate((global) => {
    const { boards } = (globalThis as unknown as Record<string, Page>)[global]!;
    const { root } = [...boards.values()].filter((board) => board.root.isConnected).at(-1)!;
    return [...root.querySelectorAll('canvas')].map((canvas) => {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      const colours = new Set<number>();
      let sum = 0;
      for (let i = 0; i < data.length; i += 4) {
        const colour = (data[i]! << 16) | (data[i + 1]! << 8) | data[i + 2]!;
        if (data[i + 3]! > 0) colours.add(colour);
        sum = (sum * 31 + colour) | 0;
      }
      return { colours: colours.size, sum };
    });
  }, PAGE_GLOBAL);
}

const connected = () =>
  frame.evaluate(
    (global) =>
      [...(globalThis as unknown as Record<string, Page>)[global]!.boards.values()].filter(
        ({ root }) => root.isConnected,
      ).length,
    PAGE_GLOBAL,
  );

async function waitTicks(more: number): Promise<void> {
  const { n } = await shown();
  await expect.poll(async () => (await shown()).n, { timeout: 30_000 }).toBeGreaterThanOrEqual(n + more);
}

const elements = () => frame.evaluate(() => document.querySelectorAll('*').length);

describe('a cell that awaits', () => {
  test('shows six painted panels, Plotly included', async () => {
    await start('awaited');
    frame = await frameWith(window.page, PAGE_GLOBAL);
    await expect
      .poll(async () => (await pixels()).filter(({ colours }) => colours > 3).length, { timeout: 30_000 })
      .toBeGreaterThanOrEqual(PANELS);
    await expect.poll(() => frame.evaluate(() => 'Plotly' in globalThis), { timeout: 30_000 }).toBe(true);
    await window.screenshot('board-live');
  });

  test('ticks with the kernel, and the picture changes', async () => {
    const before = await pixels();
    await waitTicks(10);
    const after = await pixels();
    const { content } = await shown();
    const n = (content.footer.updatedAt - OPENED) / 1000;
    expect(n).toBeGreaterThan(10);
    expect(JSON.stringify(content.panels[0])).toContain(
      JSON.stringify(formatPrice(60_000 * (1 + 0.001 * n))).slice(1, -1),
    );
    expect(after.filter(({ sum }, i) => sum !== before[i]?.sum).length).toBeGreaterThanOrEqual(2);
  });

  test('does not grow over 100 ticks', async () => {
    await waitTicks(5);
    const before = await elements();
    await waitTicks(100);
    // Axis labels come and go with the prices; what stays behind a tick would be a hundred times that.
    expect(await elements()).toBeLessThan(before + 50);
  }, 60_000);

  test('goes on while it is scrolled away, and is there when it comes back', async () => {
    const root = await frame.evaluateHandle(
      (global) => [...(globalThis as unknown as Record<string, Page>)[global]!.boards.values()].at(-1)!.root,
      PAGE_GLOBAL,
    );
    await window.workbench.ask('reveal', { cell: names.length - 1 });
    const { n } = await shown();
    await sleep(1500);
    await window.workbench.ask('reveal', { cell: names.indexOf('awaited') });
    await waitTicks(3);
    expect((await shown()).n).toBeGreaterThan(n + 5);
    expect(await root.evaluate((element) => element.isConnected)).toBe(true);
    await window.screenshot('board-scrolled-back');
  });

  test('ends cleanly by the toolbar, with a picture in its place', async () => {
    await window.workbench.ask('interrupt');
    await ended('awaited');
    await expect.poll(connected).toBe(0);
    const mimes = (await window.workbench.state())
      [names.indexOf('awaited')]!.outputs.flat()
      .map(({ mime }) => mime);
    expect(mimes.filter((mime) => mime === 'image/png' || mime === 'image/svg+xml').length).toBeGreaterThan(
      0,
    );
    await window.screenshot('board-interrupted');
  });
});

describe('a cell that ended while the board goes on', () => {
  test('ticks, and stops by code of a later cell', { timeout: 60_000 }, async () => {
    await start('background');
    await ended('background');
    // Outputs are first drawn when they come into view.
    await window.workbench.ask('reveal', { cell: names.indexOf('background') });
    await expect.poll(connected, { timeout: 15_000 }).toBe(1);
    await waitTicks(4);
    await window.screenshot('board-background');
    await start('stop');
    await ended('stop');
    await expect
      .poll(
        async () =>
          (await window.workbench.state())
            [names.indexOf('background')]!.outputs.flat()
            .map(({ mime }) => mime),
        { timeout: 10_000 },
      )
      .toEqual(expect.arrayContaining([expect.stringMatching(/^image\/(png|svg)/)]));
  });
});

test('the saved notebook holds a picture of each board and not the library', async () => {
  await window.workbench.ask('save');
  const text = readFileSync(path, 'utf8');
  const { cells } = JSON.parse(text) as { cells: { outputs: { data?: Record<string, unknown> }[] }[] };
  const pictures = cells.map(
    ({ outputs }) =>
      outputs.filter(({ data }) => data && ('image/png' in data || 'image/svg+xml' in data)).length,
  );
  expect(pictures).toEqual([0, 1, 1, 0]);
  expect(
    cells
      .flatMap(({ outputs }) => outputs)
      .some(({ data }) => data && JSON.stringify(data['text/html'] ?? '').includes('<script')),
  ).toBe(false);
  expect(text.length).toBeLessThan(LIBRARY_BYTES);
});
