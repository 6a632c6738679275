import { contrast } from './color.ts';
import type { Box } from './geometry.ts';
import type { Pen } from './pen.ts';
import { at, COLORWAY, type Drawable, type Trace } from './plotly.ts';
import { drawText, fontText, textSize } from './text.ts';

interface Slice {
  readonly label: string;
  readonly value: number;
  readonly color: string;
}

/** A `pie` trace: slices from twelve o'clock, with texts inside. */
export function paintPie(pen: Pen, figure: Drawable, trace: Trace, box: Box): void {
  const [x0 = 0, x1 = 1] = trace.domain?.x ?? [];
  const [y0 = 0, y1 = 1] = trace.domain?.y ?? [];
  const cx = box.left + ((x0 + x1) / 2) * box.width;
  const cy = box.top + (1 - (y0 + y1) / 2) * box.height;
  const radius = Math.min((x1 - x0) * box.width, (y1 - y0) * box.height) / 2;
  const slices = slicesOf(figure, trace);
  const total = slices.reduce((sum, { value }) => sum + value, 0);
  if (!(total > 0) || !(radius > 0)) return;
  const hole = radius * (trace.hole ?? 0);
  const turn = trace.direction === 'clockwise' ? 1 : -1;
  let angle = ((trace.rotation ?? 0) * Math.PI) / 180 - Math.PI / 2;
  pen.globalAlpha = trace.opacity ?? 1;
  for (const slice of slices) {
    const share = slice.value / total;
    if (share === 0) continue;
    const end = angle + turn * share * 2 * Math.PI;
    slicePath(pen, cx, cy, radius, hole, angle, end, turn < 0, share === 1);
    pen.fillStyle = slice.color;
    pen.fill();
    const width = at(trace.marker?.line?.width, 0) ?? 0;
    if (width > 0) {
      pen.strokeStyle = at(trace.marker?.line?.color, 0) ?? '#444';
      pen.lineWidth = width;
      pen.stroke();
    }
    const middle = (angle + end) / 2;
    const distance = hole > 0 ? (radius + hole) / 2 : radius * (share > 0.5 ? 0.5 : 0.66);
    sliceText(
      pen,
      figure,
      trace,
      slice,
      share,
      cx + Math.cos(middle) * distance,
      cy + Math.sin(middle) * distance,
      radius - hole,
    );
    angle = end;
  }
  pen.globalAlpha = 1;
}

function slicesOf(figure: Drawable, trace: Trace): Slice[] {
  const way = figure.layout.colorway ?? COLORWAY;
  const slices = (trace.values ?? []).map((value, i) => ({
    label: String(trace.labels?.[i] ?? i),
    value: Math.max(0, Number(value ?? 0) || 0),
    color: trace.marker?.colors?.[i] ?? way[i % way.length]!,
  }));
  return trace.sort === false ? slices : slices.sort((a, b) => b.value - a.value);
}

function slicePath(
  pen: Pen,
  cx: number,
  cy: number,
  radius: number,
  hole: number,
  from: number,
  to: number,
  counterclockwise: boolean,
  whole: boolean,
): void {
  pen.beginPath();
  if (hole === 0 && !whole) pen.moveTo(cx, cy);
  pen.arc(cx, cy, radius, from, to, counterclockwise);
  if (hole > 0) {
    if (whole) pen.moveTo(cx + hole * Math.cos(to), cy + hole * Math.sin(to));
    pen.arc(cx, cy, hole, to, from, !counterclockwise);
  }
  pen.closePath();
}

function sliceText(
  pen: Pen,
  figure: Drawable,
  trace: Trace,
  slice: Slice,
  share: number,
  x: number,
  y: number,
  room: number,
): void {
  const info = trace.textinfo ?? 'percent';
  const parts: string[] = [];
  if (info.includes('label')) parts.push(slice.label);
  if (info.includes('value')) parts.push(String(slice.value));
  if (info.includes('percent')) parts.push(`${Number((share * 100).toPrecision(3))}%`);
  if (parts.length === 0) return;
  pen.font = fontText(trace.insidetextfont ?? trace.textfont, fontText(figure.layout.font));
  pen.fillStyle = at(trace.insidetextfont?.color, 0) ?? contrast(slice.color);
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  const text = parts.join('<br>');
  if (textSize(pen, text).width > room * 1.6) return;
  drawText(pen, text, x, y);
}
