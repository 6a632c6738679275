import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ScatterTrace } from '../../../src/dashboard/figures/figure.ts';
import { candlestick } from '../../../src/dashboard/figures/index.ts';
import { extremesAt, mergeBars } from '../../../src/dashboard/figures/merge-bars.ts';
import { sampleCandles } from './sample.ts';

const MINUTE = 60_000;

test('merged bars keep every extreme, the first open, the last close and all volume', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 5, max: 300 }), (length, most) => {
      const given = sampleCandles(length);
      const { columns, ends, factor } = mergeBars(given, MINUTE, most);
      expect(Math.max(...Array.from(columns.high))).toBe(Math.max(...Array.from(given.high)));
      expect(Math.min(...Array.from(columns.low))).toBe(Math.min(...Array.from(given.low)));
      expect(columns.open[0]).toBe(given.open[0]);
      expect(columns.close[columns.close.length - 1]).toBe(given.close[length - 1]);
      expect(sum(columns.volume)).toBeCloseTo(sum(given.volume), 6);
      // One more than asked for where the first and the last are cut by the window.
      expect(columns.openTime.length).toBeLessThanOrEqual(most + 1);
      expect(ends.at(-1)).toBe(length - 1);
      for (const time of Array.from(columns.openTime)) expect(time % (factor * MINUTE)).toBe(0);
    }),
  );
});

test('bars that fit are left as they are', () => {
  const given = sampleCandles(100);
  expect(mergeBars(given, MINUTE, 100)).toMatchObject({ factor: 1, columns: given });
});

test('a merged bar stays what it is while the window moves on', () => {
  const given = sampleCandles(400);
  const window = (from: number) =>
    Object.fromEntries(
      Object.entries(given).map(([name, column]) => [
        name,
        Array.from(column as number[]).slice(from, from + 300),
      ]),
    ) as unknown as typeof given;
  const [a, b] = [0, 7].map((from) => mergeBars(window(from), MINUTE, 100).columns);
  const at = (columns: typeof given, time: number) => Array.from(columns.openTime).indexOf(time);
  const time = given.openTime[120]!;
  expect(a!.high[at(a!, time)]).toBe(b!.high[at(b!, time)]);
});

test('of a histogram, a merged bar has the value furthest from zero', () => {
  expect(extremesAt([-2, 1, Number.NaN, 0.5, Number.NaN, null], [1, 3, 5])).toEqual([-2, 0.5, null]);
});

test('lines of a long chart keep their extremes', () => {
  const columns = sampleCandles(12_000);
  const values = Array.from(columns.close, (close, i) => (i === 7_003 ? close * 1.5 : close));
  const figure = candlestick(columns, { source: 'live', overlays: [{ name: 'SMA', values }] });
  const line = figure.data.find(({ name }) => name === 'SMA') as ScatterTrace;
  expect(line.y.length).toBeLessThan(5_000);
  expect(line.y).toContain(values[7_003]);
});

test('a chart of merged bars says how many are in one, and its numbers are the last given bar’s', () => {
  const columns = sampleCandles(1000);
  const figure = candlestick(columns, { source: 'live', maxBars: 200 });
  expect(figure.layout.title.text).toContain('5 bars in one');
  expect(JSON.stringify(figure.data.at(-1))).toContain(
    `>${columns.close[999]!.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`,
  );
  expect(candlestick(sampleCandles(200), { source: 'live', maxBars: 200 }).layout.title.text).not.toContain(
    'in one',
  );
});

function sum(values: ArrayLike<number>): number {
  return Array.from(values).reduce((total, one) => total + one, 0);
}
