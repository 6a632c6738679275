import { describe, expect, test } from 'vitest';
import {
  type ChartColumns,
  candlestick,
  comparisonLines,
  drawdownLines,
  type Figure,
  volumeArea,
  volumeBars,
} from '../../../src/dashboard/figures/index.ts';
import type { CandlebookError } from '../../../src/market/index.ts';
import { sampleCandles } from './sample.ts';

const live = { source: 'live' } as const;

/** Figures over the columns of candles. */
const FIGURES: Record<string, (columns: ChartColumns) => Figure> = {
  candlestick: (columns) => candlestick(columns, live),
  volumeArea: (columns) => volumeArea(columns, live),
  volumeBars: (columns) => volumeBars(columns, live),
  comparisonLines: (columns) => comparisonLines([{ symbol: 'BTCUSDT', ...columns }], live),
  drawdownLines: (columns) => drawdownLines([{ symbol: 'BTCUSDT', ...columns }], live),
};

const flat = (length: number, price: number): ChartColumns => {
  const prices = Array<number>(length).fill(price);
  const openTime = prices.map((_, i) => i * 60_000);
  return { openTime, open: prices, high: prices, low: prices, close: prices, volume: prices.map(() => 0) };
};
const changed = (field: keyof ChartColumns, index: number, value: number): ChartColumns => {
  const columns = sampleCandles(9);
  return { ...columns, [field]: Array.from(columns[field], (v, i) => (i === index ? value : v)) };
};

describe.each(Object.entries(FIGURES))('%s', (name, draw) => {
  test.each<[string, ChartColumns]>([
    ['no candle', sampleCandles(0)],
    ['one candle', sampleCandles(1)],
    ['two candles', sampleCandles(2)],
    ['equal prices without volume', flat(50, 107_234.5)],
    ['equal prices of 1e-8', flat(50, 1e-8)],
    ['more candles than pixels', sampleCandles(20_000)],
  ])('%s: a figure of finite numbers, ranges that are some', (_, columns) => {
    const figure = draw(columns);
    expect(JSON.parse(JSON.stringify(figure))).toEqual(figure);
    expect(JSON.stringify(figure)).not.toMatch(/NaN|Infinity|undefined/);
    for (const [key, axis] of Object.entries(figure.layout)) {
      if (!/^[xy]axis/.test(key)) continue;
      const [from, to] = (axis as { range: [number, number] }).range;
      expect(to, key).toBeGreaterThan(from);
    }
    const waits = figure.layout.annotations.length > 0;
    expect(waits).toBe(columns.openTime.length === 0);
  });

  test.each<[string, ChartColumns, number]>([
    ['a NaN', changed('close', 4, Number.NaN), 4],
    ['an infinite time', changed('openTime', 5, Number.POSITIVE_INFINITY), 5],
    ['a time that comes twice', changed('openTime', 3, sampleCandles(9).openTime[2]!), 3],
    ['a time out of order', changed('openTime', 6, 0), 6],
  ])('%s is refused with its index', (_, columns, index) => {
    try {
      draw(columns);
    } catch (error) {
      expect(error as CandlebookError).toMatchObject({ code: 'INPUT_INVALID', value: { index } });
      return;
    }
    throw new Error(`${name} drew it`);
  });
});

test('candles of mixed lengths keep their own places', () => {
  const columns = sampleCandles(6);
  const openTime = [0, 1, 2, 7, 12, 17].map((minute) => minute * 60_000);
  const [bars] = candlestick({ ...columns, openTime }, live).data;
  // As wide as the shortest, so that none lies upon another.
  expect(bars).toMatchObject({ x: openTime, width: 42_000 });
});
