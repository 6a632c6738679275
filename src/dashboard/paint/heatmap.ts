import { mix } from './color.ts';
import type { Pen } from './pen.ts';
import type { Trace } from './plotly.ts';
import { linearToPixel, type Scale, toLinear } from './scale.ts';

/** Cells of a `heatmap` trace, coloured along its scale. */
export function paintHeatmap(pen: Pen, trace: Trace, x: Scale, y: Scale): void {
  const rows = trace.z ?? [];
  const columns = rows[0]?.length ?? 0;
  const xs = edges(x, trace.x ?? Array.from({ length: columns }, (_, i) => i));
  const ys = edges(y, trace.y ?? rows.map((_, i) => i));
  const values = rows.flat().filter((value) => value !== null) as number[];
  const low = trace.zmin ?? Math.min(...values);
  const high = trace.zmax ?? Math.max(...values);
  const [gapX, gapY] = [trace.xgap ?? 0, trace.ygap ?? 0];
  rows.forEach((row, r) => {
    row.forEach((value, c) => {
      if (value === null || !Number.isFinite(value)) return;
      pen.fillStyle = colorAt(trace.colorscale ?? GREYS, (value - low) / (high - low || 1));
      const [left, right] = [Math.min(xs[c]![0], xs[c]![1]), Math.max(xs[c]![0], xs[c]![1])];
      const [top, bottom] = [Math.min(ys[r]![0], ys[r]![1]), Math.max(ys[r]![0], ys[r]![1])];
      pen.fillRect(left + gapX / 2, top + gapY / 2, right - left - gapX, bottom - top - gapY);
    });
  });
}

const GREYS: NonNullable<Trace['colorscale']> = [
  [0, 'rgb(255,255,255)'],
  [1, 'rgb(0,0,0)'],
];

/** Both edges of each cell in px: half way to its neighbours. */
function edges(scale: Scale, values: NonNullable<Trace['x']>): [number, number][] {
  const at = values.map((value) => toLinear(scale, value));
  return at.map((value, i) => {
    const before = i > 0 ? at[i - 1]! : value - ((at[i + 1] ?? value + 1) - value);
    const after = i < at.length - 1 ? at[i + 1]! : value + (value - (at[i - 1] ?? value - 1));
    return [linearToPixel(scale, (before + value) / 2), linearToPixel(scale, (value + after) / 2)];
  });
}

/** Linear between the two stops around `share`. */
function colorAt(stops: NonNullable<Trace['colorscale']>, share: number): string {
  const at = Math.min(1, Math.max(0, share));
  const next = stops.findIndex(([stop]) => stop >= at);
  if (next <= 0) return stops[Math.max(0, next)]?.[1] ?? '#888';
  const [from, a] = stops[next - 1]!;
  const [to, b] = stops[next]!;
  const t = (at - from) / (to - from || 1);
  return mix(a, b, t);
}
