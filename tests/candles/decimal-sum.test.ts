import { describe, expect, it } from 'vitest';
import { DecimalSum } from '../../src/candles/decimal-sum.ts';
import { seededRandom } from '../bench/measure/random.ts';

/** A count of 1e-8 as the exchange writes it. */
function asText(units: bigint): string {
  const digits = units.toString().padStart(9, '0');
  return `${digits.slice(0, -8)}.${digits.slice(-8)}`;
}

describe('the sum of amounts of at most 8 decimals is the double that its exact text gives', () => {
  // Largest amount in 1e-8: a small one, both sides of 5,000,000 where rounding changes its way, and of 10,000,000.
  it.each([1e3, 1e8, 1e13, 6e14, 1.1e15])('amounts up to %d of 1e-8', (largest) => {
    const random = seededRandom(largest % 2 ** 31);
    const all = new DecimalSum();
    const some = new DecimalSum();
    let units = 0n;
    let also = 0n;
    for (let i = 0; i < 3_000; i++) {
      // Up to 15 digits: what is larger has fewer decimals, as a double keeps no more.
      const step = largest > 1e15 ? 10n : 1n;
      const amount = (BigInt(Math.floor(random() * largest)) / step) * step;
      const isAlso = random() < 0.5;
      all.add(Number(asText(amount)), isAlso ? some : undefined);
      units += amount;
      if (isAlso) also += amount;
      expect(all.value).toBe(Number(asText(units)));
      expect(some.value).toBe(Number(asText(also)));
    }
  });

  it('the product of a price and a quantity counts as the amount that it stands for', () => {
    const random = seededRandom(5);
    const sum = new DecimalSum();
    let units = 0n;
    for (let i = 0; i < 20_000; i++) {
      const price = BigInt(1 + Math.floor(random() * 1e7));
      const quantity = BigInt(Math.floor(random() * 1e6));
      sum.add((Number(price) / 100) * (Number(quantity) / 1e5));
      units += price * quantity * 10n;
      expect(sum.value).toBe(Number(asText(units)));
    }
  });
});
