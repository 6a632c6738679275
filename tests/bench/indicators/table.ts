import type { Table } from '../measure/table.ts';
import { figure, type MeasuredRow, ratio } from '../measure/turns.ts';

export interface Rivals {
  readonly ours: string;
  readonly loop: string;
  readonly talib: string;
}

/** The package that comes nearest to us, or is ahead: the one with the largest ratio. */
export function nearest(row: MeasuredRow, ours: string, packages: readonly string[]): string | undefined {
  const known = packages.filter((name) => row.rounds[name]);
  const part = (name: string) => ratio(row, ours, name)!.value;
  return known.reduce<string | undefined>(
    (best, name) => (best === undefined || part(name) > part(best) ? name : best),
    undefined,
  );
}

/** A line an indicator: our time, the loop's and TA-Lib's, and the package that comes nearest. */
export function batchTable(
  rows: readonly MeasuredRow[],
  { ours, loop, talib }: Rivals,
  packages: readonly string[],
): Table {
  const time = (row: MeasuredRow, name: string) => {
    const of = figure(row, name);
    return of ? of.value.toFixed(2) : '–';
  };
  const part = (row: MeasuredRow, name: string | undefined) => {
    const of = name === undefined ? undefined : ratio(row, ours, name);
    return of ? `${of.value.toFixed(2)}x` : '–';
  };
  return {
    title: 'Batch',
    head: ['CPU ms', ours, '±', loop, 'ratio', talib, 'ratio', 'nearest package', 'ratio'],
    rows: rows.map((row) => {
      const of = figure(row, ours)!;
      const best = nearest(row, ours, packages);
      return [
        row.what,
        of.value.toFixed(2),
        `${((of.noise / of.value) * 100).toFixed(0)}%`,
        ...[time(row, loop), part(row, loop), time(row, talib), part(row, talib)],
        ...[best ?? '–', part(row, best)],
      ];
    }),
  };
}
