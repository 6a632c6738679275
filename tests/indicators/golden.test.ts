import { describe, expect } from 'vitest';
import { testWithSharedData } from '../fixtures/shared-data.ts';
import { difference } from './talib/compare.ts';
import { GOLDEN_CASES, GOLDEN_FILE, goldenColumns } from './talib/golden.ts';

describe("equal to TA-Lib's golden columns to 1e-9 relative", () => {
  for (const [column, ours] of Object.entries(GOLDEN_CASES)) {
    testWithSharedData(column, [GOLDEN_FILE], () => {
      const golden = goldenColumns();
      const { values, difference: largest } = difference(ours(golden), golden[column]!);
      expect(values).toBeGreaterThan(200);
      expect(largest).toBeLessThanOrEqual(1e-9);
    });
  }
});
