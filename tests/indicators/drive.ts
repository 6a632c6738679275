import type { Indicator, InputColumn } from '../../src/indicators/index.ts';

export type Bar = Record<InputColumn, number>;
export type Columns = Record<InputColumn, Float64Array>;
// biome-ignore lint/suspicious/noExplicitAny: any indicator at all
export type AnyIndicator = Indicator<any, any>;

/** What an indicator takes of a bar: the number itself, or the whole bar. */
export function inputOf(indicator: AnyIndicator, bar: Bar): unknown {
  return indicator.inputs.length === 1 ? bar[indicator.inputs[0]!] : bar;
}

/** All lines of a result, in the order of `outputs`. */
export function linesOf(indicator: AnyIndicator, result: unknown): number[] {
  if (typeof result === 'number') return [result];
  return indicator.outputs.map((line) => (result as Record<string, number>)[line]!);
}

/** The batch's columns, in the order of `outputs`. */
export function batchOf(indicator: AnyIndicator, columns: Columns): Float64Array[] {
  const result = indicator.batch(indicator.inputs.length === 1 ? columns[indicator.inputs[0]!] : columns);
  return result instanceof Float64Array
    ? [result]
    : indicator.outputs.map((line) => (result as Record<string, Float64Array>)[line]!);
}

export function toColumns(bars: readonly Bar[]): Columns {
  const column = (name: InputColumn) => Float64Array.from(bars, (bar) => bar[name]);
  return {
    openTime: column('openTime'),
    open: column('open'),
    high: column('high'),
    low: column('low'),
    close: column('close'),
    volume: column('volume'),
    quoteVolume: column('quoteVolume'),
  };
}

export const sliceColumns = (columns: Columns, from: number, to?: number): Columns =>
  Object.fromEntries(
    Object.entries(columns).map(([name, values]) => [name, values.slice(from, to)]),
  ) as Columns;
