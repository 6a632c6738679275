import { expect, test } from 'vitest';
import { board, candlestick, depthChart } from '../../../src/dashboard/figures/index.ts';
import { mean, sampleCandles, sampleDepth, sampleIndicators, sampleTickers } from './sample.ts';
import { moreFigures } from './sheets.ts';

/** Twelve significant digits: the same on every machine. */
function golden(value: unknown): string {
  const rounded = (_: string, v: unknown) => (typeof v === 'number' ? Number(v.toPrecision(12)) : v);
  return `${JSON.stringify(value, rounded, 1)}\n`;
}

const columns = sampleCandles(12);
const made = board(
  {
    tickers: sampleTickers(7),
    candles: {
      columns,
      symbol: 'BTCUSDT',
      interval: '1m',
      overlays: [{ name: 'SMA 5', values: mean(columns.close, 5) }],
    },
  },
  { source: 'simulated' },
);

test('the board is the golden one', async () => {
  const { panels, candles, ...rest } = made;
  await expect(golden(rest)).toMatchFileSnapshot('golden/board.json');
});

test.each([...made.panels, made.candles!])('$id is the golden one', async (figure) => {
  await expect(golden(figure)).toMatchFileSnapshot(`golden/${figure.id}.json`);
});

test('the depth chart is the golden one', async () => {
  const figure = depthChart(sampleDepth(12), { source: 'simulated', symbol: 'BTCUSDT' });
  await expect(golden(figure)).toMatchFileSnapshot('golden/depth.json');
});

test('the chart with bands and panes is the golden one', async () => {
  const bars = sampleCandles(40);
  const figure = candlestick(bars, { source: 'recorded', symbol: 'BTCUSDT', ...sampleIndicators(bars) });
  await expect(golden(figure)).toMatchFileSnapshot('golden/candles-panes.json');
});

test.each(moreFigures(3, 'dark').filter(({ id }) => id !== 'depth'))(
  '$id is the golden one',
  async (figure) => {
    await expect(golden(figure)).toMatchFileSnapshot(`golden/${figure.id}.json`);
  },
);
