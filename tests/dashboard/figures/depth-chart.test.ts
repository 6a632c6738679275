import { describe, expect, test } from 'vitest';
import type { ScatterTrace } from '../../../src/dashboard/figures/figure.ts';
import { depthChart } from '../../../src/dashboard/figures/index.ts';
import type { CandlebookError } from '../../../src/market/index.ts';
import { sampleDepth } from './sample.ts';

const live = { source: 'live' } as const;
const book = {
  bids: [
    [100, 1],
    [99, 2],
    [98, 4],
  ],
  asks: [
    [101, 1],
    [102, 1],
    [103, 6],
  ],
} as const;

function sides(levels: Parameters<typeof depthChart>[0], options = {}): [ScatterTrace, ScatterTrace] {
  const { data } = depthChart(levels, { ...live, ...options });
  return [data[0] as ScatterTrace, data[1] as ScatterTrace];
}

test('each side is a staircase of what waits up to a price', () => {
  const [bids, asks] = sides(book);
  expect(bids.x).toEqual([98, 98, 99, 99, 100, 100]);
  expect(bids.y).toEqual([7, 3, 3, 1, 1, 0]);
  expect(asks.x).toEqual([101, 101, 102, 102, 103, 103]);
  expect(asks.y).toEqual([0, 1, 1, 2, 2, 8]);
});

test('mid, spread and balance are written above it', () => {
  const text = JSON.stringify(depthChart(book, live).data.at(-1));
  expect(text).toContain('mid 100.50');
  expect(text).toContain('spread 1 (99.5 bp)');
  expect(text).toMatch(/bids 7<.*asks 8<.*imbalance −6\.67%/);
});

test('only so far from the middle, where that is said', () => {
  const [bids, asks] = sides(book, { percent: 1.5 });
  expect([bids.x[0], asks.x.at(-1)]).toEqual([99, 102]);
  expect(() => depthChart(book, { ...live, percent: 0 })).toThrow('0 %');
});

test('a book of thousands of levels is drawn by some hundred steps, with the whole sum', () => {
  const deep = sampleDepth(5_000);
  const [bids] = sides(deep);
  expect(bids.x.length).toBeLessThan(700);
  const sum = deep.bids.reduce((total, [, quantity]) => total + quantity, 0);
  expect(bids.y[0]).toBeGreaterThan(0.85 * sum);
  expect(bids.y[0]).toBeLessThanOrEqual(sum + 1e-6);
});

test('most ticks leave the axes as they are', () => {
  const moved = (by: number) => ({
    bids: sampleDepth(200).bids.map(([price, quantity]): [number, number] => [price + by, quantity]),
    asks: sampleDepth(200).asks.map(([price, quantity]): [number, number] => [price + by, quantity]),
  });
  const layouts = Array.from({ length: 50 }, (_, i) => JSON.stringify(depthChart(moved(i), live).layout));
  expect(new Set(layouts).size).toBeLessThan(6);
});

describe('what is no book is refused with its place', () => {
  const { bids, asks } = book;
  test.each([
    [
      { bids: [[100, Number.NaN]], asks },
      { side: 'bids', index: 0 },
    ],
    [
      {
        bids,
        asks: [
          [101, 1],
          [101, 1],
        ],
      },
      { side: 'asks', index: 1, value: 101 },
    ],
    [
      { bids, asks: [[99.5, 1]] },
      { side: 'asks', index: 0, value: 99.5 },
    ],
    [
      { bids: [[0, 1]], asks },
      { side: 'bids', index: 0, value: 0 },
    ],
  ] as [Parameters<typeof depthChart>[0], object][])('%j', (levels, value) => {
    let error: CandlebookError | undefined;
    try {
      depthChart(levels, live);
    } catch (thrown) {
      error = thrown as CandlebookError;
    }
    expect(error).toMatchObject({ code: 'INPUT_INVALID', value });
  });
});

test('without a book, or with one side only, it waits', () => {
  for (const levels of [
    { bids: [], asks: [] },
    { bids: book.bids, asks: [] },
  ]) {
    const { layout } = depthChart(levels, live);
    expect(layout.annotations.map(({ text }) => text)).toEqual(['Waiting for the order book']);
    expect(layout.xaxis!.visible).toBe(false);
  }
});
