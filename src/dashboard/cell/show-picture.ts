import { randomUUID } from 'node:crypto';
import { boardToSvg, figureToSvg, type PictureSize } from '../paint/svg.ts';
import type { LiveContent, LiveFigure } from '../wire.ts';
import { findKernel } from './kernel.ts';

/** Px of a figure that does not say its own height, and of the width that the cell of a notebook has. */
const HEIGHT = 320;
const WIDTH = 880;

/**
 * Leaves a still picture of a figure, or of a whole board, in the running cell: it shows in the saved file and on a
 * code host too, without the kernel.
 * @param size of a figure, px; default 880 by its own height. Of a board the width alone; default 1,200
 * @throws CandlebookError KERNEL_MISSING in a plain script: there `figureToSvg` gives the text of a file
 */
export function showPicture(figure: LiveFigure | LiveContent, size: PictureSize = {}): void {
  const svg =
    'panels' in figure
      ? boardToSvg(figure, size)
      : figureToSvg(figure, { width: WIDTH, height: figure.layout.height ?? HEIGHT, ...size });
  const name = 'panels' in figure ? figure.title : figure.id;
  findKernel().write(randomUUID(), { 'image/svg+xml': svg, 'text/plain': `Picture: ${name}` }, false);
}
