import { mix } from './color.ts';
import { paintFigure } from './figure.ts';
import type { Ranges } from './geometry.ts';
import type { Pen } from './pen.ts';
import type { Drawable } from './plotly.ts';
import { FAMILY, textSize } from './text.ts';

/** What stands on a board; `figures/board.ts` makes the market's. */
export interface PaintedBoard {
  readonly title: string;
  readonly panels: readonly Drawable[];
  /** Across the whole width, beneath the panels. */
  readonly candles?: Drawable;
  /** Beneath the candles, as the panels stand. */
  readonly more?: readonly Drawable[];
  readonly footer?: {
    readonly lastUpdate?: string;
    readonly updatedAt?: number | null;
    readonly dataSource?: string;
    readonly tracked?: number;
    readonly feed?: string;
    readonly tables?: string;
    readonly alert?: string;
  };
  /** A line a paragraph; what stands before the first colon of a line is its name. */
  readonly explanation?: string;
  readonly source?: string;
}

/** Sizes in px, the same for the page and the picture. */
export const BOARD = { pad: 12, gap: 10, bar: 46, panel: 300, wide: 460, footer: 34, line: 18 } as const;

/** How many panels stand side by side. */
function columnsFor(width: number, panels: number): number {
  return Math.max(1, Math.min(panels, width >= 1020 ? 3 : width >= 680 ? 2 : 1));
}

/** All figures of a board in their order. */
export function figuresOf<F extends Drawable>(board: {
  readonly panels: readonly F[];
  readonly candles?: F;
  readonly more?: readonly F[];
}): F[] {
  return [...board.panels, ...(board.candles ? [board.candles] : []), ...(board.more ?? [])];
}

/** Panels that stand side by side, at a width. */
export function boardColumns(board: PaintedBoard, width: number): number {
  return columnsFor(width, Math.max(board.panels.length, board.more?.length ?? 0));
}

/** Px that a figure across the whole width takes. */
export function wideHeight(figure: Drawable): number {
  return figure.layout.height ?? BOARD.wide;
}

/** How many columns the nth of so many panels takes: the last one has what is left of its row. */
export function spanOf(n: number, count: number, columns: number): number {
  return n === count - 1 ? columns - (n % columns) : 1;
}

/** Where a figure stands: px from the top of the grid, from which column on and over how many. */
export interface BoardCell {
  readonly figure: Drawable;
  readonly column: number;
  readonly span: number;
  readonly top: number;
  readonly height: number;
}

/** The grid of a board's figures, and the px from its top to the next thing below it. */
export function gridOf(board: PaintedBoard, columns: number): { cells: BoardCell[]; height: number } {
  const all = figuresOf(board);
  // A figure by itself is shown large.
  const panel = all.length === 1 ? BOARD.wide : BOARD.panel;
  const cells: BoardCell[] = [];
  let top = 0;
  const addRows = (figures: readonly Drawable[]) => {
    figures.forEach((figure, i) => {
      const row = Math.floor(i / columns);
      cells.push({
        figure,
        column: i % columns,
        span: spanOf(i, figures.length, columns),
        top: top + row * (panel + BOARD.gap),
        height: panel,
      });
    });
    top += Math.ceil(figures.length / columns) * (panel + BOARD.gap);
  };
  addRows(board.panels);
  if (board.candles) {
    const height = wideHeight(board.candles);
    cells.push({ figure: board.candles, column: 0, span: columns, top, height });
    top += height + BOARD.gap;
  }
  addRows(board.more ?? []);
  return { cells, height: top };
}

export interface BoardColors {
  readonly paper: string;
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  /** Behind the panels. */
  readonly ground: string;
}

/** The colours of the board's own parts, from those of its figures. */
export function boardColors(board: PaintedBoard): BoardColors {
  const layout = (board.panels[0] ?? board.candles)?.layout;
  const paper = layout?.paper_bgcolor ?? '#ffffff';
  const ink = layout?.font?.color ?? '#444444';
  return {
    paper,
    ink,
    muted: mix(ink, paper, 0.32),
    line: mix(ink, paper, 0.87),
    ground: mix(ink, paper, 0.955),
  };
}

function boardFamily(board: PaintedBoard): string {
  return (board.panels[0] ?? board.candles)?.layout.font?.family ?? FAMILY;
}

/** Height in px that a board takes at a width. */
export function boardHeight(pen: Pen, board: PaintedBoard, width: number): number {
  return walk(pen, board, width, undefined);
}

/** Draws the whole board, `width` px wide; `rangesOf` knows where a person has zoomed. */
export function paintBoard(
  pen: Pen,
  board: PaintedBoard,
  width: number,
  rangesOf: (figure: Drawable) => Ranges | undefined = () => undefined,
): void {
  walk(pen, board, width, rangesOf);
}

function walk(
  pen: Pen,
  board: PaintedBoard,
  width: number,
  rangesOf: ((figure: Drawable) => Ranges | undefined) | undefined,
): number {
  const { pad, gap, bar, footer } = BOARD;
  const family = boardFamily(board);
  const colors = boardColors(board);
  const columns = boardColumns(board, width);
  const explanation = explanationLines(pen, board, width - 2 * pad, family);
  const grid = gridOf(board, columns);
  const gridTop = bar + pad;
  const footerTop = gridTop + grid.height;
  const textTop = footerTop + (board.footer ? footer : 0);
  const height = textTop + (explanation.length > 0 ? explanation.length * BOARD.line + pad + 4 : pad);
  if (!rangesOf) return height;

  pen.fillStyle = colors.ground;
  pen.fillRect(0, 0, width, height);
  paintBar(pen, board, width, family, colors);
  const cell = (width - 2 * pad - (columns - 1) * gap) / columns;
  for (const { figure, column, span, top, height: tall } of grid.cells) {
    const left = pad + column * (cell + gap);
    const wide = span * (cell + gap) - gap;
    paintCard(pen, figure, left, gridTop + top, wide, tall, colors, rangesOf(figure));
  }
  if (board.footer) paintFooter(pen, board, footerTop, width, family, colors);
  pen.textAlign = 'left';
  pen.textBaseline = 'alphabetic';
  explanation.forEach(({ name, nameWidth, text }, i) => {
    const y = textTop + 12 + i * BOARD.line;
    pen.font = `700 12px ${family}`;
    pen.fillStyle = colors.ink;
    pen.fillText(name, pad + 2, y);
    pen.font = `12px ${family}`;
    pen.fillStyle = colors.muted;
    pen.fillText(text, pad + 2 + nameWidth, y);
  });
  return height;
}

