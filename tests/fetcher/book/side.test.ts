import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BookSide } from '../../../src/fetcher/index.ts';

/** Prices with two decimals, many of them the same. */
const change = fc.tuple(
  fc.integer({ min: 1, max: 60 }).map((ticks) => 100 + ticks / 100),
  fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 9 })),
);

test.each(['bids', 'asks'] as const)('%s are those of a map, sorted, whatever the changes', (name) => {
  const order = name === 'bids' ? -1 : 1;
  fc.assert(
    fc.property(fc.array(change, { maxLength: 400 }), (changes) => {
      const side = new BookSide(name, 10_000);
      const model = new Map<number, number>();
      for (const [price, quantity] of changes) {
        side.set(price, quantity);
        if (quantity === 0) model.delete(price);
        else model.set(price, quantity);
      }
      const sorted = [...model].sort((a, b) => (a[0] - b[0]) * order);
      expect(side.top(10_000)).toEqual(sorted);
      expect([side.length, side.price(0), side.quantity(0)]).toEqual([
        sorted.length,
        ...(sorted[0] ?? [Number.NaN, Number.NaN]),
      ]);
      expect(side.depth(5)).toBe(sorted.slice(0, 5).reduce((sum, [, quantity]) => sum + quantity, 0));
      for (const [price] of changes.slice(-5)) expect(side.quantityAt(price)).toBe(model.get(price) ?? 0);
    }),
    { numRuns: 500 },
  );
});

test('thousands of levels in any order', () => {
  const side = new BookSide('asks', 10_000);
  for (let i = 0; i < 5_000; i++) side.set(((i * 7919) % 5_000) + 1, i + 1);
  expect(side.length).toBe(5_000);
  expect(side.top(5_000).map(([price]) => price)).toEqual(Array.from({ length: 5_000 }, (_, i) => i + 1));
  for (let price = 1; price <= 5_000; price += 2) side.set(price, 0);
  expect(side.top(3).map(([price]) => price)).toEqual([2, 4, 6]);
  expect(side.length).toBe(2_500);
});

test('beyond its bound the farthest levels go', () => {
  const bids = new BookSide('bids', 300);
  for (let i = 0; i < 1_000; i++) bids.set(1_000 + ((i * 389) % 1_000), 1);
  expect(bids.length).toBe(300);
  expect([bids.price(0), bids.price(299)]).toEqual([1_999, 1_700]);
  bids.set(5, 1);
  expect([bids.length, bids.quantityAt(5)]).toEqual([300, 0]);
});
