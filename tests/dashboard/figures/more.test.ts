import { expect, test } from 'vitest';
import type { BarTrace, Figure, HeatmapTrace, ScatterTrace } from '../../../src/dashboard/figures/figure.ts';
import {
  comparisonLines,
  correlationHeatmap,
  drawdownLines,
  marketShareBars,
  volatilityBars,
  volumeArea,
} from '../../../src/dashboard/figures/index.ts';
import { spread } from '../../../src/dashboard/figures/lines-panel.ts';
import type { CandlebookError } from '../../../src/market/index.ts';
import { ticker } from '../../fixtures/market.ts';
import { sampleCandles } from './sample.ts';

const live = { source: 'live' } as const;

function scatters(figure: Figure): ScatterTrace[] {
  return figure.data.filter((trace): trace is ScatterTrace => trace.type === 'scatter');
}

test('market shares are of the whole quote volume, largest first', () => {
  const figure = marketShareBars(
    [
      ticker('BTCUSDT', { quoteVolume: 100 }),
      ticker('ETHUSDT', { quoteVolume: 300 }),
      ticker('ADAUSDT', { quoteVolume: 0 }),
    ],
    live,
  );
  expect(figure.layout.yaxis!.categoryarray).toEqual(['ETH', 'BTC', 'ADA']);
  expect((figure.data[0] as BarTrace).x).toEqual([75, 25, 0]);
  expect(scatters(figure)[0]!.text).toEqual(['75.0%', '25.0%', '0.00%']);
  expect(marketShareBars([ticker('BTCUSDT')], live).layout.xaxis!.range).toEqual([0, 100]);
});

test('nothing traded at all is no share, not NaN', () => {
  const figure = marketShareBars([ticker('BTCUSDT', { quoteVolume: 0 })], live);
  expect((figure.data[0] as BarTrace).x).toEqual([0]);
});

test('volatility is ranked, and refused where it is not known', () => {
  const entries = [
    { symbol: 'BTCUSDT', percent: 40 },
    { symbol: 'DOGEUSDT', percent: 120.5 },
  ];
  const figure = volatilityBars(entries, { ...live, unit: 'annualised' });
  expect(figure.layout.yaxis!.categoryarray).toEqual(['DOGE', 'BTC']);
  expect(figure.layout.title.text).toContain('annualised');
  const bad = [...entries, { symbol: 'ADAUSDT', percent: Number.NaN }];
  expect(refusal(() => volatilityBars(bad, live))).toMatchObject({
    code: 'INPUT_INVALID',
    value: { index: 2 },
  });
  const twice = [...entries, entries[0]!];
  expect(refusal(() => volatilityBars(twice, live))).toMatchObject({
    value: { index: 2, symbol: 'BTCUSDT' },
  });
});

test('correlations stand in their cells; the diagonal and what is not known do not', () => {
  const matrix = [
    [1, 0.5, Number.NaN],
    [0.5, 1, -1.0000000001],
    [Number.NaN, -1.0000000001, 1],
  ];
  const figure = correlationHeatmap(['BTCUSDT', 'ETHUSDT', 'ADAUSDT'], matrix, live);
  expect((figure.data[0] as HeatmapTrace).z).toEqual([
    [null, 0.5, null],
    [0.5, null, -1],
    [null, -1, null],
  ]);
  expect(scatters(figure)[0]!.text).toEqual(['', '0.50', '–', '0.50', '', '−1.00', '–', '−1.00', '']);
});

test('one coin alone has nothing to correlate with, and is told so', () => {
  const [notice] = correlationHeatmap(['BTCUSDT'], [[1]], live).layout.annotations;
  expect(notice!.text).toBe('It takes two coins to compare');
});

