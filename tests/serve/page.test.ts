import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loadSettings } from '../../src/configuration/index.ts';
import { type Exchange, startExchange } from '../../src/exchange/index.ts';
import { type DashboardRun, startDashboard } from '../../src/runner/index.ts';
import { serveRun } from '../../src/serve/index.ts';
import type { PageServer } from '../../src/serve/server.ts';
import { openBrowser } from '../fixtures/browser.ts';
import '../fixtures/page-board.ts';
import { Line } from './line.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SHOTS = new URL('../../.artifacts/page/', import.meta.url).pathname;

let browser: Browser;
let exchange: Exchange;
let run: DashboardRun;
let server: PageServer;
const pages: Page[] = [];
const complaints: string[] = [];

beforeAll(async () => {
  mkdirSync(SHOTS, { recursive: true });
  browser = await openBrowser();
});
afterAll(() => browser?.close());

beforeEach(async () => {
  exchange = await startExchange({ seed: 5, speed: 5 });
  run = await startDashboard(loadSettings({ exchangeUrl: exchange.restUrl }, { env: {} }), {
    display: 'none',
    store: false,
  });
  server = await serveRun(run, { port: 0 });
});

afterEach(async () => {
  await Promise.all(pages.splice(0).map((page) => page.context().close()));
  await run.stop();
  await server.close();
  await exchange.close();
  expect(complaints.splice(0)).toEqual([]);
});

async function visit(query = '', options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  pages.push(page);
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`${server.url}${query}`);
  await page.waitForFunction(() => window.candlebookBoard?.state === 'live');
  return page;
}

/** Waits for so many more ticks to be painted. */
async function ticks(page: Page, count: number): Promise<void> {
  const from = await page.evaluate(() => window.candlebookBoard!.log.painted);
  await page.waitForFunction((least) => window.candlebookBoard!.log.painted >= least, from + count);
}

const stateOf = (page: Page) => page.evaluate(() => window.candlebookBoard?.state);

const title = (page: Page) =>
  page.evaluate(() => JSON.stringify(window.candlebookBoard!.content.candles!.layout.title));

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const axe = (
      window as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      }
    ).axe;
    const { violations } = await axe.run();
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
    );
  });
}

const eventually = { timeout: 15_000 };

