import { boardHeight, figuresOf, type PaintedBoard, paintBoard } from './board.ts';
import { paintFigure } from './figure.ts';
import type { Drawable } from './plotly.ts';
import { SvgPen } from './svg-pen.ts';

export interface PictureSize {
  /** px */
  readonly width?: number;
  /** px */
  readonly height?: number;
}

/**
 * A figure as an SVG text, without a browser: what its last state looked like. Pure; some ms for hundreds of
 * points. Draws scatter, bar, candlestick, pie, heatmap and table traces; text metrics are Helvetica's.
 */
export function figureToSvg(figure: Drawable, size: PictureSize = {}): string {
  const { width = figure.layout.width ?? 700, height = figure.layout.height ?? 450 } = size;
  const pen = new SvgPen(`cb${hash(figure)}`);
  paintFigure(pen, figure, width, height);
  const title = typeof figure.layout.title === 'string' ? figure.layout.title : figure.layout.title?.text;
  return pen.toSvg(width, height, (title ?? 'Figure').replace(/<[^>]*>/g, ''));
}

/** A whole board with its bar, panels, footer and explanation as one SVG text. */
export function boardToSvg(board: PaintedBoard, size: Pick<PictureSize, 'width'> = {}): string {
  const { width = 1200 } = size;
  const pen = new SvgPen(`cb${hash(figuresOf(board))}`);
  paintBoard(pen, board, width);
  return pen.toSvg(width, boardHeight(pen, board, width), board.title);
}

/** Tells pictures on one page apart; the same content gives the same text. */
function hash(value: unknown): string {
  const text = JSON.stringify(value);
  let sum = 5381;
  for (let i = 0; i < text.length; i++) sum = ((sum * 33) ^ text.charCodeAt(i)) >>> 0;
  return sum.toString(36);
}
