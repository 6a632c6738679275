import { paintAxes, paintGrid } from './frame.ts';
import { plotBox, type Ranges, scalesOf } from './geometry.ts';
import { paintMarks } from './marks.ts';
import type { Pen } from './pen.ts';
import { paintPie } from './pie.ts';
import { type Drawable, isShown } from './plotly.ts';
import { paintTable } from './table.ts';
import { paintTraces } from './traces.ts';

/** A whole figure: background, frame, data and marks, within `width` by `height` px from the pen's origin. */
export function paintFigure(
  pen: Pen,
  figure: Drawable,
  width: number,
  height: number,
  ranges?: Ranges,
): void {
  pen.fillStyle = figure.layout.paper_bgcolor ?? '#fff';
  pen.fillRect(0, 0, width, height);
  const scales = scalesOf(figure, width, height, ranges);
  paintGrid(pen, figure, scales);
  paintTraces(pen, figure, scales);
  paintBoxes(pen, figure, width, height);
  paintAxes(pen, figure, scales);
  paintMarks(pen, figure, scales, width, height);
}

/** The traces that have no axes: pies and tables. */
export function paintBoxes(pen: Pen, figure: Drawable, width: number, height: number, tables = true): void {
  const box = plotBox(figure, width, height);
  for (const trace of figure.data) {
    if (!isShown(trace)) continue;
    if (trace.type === 'pie') paintPie(pen, figure, trace, box);
    else if (trace.type === 'table' && tables) paintTable(pen, figure, trace, box);
  }
}