describe('the page', () => {
  test('ticks with the exchange’s trades, for several viewers of one feed', async () => {
    const [one, two] = await Promise.all([visit(), visit('?symbol=ETHUSD&interval=5m&theme=dark')]);
    await Promise.all([ticks(one, 5), ticks(two, 5)]);
    expect(await title(one)).toContain('BTCUSD');
    expect(await title(two)).toContain('ETHUSD');
    expect(server.viewers).toBe(2);
    await run.stop();
    await one.getByText('Stopped', { exact: true }).waitFor();
    const last = run.tickers.find(({ symbol }) => symbol === 'BTCUSD')!;
    const shown = await one.evaluate(() => JSON.stringify(window.candlebookBoard!.content.panels[0]!.data));
    expect(shown).toContain(last.lastPrice.toLocaleString('en-US'));
  }, 60_000);

  test('pair, interval and theme are chosen by keyboard, kept in the address, and found again by Back', async () => {
    const page = await visit();
    await page.getByLabel('Pair').focus();
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => title(page), eventually).toContain('ETHUSD');
    await page.getByLabel('Bars of').selectOption('15m');
    await expect.poll(() => title(page), eventually).toContain('15m');
    expect(page.url()).toContain('symbol=ETHUSD&interval=15m&theme=light');
    await page.getByLabel('Theme').selectOption('dark');
    await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark');
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
      'rgb(13, 17, 23)',
    );
    await ticks(page, 3);
    await page.goBack();
    await page.goBack();
    await expect.poll(() => title(page), eventually).toContain('1m');
    expect(await page.getByLabel('Bars of').inputValue()).toBe('1m');
    await page.reload();
    await page.waitForFunction(() => window.candlebookBoard?.state === 'live');
    expect(await title(page)).toContain('ETHUSD');
  }, 60_000);

  test('the chart goes back in time: the bars stand still, and Now comes back', async () => {
    const page = await visit('?interval=5m');
    await page.getByRole('button', { name: 'Earlier' }).press('Enter');
    await expect.poll(() => page.title(), eventually).toMatch(/chart until .* UTC, from the exchange/);
    expect(page.url()).toMatch(/until=\d+/);
    const newest = () =>
      page.evaluate(() => {
        const { x } = window.candlebookBoard!.content.candles!.data[0] as { x: unknown[] };
        return String(x.at(-1));
      });
    const then = await newest();
    await ticks(page, 3);
    expect(await newest()).toBe(then);
    await page.getByRole('button', { name: 'Now' }).click();
    await expect.poll(() => page.title(), eventually).not.toContain('chart until');
    expect(page.url()).not.toContain('until');
  }, 60_000);

  test('a picture and tables can be taken home, marked as simulated', async () => {
    const page = await visit();
    await ticks(page, 2);
    const name = async (press: () => Promise<void>) => {
      const [download] = await Promise.all([page.waitForEvent('download'), press()]);
      return [download.suggestedFilename(), readFileSync(await download.path())] as const;
    };
    const [picture, png] = await name(() => page.getByRole('button', { name: 'Picture' }).click());
    expect(picture).toMatch(/^BTCUSD-1m-simulated-.*\.png$/);
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(png.length).toBeGreaterThan(50_000);
    const [bars, csv] = await name(() => page.getByRole('link', { name: 'Bars (CSV)' }).click());
    expect(bars).toBe('BTCUSD-1m-simulated.csv');
    const lines = String(csv).trim().split('\n');
    expect(lines[0]).toMatch(/^openTime,open,high,low,close/);
    expect(lines.length).toBeGreaterThan(100);
    expect(lines.at(-1)).toMatch(/,forming$/);
    const [, prices] = await name(() => page.getByRole('link', { name: 'Prices (CSV)' }).click());
    expect(String(prices).trim().split('\n')).toHaveLength(8);
  }, 60_000);

  test.each([
    ['desktop', { viewport: { width: 1280, height: 900 } }],
    [
      'phone',
      { viewport: { width: 360, height: 780 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
    ],
  ] as const)(
    'on a %s it fits, and axe finds nothing, light and dark',
    async (name, options) => {
      for (const theme of ['light', 'dark']) {
        const page = await visit(`?theme=${theme}`, options);
        await page.waitForFunction(() => document.querySelectorAll('.cb-panel .main-svg').length > 0);
        await ticks(page, 3);
        await page.screenshot({ path: `${SHOTS}${name}-${theme}.png`, fullPage: true });
        const { content, frame } = await page.evaluate(() => ({
          content: document.documentElement.scrollWidth,
          frame: document.documentElement.clientWidth,
        }));
        expect(content).toBeLessThanOrEqual(frame);
        expect(await violations(page)).toEqual([]);
      }
    },
    90_000,
  );

  test('a finger on a figure scrolls the page, and a tap tells the bar', async () => {
    const page = await visit('', { viewport: { width: 360, height: 780 }, isMobile: true, hasTouch: true });
    const chart = page.locator('.cb-panel[data-panel=candles]');
    await chart.locator('.nsewdrag').first().waitFor();
    const session = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', y?: number) =>
      session.send('Input.dispatchTouchEvent', { type, touchPoints: y === undefined ? [] : [{ x: 180, y }] });
    await touch('touchStart', 600);
    for (let y = 580; y >= 400; y -= 20) await touch('touchMove', y);
    await touch('touchEnd');
    await expect.poll(() => page.evaluate(() => window.scrollY), eventually).toBeGreaterThan(100);
    const { x, y } = (await chart.locator('.nsewdrag').first().boundingBox())!;
    await page.touchscreen.tap(x + 100, y + 60);
    await expect
      .poll(() => chart.locator('.hoverlayer').innerHTML(), eventually)
      .toMatch(/O [\d,.]+.*C [\d,.]+/);
    await page.waitForFunction(
      () => getComputedStyle(document.querySelector('.modebar')!).display === 'none',
    );
  }, 60_000);

  test('a screen reader finds the numbers as a table, and is told what was chosen', async () => {
    const page = await visit();
    const table = page.getByRole('table', { name: /Crypto market/ });
    await expect.poll(() => table.getByRole('row').count(), eventually).toBe(8);
    expect(await table.getByRole('columnheader').allTextContents()).toContain('Price');
    await page.getByLabel('Pair').selectOption('DOGEUSD');
    await expect
      .poll(() => page.getByRole('status').textContent(), eventually)
      .toMatch(/DOGEUSD, bars of 1m, now/);
  }, 60_000);

  test('an exchange that is away is said, in sight and in words, until prices come again', async () => {
    const page = await visit();
    await ticks(page, 2);
    exchange.restart(2_000);
    await page.locator('.cb-board[data-state=away]').getByText('No feed', { exact: true }).waitFor();
    expect(await page.locator('.cb-footer').innerText()).toMatch(/Feed: reconnecting: /);
    expect(await page.getByRole('status').textContent()).toMatch(/^No prices come: reconnecting/);
    await page.getByText('Live', { exact: true }).waitFor();
    expect(await page.locator('.cb-footer').innerText()).not.toMatch(/Feed:/);
    expect(await page.getByRole('status').textContent()).toBe('Prices come again.');
  }, 60_000);

  test('the server’s restart is survived: the page comes back by itself', async () => {
    const page = await visit();
    await ticks(page, 2);
    const { port } = server;
    await server.close();
    await page.getByText('Reconnecting', { exact: true }).waitFor();
    server = await serveRun(run, { port });
    await page.waitForFunction(() => window.candlebookBoard?.state === 'live');
    await ticks(page, 3);
    complaints.length = 0;
  }, 60_000);

  test('a line that was dead from the beginning, or dies without a word, is replaced by another', async () => {
    const line = new Line(server.port);
    const address = await line.open();
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    pages.push(page);
    // The page's own time: waiting costs nothing here.
    await page.clock.install();
    const passes = async (state: string, stepMs: number) => {
      for (let i = 0; i < 100 && (await stateOf(page)) !== state; i++) {
        await page.clock.fastForward(stepMs);
        await page.waitForTimeout(50);
      }
      expect(await stateOf(page)).toBe(state);
    };
    try {
      const style = page.waitForResponse('**/page.css').then((response) => response.finished());
      await page.route('**/page.js', async (route) => {
        const response = await route.fetch();
        await style;
        line.die();
        await route.fulfill({ response });
      });
      // Not until all is loaded: Plotly comes by the dead line too.
      await page.goto(address, { waitUntil: 'commit' });
      await expect.poll(() => stateOf(page), { timeout: 20_000 }).toBeDefined();
      await passes('reconnecting', 2_000);
      // Long after a page out of a file would have given up.
      await page.clock.fastForward(60_000);
      expect(await stateOf(page)).toBe('reconnecting');
      line.mend();
      await passes('live', 1_000);
      line.die();
      await passes('reconnecting', 2_000);
      line.mend();
      await passes('live', 1_000);
    } finally {
      await context.close();
      pages.pop();
      await line.close();
    }
  }, 60_000);

  test('Plotly is asked for until it comes', async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    pages.push(page);
    let asked = 0;
    await page.route('**/plotly.min.js', (route) => (++asked < 3 ? route.abort() : route.continue()));
    await page.goto(server.url);
    await page.waitForFunction(() => document.querySelectorAll('.cb-panel .main-svg').length > 0);
    expect(asked).toBe(3);
  }, 60_000);

  test('whoever chooses other charts all day leaves nothing behind', async () => {
    const page = await visit();
    const session = await page.context().newCDPSession(page);
    const views = async () => {
      await session.send('HeapProfiler.collectGarbage');
      const { result } = await session.send('Runtime.evaluate', {
        expression: 'window.candlebookBoard.constructor.prototype',
      });
      const { objects } = await session.send('Runtime.queryObjects', { prototypeObjectId: result.objectId! });
      const { result: count } = await session.send('Runtime.callFunctionOn', {
        objectId: objects.objectId!,
        functionDeclaration: 'function () { return this.length; }',
      });
      await session.send('Runtime.releaseObject', { objectId: objects.objectId! });
      return Number(count.value);
    };
    for (const pair of ['ETHUSD', 'ADAUSD', 'BTCUSD']) {
      await page.getByLabel('Pair').selectOption(pair);
      await expect.poll(() => title(page), eventually).toContain(pair);
      await page.waitForFunction(() => document.querySelectorAll('.cb-panel .main-svg').length > 0);
    }
    await expect.poll(views, eventually).toBeLessThanOrEqual(2);
    expect(server.viewers).toBe(1);
  }, 60_000);
});
