import { readFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { atr, bollinger, ema, macd, natr, obv, rsi, sma, wma } from '../../src/indicators/index.ts';
import { sharedDataPath, testWithSharedData } from '../fixtures/shared-data.ts';
import { type AnyIndicator, batchOf, type Columns } from './drive.ts';
import { difference } from './talib/compare.ts';

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

const CASES: [column: string, create: () => AnyIndicator, line: number, input?: keyof Columns][] = [
  ['SMA_20', () => sma(20), 0],
  ['SMA_VOL_20', () => sma(20), 0, 'volume'],
  ['EMA_20', () => ema(20), 0],
  ['WMA_20', () => wma(20), 0],
  ['RSI_14', () => rsi(14), 0],
  ['MACD_12_26_9', () => macd(12, 26, 9), 0],
  ['MACDs', () => macd(12, 26, 9), 1],
  ['MACDh', () => macd(12, 26, 9), 2],
  ['BBU_20_2', () => bollinger(20, 2), 0],
  ['BBM_20_2', () => bollinger(20, 2), 1],
  ['BBL_20_2', () => bollinger(20, 2), 2],
  ['ATR_14', () => atr(14), 0],
  ['NATR_14', () => natr(14), 0],
  ['OBV', () => obv(), 0],
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
      expect(difference(got, wanted).difference).toBeLessThanOrEqual(1e-9);
    });
  }
});
