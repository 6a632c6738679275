import { alignedValues, type Overlay } from './candle-columns.ts';
import type { ScatterTrace } from './figure.ts';
import { formatPrice, priceDecimals } from './format.ts';
import { extent } from './range.ts';
import type { ReadoutPart } from './readout.ts';
import { reduceSeries } from './reduce-series.ts';
import { escapeText, type Theme } from './theme.ts';

/** An overlay that has been checked, as JSON has it, in its colour. */
export interface Curve {
  readonly name: string;
  readonly color: string;
  readonly values: readonly (number | null)[];
  /** Upper and lower band. */
  readonly bands: readonly (readonly (number | null)[])[];
}

/** @throws CandlebookError INPUT_INVALID as `alignedValues` */
export function curvesOf(overlays: readonly Overlay[], length: number, theme: Theme): Curve[] {
  return overlays.map((overlay, i) => ({
    name: escapeText(overlay.name),
    color: overlay.color ?? theme.series[i % theme.series.length]!,
    values: alignedValues(overlay.name, overlay.values, length),
    bands: [overlay.upper, overlay.lower].flatMap((band, k) =>
      band ? [alignedValues(`${overlay.name} ${k === 0 ? 'upper' : 'lower'}`, band, length)] : [],
    ),
  }));
}

/** More columns than the widest chart has. */
const PIXELS = 1200;

/** A curve's line, and its bands as thin dotted ones; of a long one what can be seen. */
export function curveTraces(curve: Curve, openTime: ArrayLike<number>, yaxis: string): ScatterTrace[] {
  const { name, color, values, bands } = curve;
  return [values, ...bands].map((column, i) => ({
    type: 'scatter',
    mode: 'lines',
    name: i === 0 ? name : `${name} ${i === 1 ? 'upper' : 'lower'}`,
    ...reduceSeries(openTime, column, PIXELS),
    yaxis,
    line: i === 0 ? { color, width: 1.5 } : { color, width: 1, dash: 'dot' },
    hovertemplate: `${name}${i === 0 ? '' : i === 1 ? ' upper' : ' lower'} %{y:${hoverFormat(column)}}<extra></extra>`,
  }));
}

/** A computed value has no digits of its own: those that a price of the column's size has. */
export function hoverFormat(column: readonly (number | null)[]): string {
  const [low, high] = extent([column]) ?? [0, 0];
  return `,.${priceDecimals(Math.max(Math.abs(low), Math.abs(high)))}f`;
}

/** Name and last value; of bands, all three. */
export function curveReadout({ name, color, values, bands }: Curve, format = formatPrice): ReadoutPart {
  const last = (column: readonly (number | null)[]) => column.at(-1) ?? null;
  const value = last(values);
  if (value === null) return { text: name, color };
  const [upper, lower] = bands.map(last);
  const band = upper == null || lower == null ? '' : ` (${format(lower)} – ${format(upper)})`;
  return { text: `${name} ${format(value)}${band}`, color };
}
