import type { Box } from './geometry.ts';
import type { Pen } from './pen.ts';
import { at, type Drawable, type TablePart, type Trace } from './plotly.ts';
import { drawText, fontText } from './text.ts';

/** One cell of a `table` trace with what it looks like; row -1 is the header. */
export interface TableCell {
  readonly row: number;
  readonly column: number;
  readonly text: string;
  readonly align: string;
  readonly color: string;
  readonly fill: string;
}

const PADDING = 8;

/** All cells, header first, row by row. */
function tableCells(trace: Trace, ink: string): TableCell[] {
  const cells: TableCell[] = [];
  const columns = trace.cells?.values ?? [];
  const take = (part: TablePart | undefined, row: number, column: number, value: unknown) => {
    cells.push({
      row,
      column,
      text: String(value ?? ''),
      align: at(part?.align, column) ?? 'center',
      color: styleAt(part?.font?.color, row, column) ?? ink,
      fill: styleAt(part?.fill?.color, row, column) ?? 'transparent',
    });
  };
  (trace.header?.values ?? []).forEach((value, column) => {
    take(trace.header, -1, column, Array.isArray(value) ? value[0] : value);
  });
  const rows = Math.max(0, ...columns.map((column) => (Array.isArray(column) ? column.length : 0)));
  for (let row = 0; row < rows; row++) {
    columns.forEach((column, c) => {
      take(trace.cells, row, c, Array.isArray(column) ? column[row] : column);
    });
  }
  return cells;
}

/** One for all, one a column, or one for each cell. */
function styleAt(
  style: string | readonly (string | readonly string[])[] | undefined,
  row: number,
  column: number,
): string | undefined {
  if (style === undefined || typeof style === 'string') return style;
  const ofColumn = style[column % style.length];
  return typeof ofColumn === 'string' || ofColumn === undefined ? ofColumn : ofColumn[Math.max(0, row)];
}

/** Left edges of the columns as shares of the width, and the end. */
function columnEdges(trace: Trace): number[] {
  const count = trace.cells?.values?.length ?? 0;
  const weights = Array.from({ length: count }, (_, i) => at(trace.columnwidth, i) ?? 1);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const edges = [0];
  for (const weight of weights) edges.push(edges.at(-1)! + weight / total);
  return edges;
}

/** The table as a picture; on the page it is HTML. Rows beyond the box are left out. */
export function paintTable(pen: Pen, figure: Drawable, trace: Trace, box: Box): void {
  const edges = columnEdges(trace).map((share) => box.left + share * box.width);
  const header = trace.header?.height ?? 28;
  const height = trace.cells?.height ?? 20;
  const base = fontText(figure.layout.font);
  for (const cell of tableCells(trace, figure.layout.font?.color ?? '#444')) {
    const part = cell.row < 0 ? trace.header : trace.cells;
    const top = box.top + (cell.row < 0 ? 0 : header + cell.row * height);
    const high = cell.row < 0 ? header : height;
    if (top + high > box.top + box.height + 1) break;
    const [left, right] = [edges[cell.column]!, edges[cell.column + 1]!];
    pen.fillStyle = cell.fill;
    pen.fillRect(left, top, right - left, high);
    if ((part?.line?.width ?? 1) > 0) {
      pen.fillStyle = part?.line?.color ?? '#ddd';
      pen.fillRect(left, top + high - 1, right - left, 1);
    }
    pen.font = fontText({ ...(part?.font?.size ? { size: part.font.size } : {}) }, base);
    pen.fillStyle = cell.color;
    pen.textBaseline = 'middle';
    pen.textAlign = cell.align === 'left' ? 'left' : cell.align === 'right' ? 'right' : 'center';
    const x =
      cell.align === 'left' ? left + PADDING : cell.align === 'right' ? right - PADDING : (left + right) / 2;
    drawText(pen, cell.text, x, top + high / 2 + 0.5);
  }
}
