import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTradeTable } from '../../src/store/index.ts';
import { openBrowser } from '../fixtures/browser.ts';
import { ARTIFACTS, Launched, notebooksCopy } from '../fixtures/demo.ts';
import { loadLab, runAll, saveNotebook } from '../fixtures/lab-page.ts';
import { codeCells, type Notebook, pictures, printed, problems, readNotebook, textOf } from './notebook.ts';

// The main job as its user meets it: the demo's own JupyterLab, a real browser, one notebook from Run All to reopening.

const SHOTS = join(ARTIFACTS, 'dashboard');
const { folder, remove } = notebooksCopy();
let demo: Launched;
let url: string;
let exchangeUrl: string;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  mkdirSync(SHOTS, { recursive: true });
  demo = new Launched('demo.mjs', ['--no-browser', '--seed', '11', '--folder', folder]);
  [url] = await demo.printed('stdout', /http:\S+/);
  [, exchangeUrl = ''] = await demo.printed('stderr', /simulated market at (\S+)/);
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1440, height: 1500 } });
  await loadLab(page, url);
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await demo?.interrupt();
  remove();
});

/** What the board holds that was last painted: the text column of the price panel, by coin. */
function shownPrices(): Promise<Record<string, string>> {
  return page.evaluate(() => {
    interface Trace {
      text?: string[];
      y: string[];
      mode?: string;
    }
    const { boards } = (
      window as unknown as {
        __candlebook: { boards: Map<string, { content: { panels: { data: Trace[] }[] } }> };
      }
    ).__candlebook;
    const board = [...boards.values()].at(-1)!;
    const trace = board.content.panels[0]!.data.find(({ mode, text }) => mode === 'text' && text)!;
    return Object.fromEntries(trace.y.map((coin, i) => [coin, trace.text![i]!.replace(/<[^>]*>|,/g, '')]));
  });
}

const ticks = async () => Number((await page.locator('.cb-ticks').textContent())!.match(/\d+/)![0]);

async function ticksPass(count: number): Promise<void> {
  const target = (await ticks()) + count;
  await expect.poll(ticks, { timeout: 30_000, interval: 50 }).toBeGreaterThanOrEqual(target);
}

/** Runs all cells, until the board has ticked. */
async function begin(): Promise<void> {
  await runAll(page);
  await page.locator('.cb-board[data-state="live"]').waitFor({ timeout: 60_000 });
  await ticksPass(3);
}

async function cellsEnd(): Promise<void> {
  const waiting = page.locator('.jp-InputPrompt', { hasText: '[*]' });
  const idle = page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]');
  const ended = async () => (await waiting.count()) === 0 && (await idle.count()) > 0;
  await expect.poll(ended, { timeout: 30_000 }).toBe(true);
}

/** The notebook's file, with all that its cells say by now. */
async function saved(): Promise<Notebook> {
  const file = join(folder, '03-dashboard.ipynb');
  const before = statSync(file).mtimeMs;
  await saveNotebook(page);
  let notebook: Notebook | undefined;
  const whole = () => {
    if (statSync(file).mtimeMs <= before) return false;
    try {
      notebook = readNotebook(file);
      return true;
    } catch {
      // Still being written.
      return false;
    }
  };
  await expect.poll(whole, { timeout: 15_000 }).toBe(true);
  return notebook!;
}

/** Share of a canvas's pixels that are painted, and how many colours they have. */
function inkOf(panel: Locator): Promise<{ share: number; colors: number }> {
  return panel
    .locator('canvas')
    .first()
    .evaluate((element) => {
      const canvas = element as HTMLCanvasElement;
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      const colors = new Set<number>();
      let painted = 0;
      for (let i = 0; i < data.length; i += 4) {
        if (data[i + 3]! < 128) continue;
        painted++;
        colors.add((data[i]! << 16) | (data[i + 1]! << 8) | data[i + 2]!);
      }
      return { share: painted / (data.length / 4), colors: colors.size };
    });
}

