import { lengthsOf, placeBars, positionsOf, spacing } from './bar.ts';
import { at, axisLayout, type Drawable, isCartesian, isShown, type Trace, type Value } from './plotly.ts';
import { type AxisType, dateToMs, guessType, type Scale, toLinear } from './scale.ts';
import { modeOf } from './scatter.ts';

/** What the data of an axis asks for, in the axis's linear units. */
export interface AxisNeed {
  readonly id: string;
  readonly type: AxisType;
  /** Lowest and highest value, bars and whiskers included. */
  readonly extent: readonly [number, number];
  /** Share of the span to add at either end. */
  readonly padding: readonly [number, number];
  /** The range that the layout states, if it states one. */
  readonly fixed: readonly [number, number] | undefined;
  readonly reversed: boolean;
  readonly categories: ReadonlyMap<Value, number> | undefined;
}

/** Ids of the axes that a figure's traces use: `x`, `y`, `x2`, … */
function axisIds(figure: Drawable): string[] {
  const ids = new Set<string>();
  for (const trace of figure.data) {
    if (!isCartesian(trace)) continue;
    ids.add(trace.xaxis ?? 'x').add(trace.yaxis ?? 'y');
  }
  return [...ids];
}

function valuesOn(trace: Trace, horizontal: boolean): readonly Value[] {
  if (trace.type === 'candlestick') return horizontal ? (trace.x ?? []) : (trace.close ?? []);
  return (horizontal ? trace.x : trace.y) ?? [];
}

/** Type and categories of every axis. */
function axisKinds(figure: Drawable): Map<string, Pick<Scale, 'type' | 'categories'>> {
  const kinds = new Map<string, Pick<Scale, 'type' | 'categories'>>();
  for (const id of axisIds(figure)) {
    const horizontal = id.startsWith('x');
    const layout = axisLayout(figure.layout, id);
    const traces = figure.data.filter(
      (t) => isCartesian(t) && (horizontal ? (t.xaxis ?? 'x') : (t.yaxis ?? 'y')) === id,
    );
    let type = layout.type as AxisType | undefined;
    if (!type || (type as string) === '-') {
      const first = traces.map((trace) => valuesOn(trace, horizontal)).find((values) => values.length > 0);
      type = first ? guessType(first) : 'linear';
    }
    let categories: Map<Value, number> | undefined;
    if (type === 'category') {
      categories = new Map();
      for (const value of layout.categoryarray ?? [])
        if (!categories.has(value)) categories.set(value, categories.size);
      for (const trace of traces) {
        if (!isShown(trace)) continue;
        for (const value of valuesOn(trace, horizontal)) {
          if (value !== null && value !== undefined && !categories.has(value))
            categories.set(value, categories.size);
        }
      }
    }
    kinds.set(id, { type, categories });
  }
  return kinds;
}

