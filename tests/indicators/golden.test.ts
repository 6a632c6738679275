import { readFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { ema, sma } from '../../src/indicators/index.ts';
import { sharedDataPath, testWithSharedData } from '../fixtures/shared-data.ts';
import { type AnyIndicator, batchOf, type Columns } from './drive.ts';

const FILE = 'indicators-golden/talib252.csv';

/** TA-Lib's own regression bars and what TA-Lib C 0.6 computes from them; empty before its first index. */
function golden(): Record<string, Float64Array> {
  const [header, ...rows] = readFileSync(sharedDataPath(FILE), 'utf8').trim().split('\n');
  const cells = rows.map((row) => row.split(','));
  return Object.fromEntries(
    header!
      .split(',')
      .map((name, at) => [
        name.trim(),
        Float64Array.from(cells, (row) => (row[at]?.trim() ? Number(row[at]) : Number.NaN)),
      ]),
  );
}

/** Largest relative difference; infinite where one has a value and the other has none. */
function difference(got: Float64Array, wanted: Float64Array): number {
  let largest = 0;
  wanted.forEach((value, i) => {
    if (Number.isNaN(value) !== Number.isNaN(got[i]!)) largest = Number.POSITIVE_INFINITY;
    else if (!Number.isNaN(value) && value !== got[i])
      largest = Math.max(largest, Math.abs(got[i]! - value) / Math.abs(value));
  });
  return got.length === wanted.length ? largest : Number.POSITIVE_INFINITY;
}

const CASES: [column: string, create: () => AnyIndicator, line: number, input?: keyof Columns][] = [
  ['SMA_20', () => sma(20), 0],
  ['SMA_VOL_20', () => sma(20), 0, 'volume'],
  ['EMA_20', () => ema(20), 0],
];

describe('equal to TA-Lib to 1e-9 relative', () => {
  for (const [column, create, line, input] of CASES) {
    testWithSharedData(column, [FILE], () => {
      const columns = golden();
      const wanted = columns[column]!;
      const indicator = create();
      const got = input
        ? (indicator.batch(columns[input]!) as Float64Array)
        : batchOf(indicator, columns as unknown as Columns)[line]!;
      expect(wanted.filter((value) => !Number.isNaN(value)).length).toBeGreaterThan(200);
      expect(difference(got, wanted)).toBeLessThanOrEqual(1e-9);
    });
  }
});
