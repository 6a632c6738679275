import { contrast } from './color.ts';
import type { Pen } from './pen.ts';
import { at, type Drawable, isShown, type Trace, type Value } from './plotly.ts';
import { isHorizontal, linearToPixel, type Scale, toLinear, toPixel } from './scale.ts';
import { drawText, fontText, textSize } from './text.ts';

/** Where the bars of one trace stand along the position axis, in its linear units. */
export interface BarPlace {
  /** Offset of the bar's middle from its position. */
  readonly shift: number;
  readonly width: number;
  /** Where each bar begins, for stacked bars. */
  readonly bases: readonly number[] | undefined;
}

export function positionsOf(trace: Trace): readonly Value[] {
  const values = trace.orientation === 'h' ? trace.y : trace.x;
  return values ?? (trace.orientation === 'h' ? trace.x : trace.y)?.map((_, i) => i) ?? [];
}

export function lengthsOf(trace: Trace): readonly Value[] {
  return (trace.orientation === 'h' ? trace.x : trace.y) ?? [];
}

/** The smallest distance between two positions: Plotly's unit of a bar's width. */
export function spacing(positions: readonly number[]): number {
  let least = Number.POSITIVE_INFINITY;
  const sorted = Float64Array.from(positions.filter(Number.isFinite)).sort();
  for (let i = 1; i < sorted.length; i++) {
    const step = sorted[i]! - sorted[i - 1]!;
    if (step > 0 && step < least) least = step;
  }
  return Number.isFinite(least) ? least : 1;
}

/** Places of all bar traces of a figure by trace index: side by side, overlaid or stacked. */
export function placeBars(
  figure: Drawable,
  scaleOf: (id: string) => Pick<Scale, 'type' | 'categories'>,
): Map<number, BarPlace> {
  const places = new Map<number, BarPlace>();
  const groups = new Map<string, number[]>();
  figure.data.forEach((trace, i) => {
    if (trace.type !== 'bar' || !isShown(trace)) return;
    const key = `${trace.xaxis ?? 'x'}${trace.yaxis ?? 'y'}${trace.orientation ?? 'v'}`;
    groups.set(key, [...(groups.get(key) ?? []), i]);
  });
  const { barmode = 'group', bargap = 0.2, bargroupgap = 0 } = figure.layout;
  for (const members of groups.values()) {
    const first = figure.data[members[0]!]!;
    const axis = scaleOf(first.orientation === 'h' ? (first.yaxis ?? 'y') : (first.xaxis ?? 'x'));
    const step = spacing(
      members.flatMap((i) => positionsOf(figure.data[i]!).map((value) => toLinear(axis, value))),
    );
    const beside = barmode === 'group' ? members.length : 1;
    const room = step * (1 - bargap);
    const width = (room / beside) * (1 - bargroupgap);
    const stacks = new Map<Value, [number, number]>();
    members.forEach((i, order) => {
      const trace = figure.data[i]!;
      const shift = beside > 1 ? (order - (beside - 1) / 2) * (room / beside) : 0;
      let bases: number[] | undefined;
      if (barmode === 'stack' || barmode === 'relative') {
        const positions = positionsOf(trace);
        bases = lengthsOf(trace).map((value, k) => {
          const length = Number(value ?? 0);
          const stack = stacks.get(positions[k]) ?? [0, 0];
          const side = barmode === 'relative' && length < 0 ? 1 : 0;
          const base = stack[side];
          stack[side] += length;
          stacks.set(positions[k], stack);
          return base;
        });
      }
      places.set(i, { shift, width: typeof trace.width === 'number' ? trace.width : width, bases });
    });
  }
  return places;
}

