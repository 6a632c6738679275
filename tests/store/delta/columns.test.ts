import { expect, test } from 'vitest';
import { joined, packed, picked } from '../../../src/store/delta/columns.ts';

test('a column goes into the typed array of its type, unless a value is null', () => {
  expect(packed([1.5, Number.NaN], 'double')).toEqual(Float64Array.of(1.5, Number.NaN));
  expect(packed([2n ** 62n, -1n], 'timestamp')).toEqual(BigInt64Array.of(2n ** 62n, -1n));
  expect(packed([7, -7], 'integer')).toEqual(Int32Array.of(7, -7));
  for (const [column, type] of [
    [[1.5, null], 'double'],
    [['1.50'], 'decimal(5,2)'],
    [['a'], 'string'],
    [[[1]], { type: 'array', elementType: 'integer', containsNull: false }],
  ] as const)
    expect(packed(column as never, type)).toBe(column);
});

test('parts of one kind stay of it, others become plain values', () => {
  const parts = [BigInt64Array.of(1n, 2n), BigInt64Array.of(3n)];
  expect(joined(parts)).toEqual(BigInt64Array.of(1n, 2n, 3n));
  expect(joined([...parts, [null]])).toEqual([1n, 2n, 3n, null]);
  expect(joined([[null], Float64Array.of(4)])).toEqual([null, 4]);
  expect(joined([Int32Array.of(1), Float64Array.of(1.5)])).toEqual([1, 1.5]);
  expect(joined([])).toEqual([]);
});

test('some rows, in another order', () => {
  expect(picked(Float64Array.of(1, 2, 3), [2, 0])).toEqual(Float64Array.of(3, 1));
  expect(picked(['a', null, 'c'], [1, 0])).toEqual([null, 'a']);
});
