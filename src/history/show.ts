import { inKernel, textDisplay } from '../dashboard/index.ts';
import { barText, terminalBar } from './bar.ts';
import type { ProgressListener } from './progress.ts';

const DRAW_EVERY_MS = 100;

/**
 * A bar for `onProgress`: in a notebook it stands in the running cell, elsewhere on standard error.
 * @param title before the bar
 */
export function progressBar(title = ''): ProgressListener {
  if (!inKernel()) return terminalBar(process.stderr, title);
  const show = textDisplay();
  let drawn = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const now = performance.now();
    if (progress.pages < progress.of && now - drawn < DRAW_EVERY_MS) return;
    drawn = now;
    show(barText(progress, title));
  };
}
