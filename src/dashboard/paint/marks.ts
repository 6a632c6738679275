import { type Box, plotBox } from './geometry.ts';
import type { Pen } from './pen.ts';
import { type Annotation, colorOf, type Drawable, isShown, type Shape, type Value } from './plotly.ts';
import { type Scale, toPixel } from './scale.ts';
import { dashOf } from './scatter.ts';
import { drawText, fontSize, fontText, textSize } from './text.ts';

type Scales = ReadonlyMap<string, Scale>;

/** Title, lines and rectangles, notes and legend: what stands on a figure beside its data. */
export function paintMarks(pen: Pen, figure: Drawable, scales: Scales, width: number, height: number): void {
  const box = plotBox(figure, width, height);
  for (const shape of figure.layout.shapes ?? [])
    if (shape.layer !== 'below') paintShape(pen, shape, box, scales);
  paintTitle(pen, figure, box, width, height);
  if (figure.layout.showlegend) paintLegend(pen, figure, box);
  for (const note of figure.layout.annotations ?? []) paintAnnotation(pen, figure, note, box, scales);
}

function paintTitle(pen: Pen, figure: Drawable, box: Box, width: number, height: number): void {
  const title = typeof figure.layout.title === 'string' ? { text: figure.layout.title } : figure.layout.title;
  if (!title?.text) return;
  pen.font = fontText({ size: 17, ...title.font }, fontText(figure.layout.font));
  pen.fillStyle = title.font?.color ?? figure.layout.font?.color ?? '#444';
  const anchor = title.xanchor ?? 'auto';
  const x = title.x ?? 0.5;
  const left = anchor === 'left' || (anchor === 'auto' && x < 1 / 3);
  const right = anchor === 'right' || (anchor === 'auto' && x > 2 / 3);
  pen.textAlign = left ? 'left' : right ? 'right' : 'center';
  pen.textBaseline = 'alphabetic';
  const pad = title.pad ?? {};
  const across = x * width + (left ? (pad.l ?? 0) : right ? -(pad.r ?? 0) : 0);
  const size = fontSize(pen.font);
  const y = title.y === undefined || title.y === 'auto' ? undefined : Number(title.y);
  // Plotly: a title without a place stands in the middle of the top margin; the cap height is 0.7 em.
  const down =
    y === undefined
      ? box.top / 2 + size * 0.35
      : (1 - y) * height + (pad.t ?? 0) + capShift(title.yanchor, y) * size;
  drawText(pen, title.text, across, down);
}

function capShift(anchor: string | undefined, y: number): number {
  if (anchor === 'top' || (anchor === undefined && y > 2 / 3)) return 0.7;
  return anchor === 'bottom' ? 0 : 0.35;
}

function place(ref: string | undefined, value: Value, box: Box, scales: Scales, horizontal: boolean): number {
  const id = (ref ?? (horizontal ? 'x' : 'y')).replace(' domain', '');
  const scale = scales.get(id);
  if (ref === 'paper' || !scale) {
    return horizontal ? box.left + Number(value) * box.width : box.top + (1 - Number(value)) * box.height;
  }
  if (ref?.endsWith(' domain')) {
    const share = Number(value);
    return scale.offset + scale.length * (horizontal ? share : 1 - share);
  }
  return toPixel(scale, value);
}

function paintShape(pen: Pen, shape: Shape, box: Box, scales: Scales): void {
  if (shape.visible === false) return;
  const x0 = place(shape.xref, shape.x0, box, scales, true);
  const x1 = place(shape.xref, shape.x1, box, scales, true);
  const y0 = place(shape.yref, shape.y0, box, scales, false);
  const y1 = place(shape.yref, shape.y1, box, scales, false);
  if (![x0, x1, y0, y1].every(Number.isFinite)) return;
  pen.save();
  pen.globalAlpha = shape.opacity ?? 1;
  const x = scales.get((shape.xref ?? 'x').replace(' domain', ''));
  const y = scales.get((shape.yref ?? 'y').replace(' domain', ''));
  if (x ?? y) {
    pen.beginPath();
    pen.rect(x?.offset ?? box.left, y?.offset ?? box.top, x?.length ?? box.width, y?.length ?? box.height);
    pen.clip();
  }
  pen.beginPath();
  if (shape.type === 'rect') {
    pen.rect(Math.min(x0, x1), Math.min(y0, y1), Math.abs(x1 - x0), Math.abs(y1 - y0));
    if (shape.fillcolor) {
      pen.fillStyle = shape.fillcolor;
      pen.fill();
    }
  } else {
    pen.moveTo(x0, y0);
    pen.lineTo(x1, y1);
  }
  const width = shape.line?.width ?? 2;
  if (width > 0) {
    pen.strokeStyle = shape.line?.color ?? '#444';
    pen.lineWidth = width;
    pen.setLineDash(dashOf(shape.line?.dash, width));
    pen.stroke();
    pen.setLineDash([]);
  }
  pen.restore();
}

