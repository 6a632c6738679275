import type { Value, Values } from './plotly.ts';

export type AxisType = 'linear' | 'log' | 'date' | 'category';

/**
 * One axis on the page. `range` is in the axis's own linear units: the value, its log10, epoch ms, or the
 * index of the category; `offset` and `length` are pixels within the panel.
 */
export interface Scale {
  readonly id: string;
  readonly type: AxisType;
  readonly range: readonly [number, number];
  readonly offset: number;
  readonly length: number;
  readonly categories: ReadonlyMap<Value, number> | undefined;
}

/** Plotly reads a date without a zone as UTC, and a number as epoch ms. */
export function dateToMs(value: Value): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return Number.NaN;
  const text = value.includes('T') ? value : value.replace(' ', 'T');
  if (text.length <= 10) return Date.parse(`${text.length === 7 ? `${text}-01` : text}T00:00:00Z`);
  return Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
}

/** A value in the axis's linear units; NaN where it has no place on the axis. */
export function toLinear(scale: Pick<Scale, 'type' | 'categories'>, value: Value): number {
  if (value === null || value === undefined) return Number.NaN;
  switch (scale.type) {
    case 'linear':
      return typeof value === 'number' ? value : Number(value);
    case 'log':
      return Math.log10(Number(value));
    case 'date':
      return dateToMs(value);
    case 'category': {
      const index = scale.categories?.get(value);
      return index ?? (typeof value === 'number' ? value : Number.NaN);
    }
  }
}

export function isHorizontal(scale: Pick<Scale, 'id'>): boolean {
  return scale.id.startsWith('x');
}

/** Linear units to pixels. */
export function linearToPixel(scale: Scale, linear: number): number {
  const [from, to] = scale.range;
  const share = (linear - from) / (to - from);
  return scale.offset + scale.length * (isHorizontal(scale) ? share : 1 - share);
}

export function toPixel(scale: Scale, value: Value): number {
  return linearToPixel(scale, toLinear(scale, value));
}

/** All of an array at once: the inner loop of every painter. */
export function toPixels(scale: Scale, values: Values): Float64Array {
  const out = new Float64Array(values.length);
  const [from, to] = scale.range;
  const horizontal = isHorizontal(scale);
  const factor = (scale.length / (to - from)) * (horizontal ? 1 : -1);
  const start = horizontal ? scale.offset - from * factor : scale.offset + scale.length - from * factor;
  for (let i = 0; i < values.length; i++) out[i] = start + toLinear(scale, values[i]) * factor;
  return out;
}

/** Plotly's choice of the axis type, for the kinds of values that figures here hold. */
export function guessType(values: Values): AxisType {
  for (const value of values) {
    if (value === null || value === undefined) continue;
    if (typeof value === 'number') return 'linear';
    if (/^\d{4}-\d\d/.test(value)) return 'date';
    return value.trim() !== '' && Number.isFinite(Number(value)) ? 'linear' : 'category';
  }
  return 'linear';
}
