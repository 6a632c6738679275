import type { Pen } from './pen.ts';
import { at, type Trace } from './plotly.ts';
import { type Scale, toPixel, toPixels } from './scale.ts';
import { drawText, fontSize, fontText } from './text.ts';

const DASHES: Record<string, number[]> = {
  dot: [3, 3],
  dash: [9, 9],
  longdash: [15, 15],
  dashdot: [9, 3, 3, 3],
  longdashdot: [15, 3, 3, 3],
};

/** Plotly scales its dash patterns with the width of the line (3 px at least). */
export function dashOf(dash: string | undefined, width: number): number[] {
  if (!dash || dash === 'solid') return [];
  const pattern = DASHES[dash];
  if (pattern) return pattern.map((n) => (n / 3) * Math.max(3, width));
  return dash.split(',').map(Number.parseFloat).filter(Number.isFinite);
}

export function modeOf(trace: Trace): string {
  return trace.mode ?? ((trace.x ?? trace.y ?? []).length < 20 ? 'lines+markers' : 'lines');
}

/** Lines, markers and texts of a `scatter` trace. */
export function paintScatter(
  pen: Pen,
  trace: Trace,
  x: Scale,
  y: Scale,
  color: string,
  font: string,
  ink: string,
): void {
  const ys = trace.y ?? [];
  const xs = trace.x ?? ys.map((_, i) => i);
  const px = toPixels(x, xs);
  const py = toPixels(y, ys);
  const mode = modeOf(trace);
  pen.globalAlpha = trace.opacity ?? 1;
  if (trace.fill === 'tozeroy') paintArea(pen, trace, px, py, y, color);
  if (mode.includes('lines')) paintLine(pen, trace, px, py, color);
  paintErrors(pen, trace, px, py, y, color);
  if (trace.cliponaxis === false) forgetBeyond(px, py, x, y);
  if (mode.includes('markers')) paintMarkers(pen, trace, px, py, color);
  if (mode.includes('text')) paintTexts(pen, trace, px, py, font, ink);
  pen.globalAlpha = 1;
}

/** Points without a clip show as long as they are within the axes' ranges, not where a zoom has carried them. */
function forgetBeyond(px: Float64Array, py: Float64Array, x: Scale, y: Scale): void {
  for (let i = 0; i < px.length; i++) {
    const [across, down] = [px[i]! - x.offset, py[i]! - y.offset];
    if (across < -1 || across > x.length + 1 || down < -1 || down > y.length + 1) px[i] = Number.NaN;
  }
}

function tracePath(pen: Pen, trace: Trace, px: Float64Array, py: Float64Array): void {
  const shape = trace.line?.shape;
  let broken = true;
  for (let i = 0; i < py.length; i++) {
    const cx = px[i]!;
    const cy = py[i]!;
    if (!Number.isFinite(cx) || !Number.isFinite(cy)) {
      broken = broken || !trace.connectgaps;
      continue;
    }
    if (broken) pen.moveTo(cx, cy);
    else if (shape === 'hv') {
      pen.lineTo(cx, py[i - 1]!);
      pen.lineTo(cx, cy);
    } else if (shape === 'vh') {
      pen.lineTo(px[i - 1]!, cy);
      pen.lineTo(cx, cy);
    } else pen.lineTo(cx, cy);
    broken = false;
  }
}

function paintLine(pen: Pen, trace: Trace, px: Float64Array, py: Float64Array, color: string): void {
  const width = trace.line?.width ?? 2;
  if (width === 0) return;
  pen.strokeStyle = trace.line?.color ?? color;
  pen.lineWidth = width;
  pen.lineJoin = 'miter';
  pen.setLineDash(dashOf(trace.line?.dash, width));
  pen.beginPath();
  tracePath(pen, trace, px, py);
  pen.stroke();
  pen.setLineDash([]);
}

function paintArea(
  pen: Pen,
  trace: Trace,
  px: Float64Array,
  py: Float64Array,
  y: Scale,
  color: string,
): void {
  const floor = y.type === 'log' ? y.offset + y.length : toPixel(y, 0);
  let first = -1;
  let last = -1;
  for (let i = 0; i < px.length; i++) {
    if (!Number.isFinite(px[i]!) || !Number.isFinite(py[i]!)) continue;
    if (first < 0) first = i;
    last = i;
  }
  if (first < 0) return;
  pen.fillStyle = trace.fillcolor ?? color;
  const alpha = pen.globalAlpha;
  if (!trace.fillcolor) pen.globalAlpha = alpha * 0.5;
  pen.beginPath();
  tracePath(pen, { ...trace, connectgaps: true }, px, py);
  pen.lineTo(px[last]!, floor);
  pen.lineTo(px[first]!, floor);
  pen.closePath();
  pen.fill();
  pen.globalAlpha = alpha;
}

