import { describe, expect, test } from 'vitest';
import { describeWithPython } from '../fixtures/python.ts';
import { sharedDataPath, testWithSharedData } from '../fixtures/shared-data.ts';
import { readKlines } from './klines.ts';
import { CASES } from './talib/cases.ts';
import { compare } from './talib/compare.ts';
import { WALKS, walk } from './talib/walks.ts';

describeWithPython('equal to the TA-Lib wheel to 1e-9 relative', ['talib', 'numpy'], (python) => {
  for (const symbol of ['BTCUSDT', 'ETHUSDT']) {
    testWithSharedData('on 4,320 real bars', [`klines-1m-2025-10/${symbol}_1m.csv`], () => {
      const columns = readKlines(sharedDataPath(`klines-1m-2025-10/${symbol}_1m.csv`));
      const compared = compare(python, columns);
      expect(compared.length).toBeGreaterThanOrEqual(CASES.length);
      for (const { id, line, values, difference } of compared) {
        expect(values, `${id} ${line}`).toBeGreaterThan(3_700);
        expect(difference, `${id} ${line}`).toBeLessThanOrEqual(1e-9);
      }
    });
  }

  describe('on walks', () => {
    test.each(Object.entries(WALKS))('%s', (_, options) => {
      const compared = compare(python, walk(options));
      expect(compared.length).toBeGreaterThanOrEqual(CASES.length);
      for (const { id, line, difference } of compared)
        expect(difference, `${id} ${line}`).toBeLessThanOrEqual(1e-9);
    });
  });
});
