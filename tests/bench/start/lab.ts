import type { Browser } from 'playwright-core';
import { DRAWN_EVENT } from '../../../src/dashboard/wire.ts';
import { Launched, notebooksCopy } from '../../fixtures/demo.ts';
import { loadLab, runAll } from '../../fixtures/lab-page.ts';
import { takePainted, waitPainted, watchPainting } from '../measure/painted.ts';

const FIRST_FIGURE_MS = 60_000;

export interface Started {
  /** From the command to the printed address of its JupyterLab, ms. */
  readonly demo: number;
  /** From Run All in the dashboard's notebook, its kernel idle, to the board on the screen, ms. */
  readonly firstFigure: number;
}

/** `npm run demo` as its user has it, in a copy of the notebooks: to its address, and on to the first board. */
export async function startDemo(browser: Browser): Promise<Started> {
  const { folder, remove } = notebooksCopy();
  const began = performance.now();
  const demo = new Launched('demo.mjs', ['--no-browser', '--folder', folder]);
  try {
    const [url] = await demo.printed('stdout', /http:\S+/);
    const address = performance.now() - began;
    const page = await browser.newPage({ viewport: { width: 1440, height: 1500 } });
    try {
      await watchPainting(page, `() => document.addEventListener('${DRAWN_EVENT}', () => bench.drawn(0))`);
      await loadLab(page, url);
      await page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').waitFor();
      const pressed = await runAll(page);
      if (!(await waitPainted(page, 0, FIRST_FIGURE_MS)))
        throw new Error(`no figure within ${FIRST_FIGURE_MS / 1000} s`);
      return { demo: address, firstFigure: (await takePainted(page))[0]![1] - pressed };
    } finally {
      await page.close();
    }
  } finally {
    await demo.interrupt();
    remove();
  }
}
