import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { batchOf, type Columns } from '../drive.ts';
import { CASES, type Case } from './cases.ts';

const SCRIPT = fileURLToPath(new URL('compute.py', import.meta.url));

export interface Compared {
  id: string;
  function: string;
  line: string;
  /** Values that both have. */
  values: number;
  /** Largest relative difference; infinite where only one has a value. */
  difference: number;
}

/** Runs the cases over the columns, in our code and in TA-Lib's; functions that the wheel lacks are left out. */
export function compare(python: string, columns: Columns, cases: readonly Case[] = CASES): Compared[] {
  const folder = mkdtempSync(join(tmpdir(), 'candlebook-talib-'));
  try {
    for (const [name, values] of Object.entries(columns)) writeFileSync(join(folder, `${name}.f64`), values);
    writeFileSync(join(folder, 'cases.json'), JSON.stringify(cases));
    const child = spawnSync(python, [SCRIPT, folder], { encoding: 'utf8', timeout: 300_000 });
    if (child.status !== 0) throw new Error(`TA-Lib failed: ${child.stderr}`);
    return cases.flatMap((one, at) => {
      if (!existsSync(join(folder, `${at}.0.f64`))) return [];
      const indicator = one.create();
      const ours = batchOf(indicator, columns);
      return one.lines.map((line, i) => {
        const theirs = new Float64Array(new Uint8Array(readFileSync(join(folder, `${at}.${i}.f64`))).buffer);
        return {
          id: indicator.id,
          function: one.function,
          line,
          ...difference(
            ours[indicator.outputs.indexOf(line)]!,
            theirs,
            one.isDifference ? ROUNDED * meanSize(columns.close) : 0,
          ),
        };
      });
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Of a price that a difference of prices is compared to: a billionth of it is six units of the price's last digit. */
const ROUNDED = 1e-6;

/**
 * Relative to the value, but never to less than `least`, or than a thousandth of the column's mean size: a running sum
 * that should be 0 ends at 1e-14 of what has passed through it, with either sign.
 */
export function difference(
  ours: Float64Array,
  theirs: Float64Array,
  least = 0,
): { values: number; difference: number } {
  const floor = Math.max(least, 1e-3 * meanSize(theirs));
  let largest = ours.length === theirs.length ? 0 : Number.POSITIVE_INFINITY;
  let values = 0;
  theirs.forEach((value, i) => {
    const own = ours[i]!;
    if (Number.isNaN(value) && Number.isNaN(own)) return;
    if (Number.isNaN(value) || Number.isNaN(own)) largest = Number.POSITIVE_INFINITY;
    values++;
    if (own !== value) largest = Math.max(largest, Math.abs(own - value) / Math.max(floor, Math.abs(value)));
  });
  return { values, difference: largest };
}

function meanSize(column: Float64Array): number {
  const present = column.filter((value) => !Number.isNaN(value));
  return present.reduce((sum, value) => sum + Math.abs(value), 0) / present.length;
}