/** What each axis needs to hold the present data. */
export function axisNeeds(figure: Drawable): AxisNeed[] {
  const kinds = axisKinds(figure);
  const places = placeBars(figure, (id) => kinds.get(id) ?? { type: 'linear', categories: undefined });
  return [...kinds].map(([id, kind]) => {
    const horizontal = id.startsWith('x');
    const layout = axisLayout(figure.layout, id);
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    let zero = false;
    let round = false;
    const take = (linear: number, half = 0) => {
      if (!Number.isFinite(linear)) return;
      if (linear - half < low) low = linear - half;
      if (linear + half > high) high = linear + half;
    };
    figure.data.forEach((trace, index) => {
      if (!isCartesian(trace) || !isShown(trace)) return;
      if ((horizontal ? (trace.xaxis ?? 'x') : (trace.yaxis ?? 'y')) !== id) return;
      if (trace.type === 'bar') {
        const along = (trace.orientation === 'h') === horizontal;
        if (!along) {
          const place = places.get(index);
          for (const value of positionsOf(trace)) {
            take(toLinear(kind, value) + (place?.shift ?? 0), (place?.width ?? 0.8) / 2);
          }
          return;
        }
        lengthsOf(trace).forEach((value, i) => {
          const base = places.get(index)?.bases?.[i] ?? at(trace.base, i);
          if (base !== undefined) take(toLinear(kind, base));
          else if (kind.type !== 'log') zero = true;
          if (value !== null && value !== undefined) take(toLinear(kind, (base ?? 0) + Number(value)));
        });
        round = true;
        return;
      }
      if (trace.type === 'candlestick') {
        if (horizontal) {
          const positions = (trace.x ?? []).map((value) => toLinear(kind, value));
          const half = spacing(positions) / 2;
          for (const position of positions) take(position, half);
        } else {
          for (const value of trace.low ?? []) take(toLinear(kind, value));
          for (const value of trace.high ?? []) take(toLinear(kind, value));
          round = true;
        }
        return;
      }
      for (const value of valuesOn(trace, horizontal)) take(toLinear(kind, value));
      const errors = horizontal ? undefined : trace.error_y?.array;
      errors?.forEach((error, i) => {
        const value = Number(trace.y?.[i]);
        take(toLinear(kind, value + Number(error ?? 0)));
        take(
          toLinear(
            kind,
            value - Number((trace.error_y?.symmetric === false ? trace.error_y.arrayminus?.[i] : error) ?? 0),
          ),
        );
      });
      if (!horizontal || modeOf(trace).includes('markers')) round = true;
      if (trace.fill === 'tozeroy' && !horizontal) zero = true;
    });
    if (!Number.isFinite(low))
      [low, high] = kind.type === 'date' ? [Date.now() - 60_000, Date.now()] : [0, 1];
    if (zero) [low, high] = [Math.min(0, low), Math.max(0, high)];
    if (layout.rangemode === 'tozero' || layout.rangemode === 'nonnegative') low = Math.min(0, low);
    if (low === high) {
      const half = kind.type === 'date' ? 30_000 : Math.abs(low) * 0.01 || 1;
      [low, high] = [low - half, high + half];
    }
    const pad = kind.type === 'category' || !round ? 0 : 0.055;
    const stated = layout.range?.map((value) => (kind.type === 'date' ? dateToMs(value) : Number(value)));
    const fixed =
      stated?.length === 2 && stated.every(Number.isFinite) && layout.autorange !== true
        ? ([stated[0]!, stated[1]!] as const)
        : undefined;
    return {
      id,
      type: kind.type,
      extent: [low, high] as const,
      padding: [zero && low === 0 ? 0 : pad, zero && high === 0 ? 0 : pad] as const,
      fixed,
      reversed: layout.autorange === 'reversed',
      categories: kind.categories,
    };
  });
}

/** How far beyond the data a frame reaches where the figure leaves the range open, so that the next values fit. */
const ROOM = { time: 0.08, value: 0.1 };
/** A frame is drawn anew when less than this share of its span is left for time to go on, */
const LEAST_ROOM = 0.035;
/** or when the data fills less of it than this. */
const LEAST_FILL = 0.45;

/**
 * The range to show for a need. With `room`, both ends are rounded out for ticks to come; time goes on at one end
 * only.
 */
export function rangeFor(need: AxisNeed, room = false): [number, number] {
  if (need.fixed) return [need.fixed[0], need.fixed[1]];
  const [low, high] = need.extent;
  const span = high - low;
  const time = need.type === 'date';
  const more = room && !need.categories ? (time ? ROOM.time : ROOM.value) : 0;
  const before = need.padding[0] + (time || need.padding[0] === 0 ? 0 : more);
  const after = need.padding[1] + (time || need.padding[1] > 0 ? more : 0);
  const range: [number, number] = [low - span * before, high + span * after];
  return need.reversed ? [range[1], range[0]] : range;
}

/** True where a frame drawn for earlier data still serves. */
export function fits(need: AxisNeed, shown: readonly [number, number] | undefined): boolean {
  if (!shown) return false;
  if (need.fixed) return need.fixed[0] === shown[0] && need.fixed[1] === shown[1];
  const [from, to] = shown[0] < shown[1] ? shown : [shown[1], shown[0]];
  const [low, high] = need.extent;
  const span = to - from;
  const room = need.type === 'date' ? LEAST_ROOM * span : 0;
  return low >= from && high + room <= to && (high - low) / span >= LEAST_FILL;
}
