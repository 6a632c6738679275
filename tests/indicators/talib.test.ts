import { describe, expect, test } from 'vitest';
import { sharedDataPath, testWithSharedData } from '../fixtures/shared-data.ts';
import { toColumns } from './drive.ts';
import { readKlines } from './klines.ts';
import { pythonWith } from './python.ts';
import { compare } from './talib/compare.ts';

const python = pythonWith('talib', 'numpy');

describe('equal to the TA-Lib wheel to 1e-9 relative', () => {
  if (!python) {
    test.skip('skipped: no Python with TA-Lib in .venv or CANDLEBOOK_PYTHON');
    return;
  }
  for (const symbol of ['BTCUSDT', 'ETHUSDT']) {
    testWithSharedData('on 4,320 real bars', [`klines-1m-2025-10/${symbol}_1m.csv`], () => {
      const columns = readKlines(sharedDataPath(`klines-1m-2025-10/${symbol}_1m.csv`));
      const compared = compare(python, columns);
      expect(compared.length).toBeGreaterThanOrEqual(30);
      for (const { id, line, values, difference } of compared) {
        expect(values, `${id} ${line}`).toBeGreaterThan(4_200);
        expect(difference, `${id} ${line}`).toBeLessThanOrEqual(1e-9);
      }
    });
  }

  test('on a random walk of 20,000 bars with flat stretches, jumps and bars without volume', () => {
    let seed = 7;
    const random = () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed / 2_147_483_648;
    };
    let close = 250;
    const bars = Array.from({ length: 20_000 }, (_, i) => {
      const open = close;
      const isFlat = i % 500 > 440;
      if (!isFlat) close *= 1 + (random() - 0.5) * (i % 777 === 0 ? 0.5 : 0.01);
      const high = Math.max(open, close) * (isFlat ? 1 : 1 + random() * 0.004);
      const low = Math.min(open, close) * (isFlat ? 1 : 1 - random() * 0.004);
      const volume = random() < 0.1 ? 0 : random() * 1e6;
      return { openTime: i * 60_000, open, high, low, close, volume, quoteVolume: volume * close };
    });
    for (const { id, line, difference } of compare(python, toColumns(bars))) {
      expect(difference, `${id} ${line}`).toBeLessThanOrEqual(1e-9);
    }
  });
});