test.each<[string, number[][], object]>([
  [
    'a value beyond one',
    [
      [1, 1.2],
      [1.2, 1],
    ],
    { row: 0, column: 1, value: 1.2 },
  ],
  ['too few rows', [[1, 0]], { rows: 1 }],
  ['a short row', [[1, 0], [1]], { row: 1, columns: 1 }],
])('a correlation matrix with %s is refused', (_, matrix, value) => {
  expect(refusal(() => correlationHeatmap(['BTCUSDT', 'ETHUSDT'], matrix, live))).toMatchObject({
    code: 'INPUT_INVALID',
    value,
  });
});

test('coins are compared from the first time that all of them have a price', () => {
  const figure = comparisonLines(
    [
      { symbol: 'BTCUSDT', openTime: [0, 60e3, 120e3], close: [90, 100, 110] },
      { symbol: 'DOGEUSDT', openTime: [60e3, 120e3], close: [0.2, 0.1] },
    ],
    live,
  );
  const [btc, doge, labels] = scatters(figure);
  expect([btc!.x, btc!.y[0], doge!.y]).toEqual([[60e3, 120e3], 0, [0, -50]]);
  expect(btc!.y[1]).toBeCloseTo(10, 9);
  expect(labels!.text).toEqual(['<b>\u00a0BTC +10.00%</b>', '<b>\u00a0DOGE −50.00%</b>']);
});

test('a drawdown is measured from the highest price before', () => {
  const figure = drawdownLines(
    [{ symbol: 'BTCUSDT', openTime: [0, 1, 2, 3], close: [100, 200, 150, 300] }],
    live,
  );
  const [line, deepest, label] = scatters(figure);
  expect(line!.y).toEqual([0, 0, -25, 0]);
  expect([deepest!.x, deepest!.y]).toEqual([[2], [-25]]);
  expect(label!.text).toEqual(['<b>\u00a0BTC 0.00%</b>']);
});

test.each<[string, number[], number[], object]>([
  ['a price of zero', [0, 1], [1, 0], { index: 1, value: 0 }],
  ['a price that is not a number', [0, 1], [Number.NaN, 1], { index: 0 }],
  ['unordered times', [1, 0], [1, 1], { index: 1, value: 0 }],
  ['columns of unequal length', [0, 1], [1], { openTime: 2, close: 1 }],
])('%s is refused', (_, openTime, close, value) => {
  for (const figure of [comparisonLines, drawdownLines]) {
    const draw = () => figure([{ symbol: 'BTCUSDT', openTime, close }], live);
    expect(refusal(draw)).toMatchObject({ code: 'INPUT_INVALID', value: { symbol: 'BTCUSDT', ...value } });
  }
});

test('labels are moved apart in their order, no further than needed', () => {
  expect(spread([0.5, 0.9], 0.1)).toEqual([0.5, 0.9]);
  expect(spread([0.5, 0.5, 0.5], 0.1)).toEqual([0.5, 0.6, 0.7]);
  const high = spread([0.99, 0.98], 0.1);
  expect(high[0]! - high[1]!).toBeCloseTo(0.1, 9);
  expect(high[0]).toBe(0.95);
  const many = spread(
    Array.from({ length: 40 }, () => 0.5),
    0.1,
  ).toSorted((a, b) => a - b);
  expect(many[0]).toBeGreaterThanOrEqual(0.049);
  expect(many.at(-1)).toBeLessThanOrEqual(0.951);
});

test('volume as an area begins at zero and says its mean', () => {
  const columns = { ...sampleCandles(3), volume: [1, 2, 6] };
  const figure = volumeArea(columns, { ...live, symbol: 'BTCUSDT' });
  expect(scatters(figure)[0]).toMatchObject({ y: [1, 2, 6], fill: 'tozeroy' });
  expect(figure.layout.yaxis!.range[0]).toBe(0);
  expect(scatters(figure)[1]!.text![0]).toContain('mean 3');
});

function refusal(run: () => unknown): CandlebookError {
  try {
    run();
  } catch (error) {
    return error as CandlebookError;
  }
  throw new Error('nothing was thrown');
}