/** Rectangles and their texts of a `bar` trace. */
export function paintBar(
  pen: Pen,
  trace: Trace,
  place: BarPlace,
  x: Scale,
  y: Scale,
  color: string,
  font: string,
): void {
  const horizontal = trace.orientation === 'h';
  const [along, across] = horizontal ? [x, y] : [y, x];
  const positions = positionsOf(trace);
  const lengths = lengthsOf(trace);
  const floor = along.type === 'log' ? edge(along) : toPixel(along, 0);
  pen.globalAlpha = trace.opacity ?? 1;
  for (let i = 0; i < lengths.length; i++) {
    const length = Number(lengths[i] ?? Number.NaN);
    if (!Number.isFinite(length)) continue;
    const base = place.bases?.[i] ?? at(trace.base, i);
    const from = base === undefined ? floor : toPixel(along, base);
    const to = toPixel(along, (base ?? 0) + length);
    const middle = toLinear(across, positions[i]) + place.shift;
    const half = (at(trace.width, i) ?? place.width) / 2;
    const a = linearToPixel(across, middle - half);
    const b = linearToPixel(across, middle + half);
    if (!Number.isFinite(to) || !Number.isFinite(from) || !Number.isFinite(a)) continue;
    const [left, top] = horizontal
      ? [Math.min(from, to), Math.min(a, b)]
      : [Math.min(a, b), Math.min(from, to)];
    const [wide, high] = horizontal
      ? [Math.abs(to - from), Math.abs(b - a)]
      : [Math.abs(b - a), Math.abs(to - from)];
    const fill = String(at(trace.marker?.color, i) ?? color);
    pen.globalAlpha = (trace.opacity ?? 1) * (at(trace.marker?.opacity, i) ?? 1);
    pen.fillStyle = fill;
    pen.fillRect(left, top, wide, high);
    const lineWidth = at(trace.marker?.line?.width, i) ?? 0;
    if (lineWidth > 0) {
      pen.strokeStyle = at(trace.marker?.line?.color, i) ?? '#444';
      pen.lineWidth = lineWidth;
      pen.beginPath();
      pen.rect(left, top, wide, high);
      pen.stroke();
    }
    const text = at(trace.text, i);
    if (text !== undefined && text !== '') {
      paintBarText(pen, trace, i, String(text), { left, top, wide, high, from, to }, horizontal, fill, font);
    }
  }
  pen.globalAlpha = 1;
}

/** On a log axis bars begin at the axis's low end. */
function edge(scale: Scale): number {
  return linearToPixel(scale, Math.min(...scale.range)) + (isHorizontal(scale) ? -1e3 : 1e3);
}

const PAD = 3;

function paintBarText(
  pen: Pen,
  trace: Trace,
  i: number,
  text: string,
  box: { left: number; top: number; wide: number; high: number; from: number; to: number },
  horizontal: boolean,
  fill: string,
  font: string,
): void {
  const wish = at(trace.textposition, i) ?? 'auto';
  if (wish === 'none') return;
  const insideFont = fontText(trace.insidetextfont ?? trace.textfont, font);
  pen.font = wish === 'outside' ? fontText(trace.outsidetextfont ?? trace.textfont, font) : insideFont;
  const size = textSize(pen, text);
  const [room, need] = horizontal ? [box.wide, size.width] : [box.high, size.height];
  const [breadth, thick] = horizontal ? [box.high, size.height] : [box.wide, size.width];
  const inside = wish === 'inside' || (wish === 'auto' && need + 2 * PAD <= room && thick <= breadth);
  const sign = horizontal ? (box.to >= box.from ? 1 : -1) : box.to <= box.from ? -1 : 1;
  const anchor = trace.insidetextanchor ?? 'end';
  if (inside) {
    // Plotly shrinks an inside text to its bar rather than let it stand out.
    const shrink = Math.min(1, (room - 2 * PAD) / need, breadth / thick);
    if (shrink < 0.35) return;
    if (shrink < 1)
      pen.font = fontText(
        { size: Number.parseFloat(/([\d.]+)px/.exec(insideFont)![1]!) * shrink },
        insideFont,
      );
    pen.fillStyle = at(trace.insidetextfont?.color ?? trace.textfont?.color, i) ?? contrast(fill);
  } else pen.fillStyle = at(trace.outsidetextfont?.color ?? trace.textfont?.color, i) ?? '#444';
  const where = inside
    ? anchor === 'middle'
      ? (box.from + box.to) / 2
      : anchor === 'start'
        ? box.from
        : box.to
    : box.to;
  const centred = inside && anchor === 'middle';
  const outward = inside && anchor !== 'start' ? -sign : sign;
  if (horizontal) {
    pen.textAlign = centred ? 'center' : outward > 0 ? 'left' : 'right';
    pen.textBaseline = 'middle';
    drawText(pen, text, where + (centred ? 0 : outward * PAD), box.top + box.high / 2);
  } else {
    pen.textAlign = 'center';
    pen.textBaseline = centred ? 'middle' : outward > 0 ? 'top' : 'bottom';
    drawText(pen, text, box.left + box.wide / 2, where + (centred ? 0 : outward * PAD));
  }
}
