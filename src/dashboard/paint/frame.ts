import { counterpart, subplots } from './geometry.ts';
import type { Pen } from './pen.ts';
import { type AxisLayout, axisLayout, type Drawable } from './plotly.ts';
import { isHorizontal, linearToPixel, type Scale } from './scale.ts';
import { dashOf } from './scatter.ts';
import { drawText, fontSize, fontText } from './text.ts';
import { ticksOf } from './ticks.ts';

/** Space between an axis and its labels, as Plotly leaves it. */
const LABEL_GAP = 3;

type Scales = ReadonlyMap<string, Scale>;

/** Backgrounds, grid and zero lines: what lies beneath the traces. */
export function paintGrid(pen: Pen, figure: Drawable, scales: Scales): void {
  const { layout } = figure;
  const pairs = subplots(figure, scales);
  const overlaid = (id: string) => axisLayout(layout, id).overlaying !== undefined;
  for (const { x, y } of pairs) {
    if (
      !layout.plot_bgcolor ||
      layout.plot_bgcolor === layout.paper_bgcolor ||
      overlaid(x.id) ||
      overlaid(y.id)
    )
      continue;
    pen.fillStyle = layout.plot_bgcolor;
    pen.fillRect(x.offset, y.offset, x.length, y.length);
  }
  for (const { x, y } of pairs) {
    for (const [along, across] of [
      [x, y],
      [y, x],
    ] as const) {
      const axis = axisLayout(layout, along.id);
      if (axis.visible === false) continue;
      if (axis.showgrid !== false) {
        stroke(pen, axis.gridcolor ?? '#eee', axis.gridwidth ?? 1, axis.griddash);
        pen.beginPath();
        const zero = zeroLine(along, axis);
        for (const { at } of ticksOf(along, axis)) if (!(zero && at === 0)) cross(pen, along, across, at);
        pen.stroke();
      }
      if (zeroLine(along, axis)) {
        stroke(pen, axis.zerolinecolor ?? '#444', axis.zerolinewidth ?? 1);
        pen.beginPath();
        cross(pen, along, across, 0);
        pen.stroke();
      }
    }
  }
  pen.setLineDash([]);
}

function zeroLine(scale: Scale, axis: AxisLayout): boolean {
  if (axis.zeroline === false || scale.type !== 'linear') return false;
  const [a, b] = scale.range;
  return Math.min(a, b) < 0 && Math.max(a, b) > 0;
}

function stroke(pen: Pen, color: string, width: number, dash?: string): void {
  pen.strokeStyle = color;
  pen.lineWidth = width;
  pen.setLineDash(dashOf(dash, width));
}

/** A line through the other axis's length; on half pixels, so that it is crisp. */
function cross(pen: Pen, along: Scale, across: Scale, at: number): void {
  const place = Math.round(linearToPixel(along, at)) + 0.5;
  if (isHorizontal(along)) {
    pen.moveTo(place, across.offset);
    pen.lineTo(place, across.offset + across.length);
  } else {
    pen.moveTo(across.offset, place);
    pen.lineTo(across.offset + across.length, place);
  }
}

/** Axis lines, labels and axis titles. */
export function paintAxes(pen: Pen, figure: Drawable, scales: Scales): void {
  for (const scale of scales.values()) {
    const axis = axisLayout(figure.layout, scale.id);
    const other = counterpart(figure, scale.id, scales);
    if (axis.visible === false || !other) continue;
    const far = axis.side === 'right' || axis.side === 'top';
    const edge = isHorizontal(scale)
      ? far
        ? other.offset
        : other.offset + other.length
      : far
        ? other.offset + other.length
        : other.offset;
    if (axis.showline) {
      stroke(pen, axis.linecolor ?? '#444', axis.linewidth ?? 1);
      pen.beginPath();
      if (isHorizontal(scale)) {
        pen.moveTo(scale.offset, edge + 0.5);
        pen.lineTo(scale.offset + scale.length, edge + 0.5);
      } else {
        pen.moveTo(edge + 0.5, scale.offset);
        pen.lineTo(edge + 0.5, scale.offset + scale.length);
      }
      pen.stroke();
    }
    if (axis.showticklabels !== false) paintLabels(pen, figure, scale, axis, edge, far);
    paintAxisTitle(pen, figure, scale, axis, edge, far);
  }
}

function paintLabels(
  pen: Pen,
  figure: Drawable,
  scale: Scale,
  axis: AxisLayout,
  edge: number,
  far: boolean,
): void {
  const base = fontText(figure.layout.font);
  pen.font = fontText(axis.tickfont, base);
  pen.fillStyle = axis.tickfont?.color ?? figure.layout.font?.color ?? '#444';
  const gap =
    LABEL_GAP + (axis.ticklabelstandoff ?? 0) + (axis.ticks === 'outside' ? (axis.ticklen ?? 5) : 0);
  const horizontal = isHorizontal(scale);
  pen.textAlign = horizontal ? 'center' : far ? 'left' : 'right';
  pen.textBaseline = horizontal ? 'alphabetic' : 'middle';
  const rise = fontSize(pen.font);
  for (const { at, label } of ticksOf(scale, axis)) {
    const place = linearToPixel(scale, at);
    if (horizontal) drawText(pen, label, place, far ? edge - gap - rise * 0.2 : edge + gap + rise);
    else drawText(pen, label, edge + (far ? gap : -gap), place);
  }
}

function paintAxisTitle(
  pen: Pen,
  figure: Drawable,
  scale: Scale,
  axis: AxisLayout,
  edge: number,
  far: boolean,
): void {
  const title = typeof axis.title === 'string' ? { text: axis.title } : axis.title;
  if (!title?.text) return;
  pen.font = fontText({ size: 14, ...title.font }, fontText(figure.layout.font));
  pen.fillStyle = title.font?.color ?? figure.layout.font?.color ?? '#444';
  pen.textAlign = 'center';
  const middle = scale.offset + scale.length / 2;
  const distance = (title.standoff ?? 0) + 30;
  if (isHorizontal(scale)) {
    pen.textBaseline = 'top';
    drawText(pen, title.text, middle, edge + (far ? -distance : distance - 8));
    return;
  }
  pen.save();
  pen.textBaseline = 'middle';
  pen.translate(edge + (far ? distance + 10 : -distance - 10), middle);
  pen.rotate(far ? Math.PI / 2 : -Math.PI / 2);
  drawText(pen, title.text, 0, 0);
  pen.restore();
}
