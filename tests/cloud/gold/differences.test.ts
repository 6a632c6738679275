import { expect, test } from 'vitest';
import { differences } from '../../../src/cloud/index.ts';

const options = { key: ['symbol', 'at'], columns: ['price', 'note'] };
const row = (at: number, price: unknown, note: unknown = 'a') => ({ symbol: 'BTCUSDT', at, price, note });

test('equal rows do not differ, whatever their order', () => {
  const rows = [row(1, 5), row(2, null)];
  expect(differences(rows, rows.toReversed(), options)).toEqual([
    { column: 'price', compared: 2, missing: 0, more: 0, largest: 0, relative: 0 },
    { column: 'note', compared: 2, missing: 0, more: 0, largest: 0, relative: 0 },
  ]);
});

test('the largest distance, rows that one lacks, and what is no number', () => {
  const found = [row(1, 100), row(2, 8), row(9, 1), row(10, 1)];
  const [price] = differences(found, [row(1, 101), row(2, 10), row(3, 1)], options);
  expect(price).toMatchObject({ compared: 2, missing: 1, more: 2, largest: 2, relative: 0.2 });
  const [absent] = differences([row(1, null)], [row(1, 4)], options);
  expect(absent!.largest).toBe(Number.POSITIVE_INFINITY);
  const [, note] = differences([row(1, 1, 'a')], [row(1, 1, 'b')], options);
  expect(note!.largest).toBe(Number.POSITIVE_INFINITY);
});