describe('03-dashboard in the demo’s JupyterLab', () => {
  test('Run All paints the panels and the chart, marked as simulated', async () => {
    await runAll(page);
    await page.locator('.cb-board').waitFor({ timeout: 60_000 });
    await ticksPass(3);
    const panels = page.locator('.cb-board .cb-panel');
    expect(await panels.count()).toBe(10);
    for (let i = 0; i < 10; i++) {
      const panel = panels.nth(i);
      await panel.scrollIntoViewIfNeeded();
      await panel.locator('.main-svg').first().waitFor();
      await expect.poll(async () => (await inkOf(panel)).share, { timeout: 10_000 }).toBeGreaterThan(0.004);
      expect((await inkOf(panel)).colors).toBeGreaterThan(1);
    }
    expect(
      await page
        .locator('.cb-board')
        .getByText(/simulated/i)
        .count(),
    ).toBeGreaterThanOrEqual(8);
    await page.locator('.cb-board').screenshot({ path: join(SHOTS, 'live.png') });
  }, 120_000);

  test('prices change by themselves, and are prices that the exchange sent', async () => {
    await page.locator('.cb-board').scrollIntoViewIfNeeded();
    const before = await shownPrices();
    await expect
      .poll(async () => JSON.stringify(await shownPrices()), { timeout: 20_000, interval: 20 })
      .not.toBe(JSON.stringify(before));
    const now = await shownPrices();
    expect(Object.keys(now)).toEqual(['BTC', 'ETH', 'ADA', 'DOGE', 'SOL', 'XRP', 'DOT']);
    for (const [coin, shown] of Object.entries(now)) {
      const response = await fetch(`${exchangeUrl}/api/v3/trades?symbol=${coin}USD&limit=1000`);
      const sent = ((await response.json()) as { price: string }[]).map(({ price }) => Number(price));
      const ticker = (await (await fetch(`${exchangeUrl}/api/v3/ticker/24hr?symbol=${coin}USD`)).json()) as {
        lastPrice: string;
      };
      expect([...sent, Number(ticker.lastPrice)], `${coin} at ${shown}`).toContain(Number(shown));
    }
  }, 30_000);

  test('a zoom is kept over ten ticks', async () => {
    const chart = page.locator('.cb-panel[data-panel=candles]');
    await chart.scrollIntoViewIfNeeded();
    const box = (await chart.boundingBox())!;
    const range = () =>
      chart.locator('.cb-plot').evaluate((plot) => {
        const { _fullLayout } = plot as unknown as { _fullLayout: { xaxis: { range: [string, string] } } };
        return _fullLayout.xaxis.range.map((end) => Date.parse(`${end}Z`) || Number(end));
      });
    const span = ([from, to]: number[]) => to! - from!;
    const whole = await range();
    const y = box.y + box.height * 0.45;
    await page.mouse.move(box.x + box.width * 0.35, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, y, { steps: 8 });
    await page.mouse.up();
    await expect.poll(async () => span(await range()), { timeout: 5_000 }).toBeLessThan(span(whole) * 0.5);
    const zoomed = await range();
    await ticksPass(10);
    expect(await range()).toEqual(zoomed);
    await page.locator('.cb-board').screenshot({ path: join(SHOTS, 'zoomed.png') });
  }, 60_000);

  test('the in-figure Stop ends the cell cleanly and leaves a picture, also after saving and reopening', async () => {
    await page.locator('.cb-stop').click();
    const picture = page.locator('.jp-RenderedImage img').last();
    await picture.waitFor({ timeout: 15_000 });
    await expect
      .poll(() => page.locator('.jp-InputPrompt', { hasText: '[*]' }).count(), { timeout: 20_000 })
      .toBe(0);
    await saveNotebook(page);
    const file = join(folder, '03-dashboard.ipynb');
    const saved = () => readFileSync(file, 'utf8');
    await expect.poll(() => saved().includes('image/png'), { timeout: 15_000 }).toBe(true);
    expect(existsSync(file) && saved().length).toBeLessThan(2_500_000);
    expect(saved()).not.toContain('"stderr"');
    expect(saved()).not.toContain('"output_type": "error"');

    await page.close();
    page = await browser.newPage({ viewport: { width: 1440, height: 1500 } });
    await loadLab(page, url);
    const reopened = page.locator('.jp-RenderedImage img').first();
    await reopened.waitFor({ timeout: 30_000 });
    await reopened.scrollIntoViewIfNeeded();
    await expect
      .poll(() => reopened.evaluate((image) => (image as HTMLImageElement).naturalWidth))
      .toBeGreaterThan(600);
    await page.screenshot({ path: join(SHOTS, 'reopened.png') });
    expect(
      await page.locator('.jp-RenderedText[data-mime-type="application/vnd.jupyter.stderr"]').count(),
    ).toBe(0);
  }, 120_000);

  test('JupyterLab’s own Stop (■) ends the awaiting cell cleanly, and leaves a picture', async () => {
    await begin();
    await page.locator('[data-jp-item-name="interrupt"]').first().click();
    await cellsEnd();
    const notebook = await saved();
    const run = codeCells(notebook).find((cell) => textOf(cell.source).includes('await live.done'))!;
    expect(pictures(run)[0]?.length).toBeGreaterThan(4_000);
    expect(printed(run)).toContain("endedBy: 'interrupt'");
    expect(problems(notebook)).toEqual([]);
    await page.screenshot({ path: join(SHOTS, 'interrupted.png') });
  }, 120_000);

  test('failure: kernel restart: the board says so, a new Run All goes on, and so does the table', async () => {
    await begin();
    await page.getByRole('menuitem', { name: 'Kernel', exact: true }).click();
    await page.getByText('Restart Kernel…', { exact: true }).click();
    await page.locator('.jp-Dialog .jp-mod-accept').click();
    await page.locator('.cb-board[data-state="saved"]').waitFor({ timeout: 30_000 });
    expect(await page.locator('.cb-board .cb-state').textContent()).toBe('Saved while live');
    expect(await page.locator('.cb-stop').isVisible()).toBe(false);
    await page.locator('.cb-board').screenshot({ path: join(SHOTS, 'kernel-restarted.png') });

    await begin();
    await page.locator('.cb-stop').click();
    await cellsEnd();
    expect(problems(await saved())).toEqual([]);
    // What came while no kernel followed the market was fetched: the table has every trade once.
    const table = await openTradeTable({ location: join(folder, 'tables'), source: 'simulated' });
    const ids = new Map<string, number[]>();
    for await (const { symbol, tradeId } of table.rows())
      ids.set(symbol, [...(ids.get(symbol) ?? []), tradeId]);
    // A quiet coin may not have traded in these seconds.
    expect(ids.size).toBeGreaterThanOrEqual(3);
    for (const [symbol, all] of ids)
      expect(new Set(all).size, symbol).toBe(Math.max(...all) - Math.min(...all) + 1);
    expect([...ids.values()].flat()).toHaveLength(
      [...ids.values()].flatMap((all) => [...new Set(all)]).length,
    );
  }, 180_000);

  test('failure: page reloaded: it finds the running board again, and its Stop still stops', async () => {
    await runAll(page);
    await page.locator('.cb-board').waitFor({ timeout: 60_000 });
    await ticksPass(3);
    await saveNotebook(page);
    await loadLab(page, url);
    // JupyterLab draws a cell when it comes near the window.
    await expect
      .poll(
        async () => {
          // Down, and from the end to the top again: a cell that was passed before it was drawn is met once more.
          await page.locator('.jp-WindowedPanel-outer').evaluate((outer) => {
            const isAtEnd = outer.scrollTop + outer.clientHeight >= outer.scrollHeight - 1;
            outer.scrollTo(0, isAtEnd ? 0 : outer.scrollTop + 300);
          });
          return page.locator('.cb-board').count();
        },
        { timeout: 30_000 },
      )
      .toBeGreaterThan(0);
    await page.locator('.cb-board').waitFor({ timeout: 30_000 });
    await ticksPass(3);
    await page.locator('.cb-stop').click();
    await page.locator('.cb-board[data-state="stopped"]').waitFor({ timeout: 15_000 });
  }, 120_000);
});
