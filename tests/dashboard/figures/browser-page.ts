import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import type { Figure } from '../../../src/dashboard/figures/index.ts';
import { openBrowser } from '../../fixtures/browser.ts';

export const BROWSER_ARGS = [
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-sync',
  '--no-first-run',
];

/** A figure at a size, on a page. */
export interface Shown {
  readonly figure: Figure;
  readonly width: number;
  readonly height: number;
}

/** A browser page with Plotly on it, and nothing else. */
export async function figurePage(): Promise<{ browser: Browser; page: Page }> {
  const browser = await openBrowser({ args: BROWSER_ARGS });
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  await page.setContent('<!doctype html><body style="margin:0;background:#888"></body>');
  const library = createRequire(import.meta.url).resolve('plotly.js-dist-min/plotly.min.js');
  await page.addScriptTag({ content: readFileSync(library, 'utf8') });
  return { browser, page };
}

/** Draws the figures one after another into the page's body, each in a div of its own, and waits for all. */
export async function drawFigures(page: Page, shown: readonly Shown[]): Promise<void> {
  await page.evaluate(async (all) => {
    document.body.replaceChildren();
    for (const { figure, width, height } of all) {
      const div = document.createElement('div');
      div.id = figure.id;
      div.style.cssText = `display:inline-block;vertical-align:top;margin:4px;width:${width}px;height:${height}px`;
      document.body.append(div);
      const layout = { ...figure.layout, width, height };
      await (
        globalThis as unknown as { Plotly: { newPlot(...args: unknown[]): Promise<unknown> } }
      ).Plotly.newPlot(div, figure.data, layout, { displayModeBar: false, staticPlot: false });
    }
  }, shown as Shown[]);
}