function paintAnnotation(pen: Pen, figure: Drawable, note: Annotation, box: Box, scales: Scales): void {
  if (!note.text || note.visible === false) return;
  const x = place(note.xref, note.x, box, scales, true) + (note.xshift ?? 0);
  const y = place(note.yref, note.y, box, scales, false) - (note.yshift ?? 0);
  if (!Number.isFinite(x) || !Number.isFinite(y)) return;
  // A note on a value goes where the value goes: out of sight, when that is zoomed away.
  if (isBeyond(scales.get(note.xref ?? 'x'), x) || isBeyond(scales.get(note.yref ?? 'y'), y)) return;
  pen.save();
  pen.globalAlpha = note.opacity ?? 1;
  pen.font = fontText(note.font, fontText(figure.layout.font));
  const size = textSize(pen, note.text);
  // Plotly's box is the text's own (1.3 em a line with its leading) and the padding.
  const pad = (note.borderpad ?? 1) + (note.borderwidth ?? 1);
  const wide = size.width + 2 * pad;
  const high = size.height * 1.2 + 2 * pad;
  const left = note.xanchor === 'left' ? x : note.xanchor === 'right' ? x - wide : x - wide / 2;
  const top = note.yanchor === 'top' ? y : note.yanchor === 'bottom' ? y - high : y - high / 2;
  if (note.bgcolor) {
    pen.fillStyle = note.bgcolor;
    pen.fillRect(left, top, wide, high);
  }
  if (note.bordercolor && (note.borderwidth ?? 1) > 0) {
    pen.strokeStyle = note.bordercolor;
    pen.lineWidth = note.borderwidth ?? 1;
    pen.beginPath();
    pen.rect(left, top, wide, high);
    pen.stroke();
  }
  pen.fillStyle = note.font?.color ?? figure.layout.font?.color ?? '#444';
  pen.textAlign = note.align === 'left' ? 'left' : note.align === 'right' ? 'right' : 'center';
  pen.textBaseline = 'middle';
  const text =
    note.align === 'left' ? left + pad : note.align === 'right' ? left + wide - pad : left + wide / 2;
  drawText(pen, note.text, text, top + high / 2 + 0.5);
  pen.restore();
}

function isBeyond(scale: Scale | undefined, pixel: number): boolean {
  return scale !== undefined && (pixel < scale.offset - 0.5 || pixel > scale.offset + scale.length + 0.5);
}

const SWATCH = 30;

function paintLegend(pen: Pen, figure: Drawable, box: Box): void {
  const { legend = {}, font } = figure.layout;
  pen.font = fontText(legend.font, fontText(font));
  const size = fontSize(pen.font);
  const entries = figure.data
    .map((trace, i) => ({
      trace,
      color: trace.line?.color ?? stringOf(trace.marker?.color) ?? colorOf(figure, i),
    }))
    .filter(({ trace }) => trace.showlegend !== false && trace.name && isShown(trace));
  const widths = entries.map(({ trace }) => SWATCH + 10 + textSize(pen, trace.name!).width + 12);
  const flat = legend.orientation === 'h';
  const wide = flat ? widths.reduce((sum, w) => sum + w, 0) : Math.max(0, ...widths);
  const high = flat ? size * 1.6 : entries.length * size * 1.6;
  const x = box.left + (legend.x ?? (flat ? 0 : 1.02)) * box.width;
  const y = box.top + (1 - (legend.y ?? (flat ? -0.1 : 1))) * box.height;
  let left = legend.xanchor === 'right' ? x - wide : legend.xanchor === 'center' ? x - wide / 2 : x;
  let top = legend.yanchor === 'bottom' ? y - high : legend.yanchor === 'middle' ? y - high / 2 : y;
  pen.textAlign = 'left';
  pen.textBaseline = 'middle';
  entries.forEach(({ trace, color }, i) => {
    const middle = top + size * 0.8;
    pen.fillStyle = color;
    pen.fillRect(left + 5, middle - 1, SWATCH - 5, 2);
    pen.fillStyle = legend.font?.color ?? font?.color ?? '#444';
    drawText(pen, trace.name!, left + SWATCH + 6, middle);
    if (flat) left += widths[i]!;
    else top += size * 1.6;
  });
}

function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
