import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../fixtures/browser.ts';
import { ARTIFACTS, Launched, notebooksCopy } from '../fixtures/demo.ts';
import { loadLab, runAll, saveNotebook } from '../fixtures/lab-page.ts';
import { say, step } from '../fixtures/step.ts';
import {
  codeCells,
  NOTEBOOKS,
  type Notebook,
  notebookNames,
  pictures,
  printed,
  problems,
  readNotebook,
  textOf,
} from './notebook.ts';

/*
 * Runs the committed notebooks as a reader does, in the demo's JupyterLab and a browser, and puts them back with what
 * they showed: node save.ts [NAME…]
 */

const SEED = '1';
/** A run that is awaited in a cell ends by itself after so many seconds. */
const RUN_SECONDS = '20';
const NOTEBOOK_MS = 240_000;

const words = process.argv.slice(2);
const chosen = notebookNames().filter(
  (name) => words.length === 0 || words.some((word) => name.includes(word)),
);
if (chosen.length === 0) {
  say(`No notebook is named ${words.join(' or ')}. There are ${notebookNames().join(', ')}.`);
  process.exit(1);
}
const { folder, remove } = notebooksCopy();
const demo = new Launched('demo.mjs', ['--no-browser', '--seed', SEED, '--folder', folder], {
  CANDLEBOOK_RUN_SECONDS: RUN_SECONDS,
});
let browser: Browser | undefined;
try {
  const [url] = await demo.printed('stdout', /http:\S+/);
  browser = await openBrowser();
  for (const name of chosen) {
    const wrong = await step(name, () =>
      runAndSave(browser!, url.replace(/tree\/[^?]*/, `tree/${name}`), name),
    );
    if (wrong.length === 0) continue;
    for (const line of wrong) say(`  ✗ ${line}`);
    process.exitCode = 1;
  }
} finally {
  await browser?.close();
  await demo.interrupt();
  remove();
}

async function runAndSave(window: Browser, url: string, name: string): Promise<string[]> {
  const page = await window.newPage({ viewport: { width: 1440, height: 1500 } });
  try {
    await loadLab(page, url);
    await runAll(page);
    const deadline = Date.now() + NOTEBOOK_MS;
    const file = join(folder, name);
    for (let quiet = 0; ; ) {
      await page.waitForTimeout(500);
      const waiting = await page.locator('.jp-InputPrompt', { hasText: '[*]' }).count();
      const status = await page
        .locator('.jp-Notebook-ExecutionIndicator')
        .first()
        .getAttribute('data-status');
      if (waiting === 0 && status === 'idle') {
        await saveNotebook(page);
        await page.waitForTimeout(500);
        const run = readNotebook(file);
        // After a failed cell the kernel drops the queued ones: then nothing more comes.
        if (codeCells(run).every((cell) => cell.execution_count) || ++quiet === 5) {
          mkdirSync(join(ARTIFACTS, 'notebooks'), { recursive: true });
          await page.screenshot({ path: join(ARTIFACTS, 'notebooks', `${name}.png`) });
          return putBack(run, name);
        }
      }
      if (Date.now() > deadline) return [`not at its end after ${NOTEBOOK_MS / 1000} s`];
    }
  } finally {
    await page.close();
  }
}

/** Writes the executed notebook over the committed one, unless something in it is wrong. */
function putBack(run: Notebook, name: string): string[] {
  const wrong = [...problems(run), ...unpictured(run)];
  if (wrong.length > 0) return wrong;
  const { kernelspec, language_info } = readNotebook(join(NOTEBOOKS, name)).metadata;
  const cells = run.cells.map((cell) => ({ ...cell, metadata: {} }));
  const notebook = { ...run, cells, metadata: { kernelspec, language_info } };
  writeFileSync(join(NOTEBOOKS, name), `${JSON.stringify(notebook, null, 1)}\n`);
  return [];
}

/** Cells that start a board and left none. */
function unpictured(run: Notebook): string[] {
  return codeCells(run)
    .filter((cell) => /\b(showBoard|showFigure)\(|startDashboard\((?!.*display:)/.test(textOf(cell.source)))
    .filter((cell) => pictures(cell).length === 0)
    .map((cell) => `no picture under ${textOf(cell.source)}: ${printed(cell).slice(0, 200)}`);
}
