import type { Figure } from './statistics.ts';
import type { Table } from './table.ts';
import { figure, type MeasuredRow, ratio } from './turns.ts';

/**
 * The rows with the median of each subject, its spread in percent, and our part of it: 0.25x is a quarter of the
 * other's time.
 */
export function rowsTable(rows: readonly MeasuredRow[], unit: string, digits = 2): Table {
  const names = [...new Set(rows.flatMap(({ rounds }) => Object.keys(rounds)))];
  const [ours, ...others] = names as [string, ...string[]];
  const shown = (of: Figure | undefined) =>
    of ? `${of.value.toFixed(digits)} ±${((of.noise / of.value) * 100).toFixed(0)}%` : '–';
  return {
    head: [unit, ours, ...others.flatMap((name) => [name, 'ratio'])],
    rows: rows.map((row) => [
      row.what,
      shown(figure(row, ours)),
      ...others.flatMap((name) => {
        const part = ratio(row, ours, name);
        return [shown(figure(row, name)), part ? `${part.value.toFixed(2)}x` : '–'];
      }),
    ]),
  };
}