function paintBar(pen: Pen, board: PaintedBoard, width: number, family: string, colors: BoardColors): void {
  const { bar, pad } = BOARD;
  pen.fillStyle = colors.paper;
  pen.fillRect(0, 0, width, bar);
  pen.fillStyle = colors.line;
  pen.fillRect(0, bar - 1, width, 1);
  pen.textAlign = 'left';
  pen.textBaseline = 'middle';
  pen.font = `700 16px ${family}`;
  pen.fillStyle = colors.ink;
  pen.fillText(board.title, pad + 4, bar / 2);
  const after = pad + 4 + pen.measureText(board.title).width + 12;
  if (board.source) {
    const badge = board.source.toUpperCase();
    const [back, front] = badgeColors(board.source);
    pen.font = `700 10px ${family}`;
    const wide = textSize(pen, badge).width + 12;
    pen.fillStyle = back;
    pen.fillRect(after, bar / 2 - 9, wide, 18);
    pen.fillStyle = front;
    pen.fillText(badge, after + 6, bar / 2 + 0.5);
  }
}

/** Ground and text of the source's badge: never the same for real and unreal prices. */
export function badgeColors(source: string): [string, string] {
  return source === 'live' ? ['#0b7f79', '#ffffff'] : ['#fde68a', '#5c3b00'];
}

function paintCard(
  pen: Pen,
  figure: Drawable,
  left: number,
  top: number,
  width: number,
  height: number,
  colors: BoardColors,
  ranges: Ranges | undefined,
): void {
  pen.save();
  pen.translate(left, top);
  pen.beginPath();
  pen.rect(0, 0, width, height);
  pen.clip();
  paintFigure(pen, figure, width, height, ranges);
  pen.strokeStyle = colors.line;
  pen.lineWidth = 2;
  pen.setLineDash([]);
  pen.beginPath();
  pen.rect(0, 0, width, height);
  pen.stroke();
  pen.restore();
}

/** The footer's parts, as the page and the picture write them. */
export function footerParts(board: PaintedBoard): { name: string; value: string }[] {
  const { lastUpdate, feed, dataSource, tracked, tables, alert } = board.footer ?? {};
  return [
    ...(lastUpdate === undefined ? [] : [{ name: 'Last update', value: lastUpdate }]),
    ...(feed === undefined ? [] : [{ name: 'Feed', value: feed }]),
    ...(dataSource === undefined ? [] : [{ name: 'Data source', value: dataSource }]),
    ...(tracked === undefined ? [] : [{ name: 'Cryptocurrencies tracked', value: String(tracked) }]),
    ...(tables === undefined ? [] : [{ name: 'Tables', value: tables }]),
    ...(alert === undefined ? [] : [{ name: 'Last alert', value: alert }]),
  ];
}

function paintFooter(
  pen: Pen,
  board: PaintedBoard,
  top: number,
  width: number,
  family: string,
  colors: BoardColors,
): void {
  let left = BOARD.pad + 2;
  pen.textAlign = 'left';
  pen.textBaseline = 'middle';
  for (const { name, value } of footerParts(board)) {
    pen.font = `12px ${family}`;
    pen.fillStyle = colors.muted;
    pen.fillText(`${name}:`, left, top + 12);
    left += pen.measureText(`${name}: `).width;
    pen.font = `700 12px ${family}`;
    pen.fillStyle = colors.ink;
    pen.fillText(value, left, top + 12);
    left += pen.measureText(value).width + 24;
    if (left > width) return;
  }
}

interface ExplanationLine {
  name: string;
  nameWidth: number;
  text: string;
}

/** Splits a paragraph at its first colon: a name and the text. */
export function explanationParts(explanation: string): { name: string; text: string }[] {
  return explanation.split('\n').map((paragraph) => {
    const colon = paragraph.indexOf(': ');
    return colon > 0 && colon < 40
      ? { name: paragraph.slice(0, colon + 1), text: paragraph.slice(colon + 2) }
      : { name: '', text: paragraph };
  });
}

function explanationLines(pen: Pen, board: PaintedBoard, width: number, family: string): ExplanationLine[] {
  const lines: ExplanationLine[] = [];
  for (const { name, text } of explanationParts(board.explanation ?? '')) {
    if (text === '') continue;
    pen.font = `700 12px ${family}`;
    const nameWidth = name ? pen.measureText(`${name} `).width : 0;
    pen.font = `12px ${family}`;
    let line: ExplanationLine = { name, nameWidth, text: '' };
    for (const word of text.split(' ')) {
      const longer = line.text ? `${line.text} ${word}` : word;
      if (line.text && line.nameWidth + pen.measureText(longer).width > width) {
        lines.push(line);
        line = { name: '', nameWidth: 0, text: word };
      } else line.text = longer;
    }
    lines.push(line);
  }
  return lines;
}
