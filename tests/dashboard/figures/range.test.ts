import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decadeRange,
  decadeTicks,
  decimalsOf,
  niceStep,
  steppedRange,
  steppedTop,
  windowRange,
} from '../../../src/dashboard/figures/range.ts';

const price = fc.double({ min: 1e-8, max: 1e5, noNaN: true });

test('a stepped range holds its values with head-room, and is not wasteful', () => {
  fc.assert(
    fc.property(price, price, (a, b) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      const [from, to] = steppedRange(low, high);
      expect(from).toBeLessThan(low);
      expect(to).toBeGreaterThan(high);
      if (high > low * (1 + 1e-6)) expect(high - low).toBeGreaterThan((to - from) * 0.5);
    }),
  );
});

test('a stepped range stays while its values move a little', () => {
  const ranges = new Set<string>();
  // The high moves by a fifth of the whole in 300 ticks.
  for (let i = 0; i <= 300; i++) ranges.add(String(steppedRange(106000, 107500 + i)));
  expect(ranges.size).toBeLessThanOrEqual(3);
});

test('equal values get a range', () => {
  for (const value of [1e-8, 1, 1e5, 0]) {
    const [from, to] = steppedRange(value, value);
    expect(from).toBeLessThan(value);
    expect(to).toBeGreaterThan(value);
  }
});

test('a top is at least its value, whatever its size', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-12, max: 1e15, noNaN: true }), (value) => {
      const top = steppedTop(value);
      expect(top).toBeGreaterThan(value);
      expect(top).toBeLessThan(value * 1.8);
    }),
  );
  expect(steppedTop(0)).toBe(1);
});

test('decades hold their values; zero is left out', () => {
  expect(decadeRange([0.17, 107234])).toEqual([-1, 6]);
  expect(decadeRange([1e-8, 0, 107234])).toEqual([-9, 6]);
  expect(decadeRange([5])).toEqual([0, 2]);
  expect(decadeRange([0])).toEqual([0, 2]);
  expect(decadeTicks([-9, 6], 5)).toEqual([-9, -5, -1, 3]);
});

test('nice steps', () => {
  expect([0.03, 1, 1.7, 2.2, 4, 7, 123].map(niceStep)).toEqual([0.05, 1, 2, 2.5, 5, 10, 200]);
  expect([250, 0.5, 0.0002, 1e-10].map(decimalsOf)).toEqual([0, 2, 5, 11]);
});

test('a time window moves on in steps, not with every bar', () => {
  const bar = 60_000;
  const windows = new Set<string>();
  for (let i = 0; i < 12; i++) windows.add(String(windowRange(i * bar, (119 + i) * bar, bar)));
  expect(windows.size).toBeLessThanOrEqual(4);
  const [from, to] = windowRange(1000 * bar, 1000 * bar, bar);
  expect(from).toBeLessThan(1000 * bar);
  expect(to - from).toBe(20 * bar);
});
