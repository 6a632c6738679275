import { expect, test } from 'vitest';
import type { BarTrace, CandlestickTrace, ScatterTrace } from '../../../src/dashboard/figures/figure.ts';
import { type ChartColumns, candlestick, type Figure } from '../../../src/dashboard/figures/index.ts';
import type { CandlebookError } from '../../../src/market/index.ts';
import { mean, sampleCandles } from './sample.ts';

const live = { source: 'live' } as const;

function columnsOf(...bars: [number, number, number, number, number][]): ChartColumns {
  const pick = (k: number) => Float64Array.from(bars, (bar) => bar[k]!);
  return {
    openTime: Float64Array.from(bars, (_, i) => Date.UTC(2026, 10, 24) + i * 60_000),
    open: pick(0),
    high: pick(1),
    low: pick(2),
    close: pick(3),
    volume: pick(4),
  };
}

function candlesOf(figure: Figure): CandlestickTrace {
  return figure.data.find((trace): trace is CandlestickTrace => trace.type === 'candlestick')!;
}

function readoutOf(figure: Figure): string {
  const trace = figure.data.find((one): one is ScatterTrace => one.type === 'scatter' && one.xaxis === 'x9')!;
  return trace.text![0]!.replace(/<[^>]*>/g, '');
}

const THREE = columnsOf([100, 110, 90, 105, 7], [105, 108, 101, 102, 0], [102, 120, 102, 118.5, 3]);

test('candles are the columns, the forming bar among them', () => {
  const figure = candlestick(THREE, { ...live, symbol: 'BTCUSDT', interval: '1m' });
  expect(candlesOf(figure)).toMatchObject({ open: [100, 105, 102], close: [105, 102, 118.5] });
  expect(readoutOf(figure)).toContain('O 102.00  H 120.00  L 102.00');
  expect(readoutOf(figure)).toContain('118.50  +16.18%');
  expect(figure.layout.title.text).toContain('BTCUSDT');
});

test('the forming bar stands before a band, in full colour and in words; a closed one does not', () => {
  const forming = candlestick(THREE, live);
  const closed = candlestick(THREE, { ...live, forming: false });
  const bands = (figure: Figure) =>
    figure.data.filter((trace) => trace.type === 'bar' && trace.base !== undefined);
  expect(bands(forming)).toHaveLength(1);
  expect(bands(forming)[0]!).toMatchObject({ x: [THREE.openTime[2]] });
  expect(bands(closed)).toHaveLength(0);
  expect(readoutOf(forming)).toContain('forming');
  expect(readoutOf(closed)).not.toContain('forming');
  const volumeColors = (forming.data[0] as BarTrace).marker.color as string[];
  expect(volumeColors[2]).not.toBe(volumeColors[0]);
});

test('overlays keep their warm-up as holes', () => {
  const columns = sampleCandles(30);
  const figure = candlestick(columns, {
    ...live,
    overlays: [{ name: 'SMA 20', values: mean(columns.close, 20) }],
  });
  const overlay = figure.data.find(
    (trace): trace is ScatterTrace => trace.type === 'scatter' && trace.name === 'SMA 20',
  )!;
  expect(overlay.y.filter((value) => value === null)).toHaveLength(19);
  expect(overlay.x).toHaveLength(30);
  expect(readoutOf(figure)).toContain('SMA 20 ');
});

test('a tick of the forming bar changes traces and leaves the layout alone', () => {
  const columns = sampleCandles(60);
  const next = { ...columns, close: Array.from(columns.close, (v, i) => (i === 59 ? v - 1 : v)) };
  const [a, b] = [candlestick(columns, live), candlestick(next, live)];
  expect(b.layout).toEqual(a.layout);
  expect(b.data).not.toEqual(a.data);
});

test('gaps in time stay gaps: nothing is put between bars', () => {
  const columns = { ...THREE, openTime: [0, 60_000, 600_000].map((t) => Date.UTC(2026, 10, 24) + t) };
  expect(candlesOf(candlestick(columns, live)).x).toHaveLength(3);
});

test('no candle, one candle, equal prices, no volume', () => {
  const none = candlestick(columnsOf(), live);
  expect(none.layout.annotations.map(({ text }) => text)).toEqual(['Waiting for the first candle']);
  expect(none.layout.yaxis!.visible).toBe(false);
  for (const columns of [
    columnsOf([5, 5, 5, 5, 0]),
    columnsOf([5, 5, 5, 5, 0], [5, 5, 5, 5, 0]),
    columnsOf([1e-8, 1e-8, 1e-8, 1e-8, 1e12]),
  ]) {
    const figure = candlestick(columns, live);
    expect(JSON.parse(JSON.stringify(figure))).toEqual(figure);
    const [low, high] = figure.layout.yaxis!.range;
    expect(low).toBeLessThan(columns.close[0]!);
    expect(high).toBeGreaterThan(columns.close[0]!);
  }
});

