import fc from 'fast-check';
import { expect, test } from 'vitest';
import { columnWidth, reduceSeries } from '../../../src/dashboard/figures/reduce-series.ts';

test('a reduced series has the extremes of every column, at their own times', () => {
  const value = fc.oneof(
    { weight: 9, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
    fc.constant(Number.NaN),
  );
  fc.assert(
    fc.property(fc.array(value, { minLength: 50, maxLength: 400 }), (y) => {
      const pixels = 10;
      const x = y.map((_, i) => i * 60_000);
      const reduced = reduceSeries(x, y, pixels);
      // Both ends may be parts of a column.
      expect(reduced.x.length).toBeLessThanOrEqual((pixels + 1) * 5);
      const width = columnWidth(x.at(-1)!, pixels);
      const columnOf = (time: number) => Math.floor(time / width);
      for (let column = 0; column <= columnOf(x.at(-1)!); column++) {
        const of = (times: readonly number[], values: readonly (number | null)[]) =>
          values.filter(
            (v, i): v is number => v !== null && !Number.isNaN(v) && columnOf(times[i]!) === column,
          );
        const [all, kept] = [of(x, y), of(reduced.x, reduced.y)];
        expect(kept.length === 0).toBe(all.length === 0);
        if (all.length === 0) continue;
        expect(Math.max(...kept)).toBe(Math.max(...all));
        expect(Math.min(...kept)).toBe(Math.min(...all));
        expect([kept[0], kept.at(-1)]).toEqual([all[0], all.at(-1)]);
      }
      for (let i = 1; i < reduced.x.length; i++) expect(reduced.x[i]).toBeGreaterThan(reduced.x[i - 1]!);
    }),
    { numRuns: 60 },
  );
});

test('values that are added, or leave the front, change no column but the first and the last', () => {
  const whole = Array.from({ length: 5000 }, (_, i) => Math.sin(i * 0.37) + Math.cos(i * 1.7));
  const at = (from: number, to: number) =>
    reduceSeries(
      whole.slice(from, to).map((_, i) => (from + i) * 60_000),
      whole.slice(from, to),
      100,
    );
  const [before, after] = [at(0, 4000), at(7, 4007)];
  const held = new Set(after.x);
  expect(before.x.filter((time) => !held.has(time)).length).toBeLessThanOrEqual(8);
});

test('a hole stays a hole', () => {
  const y = Array.from({ length: 1000 }, (_, i) => (i > 400 && i < 600 ? Number.NaN : i));
  const reduced = reduceSeries(
    y.map((_, i) => i),
    y,
    20,
  );
  const before = reduced.y.indexOf(null);
  expect(reduced.y[before - 1]).toBe(400);
  expect(reduced.y.findLast((_, i) => reduced.y[i - 1] === null)).toBe(600);
});

test('a short series is returned whole', () => {
  expect(reduceSeries([1, 2, 3], [1, Number.NaN, 3], 10)).toEqual({ x: [1, 2, 3], y: [1, null, 3] });
  expect(reduceSeries([], [], 10)).toEqual({ x: [], y: [] });
});