function paintErrors(
  pen: Pen,
  trace: Trace,
  px: Float64Array,
  py: Float64Array,
  y: Scale,
  color: string,
): void {
  const bars = trace.error_y;
  if (!bars?.array || bars.visible === false) return;
  const cap = bars.width ?? 4;
  pen.strokeStyle = bars.color ?? trace.line?.color ?? color;
  pen.lineWidth = bars.thickness ?? 2;
  pen.beginPath();
  for (let i = 0; i < py.length; i++) {
    const value = Number(trace.y?.[i]);
    const up = Number(bars.array[i] ?? 0);
    const down = Number((bars.symmetric === false ? bars.arrayminus?.[i] : bars.array[i]) ?? up);
    const top = toPixel(y, value + up);
    const bottom = toPixel(y, value - down);
    if (!Number.isFinite(px[i]!) || !Number.isFinite(top) || !Number.isFinite(bottom)) continue;
    pen.moveTo(px[i]!, top);
    pen.lineTo(px[i]!, bottom);
    for (const end of [top, bottom]) {
      pen.moveTo(px[i]! - cap, end);
      pen.lineTo(px[i]! + cap, end);
    }
  }
  pen.stroke();
}

function paintMarkers(pen: Pen, trace: Trace, px: Float64Array, py: Float64Array, color: string): void {
  const marker = trace.marker ?? {};
  const alpha = pen.globalAlpha;
  for (let i = 0; i < py.length; i++) {
    const cx = px[i]!;
    const cy = py[i]!;
    if (!Number.isFinite(cx) || !Number.isFinite(cy)) continue;
    const size = at(marker.size, i) ?? 6;
    const symbol = at(marker.symbol, i) ?? 'circle';
    const fill = String(at(marker.color, i) ?? color);
    const lineWidth = at(marker.line?.width, i) ?? 0;
    pen.globalAlpha = alpha * (at(marker.opacity, i) ?? 1);
    pen.beginPath();
    symbolPath(pen, symbol.replace('-open', ''), cx, cy, size / 2);
    const open = symbol.includes('-open') || symbol.startsWith('line-');
    pen.fillStyle = fill;
    if (!open) pen.fill();
    if (open || lineWidth > 0) {
      pen.strokeStyle = open ? fill : (at(marker.line?.color, i) ?? '#444');
      pen.lineWidth = lineWidth || 1;
      pen.stroke();
    }
  }
  pen.globalAlpha = alpha;
}

/** Corners of Plotly's symbols around the middle, in radii. */
const SYMBOLS: Record<string, readonly number[]> = {
  square: [-1, -1, 1, -1, 1, 1, -1, 1],
  diamond: [0, -1.3, 1.3, 0, 0, 1.3, -1.3, 0],
  'triangle-up': [-1.1547, 0.5774, 1.1547, 0.5774, 0, -1],
  'triangle-down': [-1.1547, -0.5774, 1.1547, -0.5774, 0, 1],
  'triangle-left': [0.5774, -1.1547, 0.5774, 1.1547, -1, 0],
  'triangle-right': [-0.5774, -1.1547, -0.5774, 1.1547, 1, 0],
  'line-ns': [0, -1.4, 0, 1.4],
  'line-ew': [-1.4, 0, 1.4, 0],
};

function symbolPath(pen: Pen, symbol: string, cx: number, cy: number, r: number): void {
  const corners = SYMBOLS[symbol];
  if (!corners) {
    pen.moveTo(cx + r, cy);
    pen.arc(cx, cy, r, 0, 2 * Math.PI);
    return;
  }
  for (let i = 0; i < corners.length; i += 2) {
    const [x, y] = [cx + corners[i]! * r, cy + corners[i + 1]! * r];
    if (i === 0) pen.moveTo(x, y);
    else pen.lineTo(x, y);
  }
  pen.closePath();
}

const SIGN: Record<string, number> = { left: -1, right: 1, top: -1, bottom: 1 };

function paintTexts(
  pen: Pen,
  trace: Trace,
  px: Float64Array,
  py: Float64Array,
  font: string,
  ink: string,
): void {
  const markers = modeOf(trace).includes('markers');
  pen.font = fontText(trace.textfont, font);
  const size = fontSize(pen.font);
  for (let i = 0; i < py.length; i++) {
    const text = at(trace.text, i);
    if (text === undefined || !Number.isFinite(px[i]!) || !Number.isFinite(py[i]!)) continue;
    const [vertical = 'middle', horizontal = 'center'] = (at(trace.textposition, i) ?? 'middle center').split(
      ' ',
    );
    // Plotly's own reckoning: the text's box stands off by the marker, and the baseline 0.75 em below its top.
    const radius = markers ? (at(trace.marker?.size, i) ?? 6) / 1.6 + 1 : 0;
    const [right, down] = [SIGN[horizontal] ?? 0, SIGN[vertical] ?? 0];
    const lines = String(text).split(/<br\s*\/?>|\n/i).length;
    const height = size * (1 + (lines - 1) * 1.3);
    pen.fillStyle = at(trace.textfont?.color, i) ?? ink;
    pen.textAlign = right < 0 ? 'right' : right > 0 ? 'left' : 'center';
    pen.textBaseline = 'alphabetic';
    const dx = right * radius;
    const dy = size * 0.75 + down * radius + ((down - 1) * height) / 2;
    drawText(pen, String(text), px[i]! + dx, py[i]! + dy);
  }
}