test.each<[string, Partial<Record<keyof ChartColumns, number[]>>, object]>([
  ['NaN', { close: [105, Number.NaN, 118.5] }, { index: 1, field: 'close' }],
  ['an infinity', { high: [110, 108, Number.POSITIVE_INFINITY] }, { index: 2, field: 'high' }],
  ['a high below the close', { high: [110, 101, 120] }, { index: 1, field: 'high' }],
  ['a low above the open', { low: [101, 101, 102] }, { index: 0, field: 'low' }],
  ['a negative volume', { volume: [1, 1, -1] }, { index: 2, field: 'volume' }],
  ['a doubled time', { openTime: [0, 60_000, 60_000] }, { index: 2, field: 'openTime' }],
  ['unordered times', { openTime: [0, 60_000, 30_000] }, { index: 2, field: 'openTime' }],
  ['columns of unequal length', { volume: [1, 2] }, { field: 'volume', length: 2 }],
])('refuses %s', (_, change, value) => {
  expect(refusal(() => candlestick({ ...THREE, ...change }, live))).toMatchObject({
    code: 'INPUT_INVALID',
    value,
  });
});

test('refuses an overlay that is not aligned, or not finite', () => {
  const overlay = (values: number[]) => () =>
    candlestick(THREE, { ...live, overlays: [{ name: 'SMA 2', values }] });
  expect(refusal(overlay([1, 2]))).toMatchObject({
    code: 'INPUT_INVALID',
    value: { name: 'SMA 2', length: 2 },
  });
  expect(refusal(overlay([Number.NaN, 1, Number.NEGATIVE_INFINITY]))).toMatchObject({ value: { index: 2 } });
});

function refusal(run: () => unknown): CandlebookError {
  try {
    run();
  } catch (error) {
    return error as CandlebookError;
  }
  throw new Error('nothing was thrown');
}

test('bands are lines of their overlay’s colour, and stand in the readout', () => {
  const values = [100, 101, 102];
  const figure = candlestick(THREE, {
    ...live,
    overlays: [{ name: 'BB 20', values, upper: [110, 111, 112], lower: [90, 91, 92] }],
  });
  const lines = figure.data.filter(
    (one): one is ScatterTrace => one.type === 'scatter' && !!one.name?.startsWith('BB'),
  );
  expect(lines.map((line) => line.y)).toEqual([values, [110, 111, 112], [90, 91, 92]]);
  expect(new Set(lines.map((line) => line.line!.color)).size).toBe(1);
  expect(readoutOf(figure)).toContain('BB 20 102.00 (92.000 – 112.00)');
});

test('panes share the time axis, and have their levels and range', () => {
  const figure = candlestick(THREE, {
    ...live,
    panes: [
      { lines: [{ name: 'RSI 14', values: [null, 50, 61.5] }], levels: [30, 70], range: [0, 100] },
      {
        lines: [{ name: 'MACD', values: [Number.NaN, -1, 2] }],
        bars: { name: 'histogram', values: [null, -1, 1] },
      },
    ],
  });
  const layout = figure.layout as unknown as Record<string, unknown>;
  expect(layout.yaxis3).toMatchObject({ range: [0, 100], tickvals: [30, 70] });
  expect(layout.yaxis4).toBeDefined();
  expect(figure.layout.shapes).toHaveLength(2);
  const histogram = figure.data.find(
    (one): one is BarTrace => one.type === 'bar' && one.name === 'histogram',
  )!;
  expect(histogram).toMatchObject({ y: [null, -1, 1], yaxis: 'y4' });
  expect(new Set(histogram.marker.color as string[]).size).toBe(2);
  expect(figure.data.filter(({ xaxis }) => xaxis !== undefined && xaxis !== 'x9')).toEqual([]);
  // Domains do not overlap.
  const domains = ['yaxis', 'yaxis2', 'yaxis3', 'yaxis4'].map(
    (name) => (layout[name] as { domain: [number, number] }).domain,
  );
  for (let i = 1; i < domains.length; i++) expect(domains[i]![1]).toBeLessThan(domains[i - 1]![0]);
});

test('an error in a pane’s column has the caller’s own index, also where bars are merged', () => {
  const columns = sampleCandles(1000);
  const values = Array.from(columns.close, (_, i) => (i === 777 ? Number.POSITIVE_INFINITY : 50));
  const draw = () =>
    candlestick(columns, { ...live, maxBars: 100, panes: [{ lines: [{ name: 'RSI 14', values }] }] });
  expect(refusal(draw)).toMatchObject({ code: 'INPUT_INVALID', value: { name: 'RSI 14', index: 777 } });
});
