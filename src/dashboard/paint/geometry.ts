import { type AxisLayout, axisLayout, type Drawable } from './plotly.ts';
import { axisNeeds, fits, rangeFor } from './ranges.ts';
import type { Scale } from './scale.ts';

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export type Ranges = ReadonlyMap<string, readonly [number, number]>;

/** The plot area between the margins. */
export function plotBox(figure: Drawable, width: number, height: number): Box {
  const { l = 80, r = 80, t = 100, b = 80 } = figure.layout.margin ?? {};
  return { left: l, top: t, width: Math.max(10, width - l - r), height: Math.max(10, height - t - b) };
}

/** The ranges for a frame that is to serve for ticks to come: `shown` as long as all of them do, else new ones. */
export function rangesToShow(figure: Drawable, shown: Ranges | undefined): Ranges {
  const needs = axisNeeds(figure);
  if (shown && needs.every((need) => fits(need, shown.get(need.id)))) return shown;
  return new Map(needs.map((need) => [need.id, rangeFor(need, true)]));
}

/** Where every axis stands in a panel of the given size. */
export function scalesOf(
  figure: Drawable,
  width: number,
  height: number,
  ranges?: Ranges,
): Map<string, Scale> {
  const box = plotBox(figure, width, height);
  const scales = new Map<string, Scale>();
  for (const need of axisNeeds(figure)) {
    const horizontal = need.id.startsWith('x');
    const [from = 0, to = 1] = domainOf(figure, need.id);
    const span = horizontal ? box.width : box.height;
    scales.set(need.id, {
      id: need.id,
      type: need.type,
      range: ranges?.get(need.id) ?? rangeFor(need),
      offset: horizontal ? box.left + from * span : box.top + (1 - to) * span,
      length: (to - from) * span,
      categories: need.categories,
    });
  }
  return scales;
}

/** An overlaying axis shares the domain of the one beneath it. */
function domainOf(figure: Drawable, id: string): readonly number[] {
  let layout: AxisLayout = axisLayout(figure.layout, id);
  if (layout.overlaying) layout = axisLayout(figure.layout, layout.overlaying);
  return layout.domain ?? [0, 1];
}

/** The axis that an axis stands at: Plotly's `anchor`, else the first of the other direction that shares a trace. */
export function counterpart(
  figure: Drawable,
  id: string,
  scales: ReadonlyMap<string, Scale>,
): Scale | undefined {
  const { anchor } = axisLayout(figure.layout, id);
  if (anchor && scales.has(anchor)) return scales.get(anchor);
  const horizontal = id.startsWith('x');
  for (const trace of figure.data) {
    const [x, y] = [trace.xaxis ?? 'x', trace.yaxis ?? 'y'];
    if ((horizontal ? x : y) === id) {
      const other = scales.get(horizontal ? y : x);
      if (other) return other;
    }
  }
  return undefined;
}

/** All pairs of axes that traces are drawn on. */
export function subplots(figure: Drawable, scales: ReadonlyMap<string, Scale>): { x: Scale; y: Scale }[] {
  const pairs = new Map<string, { x: Scale; y: Scale }>();
  for (const trace of figure.data) {
    const x = scales.get(trace.xaxis ?? 'x');
    const y = scales.get(trace.yaxis ?? 'y');
    if (x && y && (trace.x || trace.y || trace.open)) pairs.set(x.id + y.id, { x, y });
  }
  return [...pairs.values()];
}
