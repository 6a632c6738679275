import { expect, test } from 'vitest';
import type { PieTrace, ScatterTrace, Trace } from '../../../src/dashboard/figures/figure.ts';
import { placeInRange } from '../../../src/dashboard/figures/high-low-ranges.ts';
import {
  currentPrices,
  type Figure,
  highLowRanges,
  performanceTable,
  priceChange24h,
  sentimentPie,
  volume24h,
} from '../../../src/dashboard/figures/index.ts';
import { THEMES } from '../../../src/dashboard/figures/theme.ts';
import { ticker } from '../../fixtures/market.ts';
import { sampleTickers } from './sample.ts';

const live = { source: 'live' } as const;

function traces<T extends Trace['type']>(figure: Figure, type: T): Extract<Trace, { type: T }>[] {
  return figure.data.filter((trace): trace is Extract<Trace, { type: T }> => trace.type === type);
}

function column(figure: Figure, xaxis: string): ScatterTrace {
  return traces(figure, 'scatter').find((trace) => trace.xaxis === xaxis)!;
}

test('prices of 1e-8 to 100,000 stand on one log axis, each with its exact price', () => {
  const figure = currentPrices(sampleTickers(12), live);
  expect(figure.layout.xaxis).toMatchObject({ type: 'log', range: [-8, 6] });
  expect(column(figure, 'x2').text).toEqual(
    [
      '107,234.56',
      '3,412.07',
      '0.71230',
      '0.17345',
      '187.34',
      '2.3456',
      '4.8120',
      '0.00001234',
      '23.418',
      '0.00000002',
      '99.980',
      '0.00000987',
    ].map((text) => `<b>${text}</b>`),
  );
  expect(traces(figure, 'scatter')[0]!.hovertemplate).toContain('%{x:,.8~f} USDT');
});

test('changes are coloured by their sign; the axis is the same up and down', () => {
  const figure = priceChange24h(sampleTickers(3), live);
  const { up, down, flat } = THEMES.light;
  expect(traces(figure, 'bar')[0]).toMatchObject({
    x: [1.284, -2.115, 0],
    marker: { color: [up, down, flat] },
  });
  const [from, to] = figure.layout.xaxis!.range;
  expect(from).toBe(-to);
  expect(column(figure, 'x2').text).toEqual(['+1.28%', '−2.12%', '0.00%']);
});

test('a zero volume is written and has no point', () => {
  const figure = volume24h(
    [ticker('BTCUSDT', { quoteVolume: 2e9 }), ticker('ETHUSDT', { quoteVolume: 0 })],
    live,
  );
  expect(traces(figure, 'scatter')[0]!.x).toEqual([2e9, null]);
  expect(column(figure, 'x2').text).toEqual(['2.000B', '0']);
});

test('each range runs from its own low to its own high, the body from open to price', () => {
  const one = ticker('BTCUSDT', {
    lowPrice: 100,
    highPrice: 200,
    openPrice: 125,
    lastPrice: 150,
    priceChange: 25,
    priceChangePercent: 20,
  });
  const figure = highLowRanges([one], live);
  const [track, body] = traces(figure, 'bar');
  expect(track).toMatchObject({ x: [1], base: [0] });
  expect(body).toMatchObject({ x: [0.25], base: [0.25], marker: { color: [THEMES.light.upSoft] } });
  expect(column(figure, 'x2').text).toEqual(['100.00']);
  expect(column(figure, 'x3').text).toEqual(['200.00']);
  expect(JSON.stringify(figure.data)).toContain('<b>150.00</b>');
});

test('a place in a range: within it, and in the middle of none', () => {
  expect(placeInRange(5, 0, 10)).toBe(0.5);
  expect(placeInRange(12, 0, 10)).toBe(1);
  expect(placeInRange(-1, 0, 10)).toBe(0);
  expect(placeInRange(7, 7, 7)).toBe(0.5);
});

test('sentiment counts and names the coins', () => {
  const figure = sentimentPie(sampleTickers(7), live);
  const pie = figure.data.find((trace): trace is PieTrace => trace.type === 'pie')!;
  expect(pie.values).toEqual([3, 1, 3]);
  expect(pie.labels).toEqual(['Rising', 'Unchanged', 'Falling']);
  const texts = traces(figure, 'scatter')[0]!.text!;
  expect(texts[0]).toContain('43%');
  expect(texts[1]).toContain('BTC  DOGE  XRP');
});

test('a list of names that is too long says how many more there are', () => {
  const many = Array.from({ length: 40 }, (_, i) => ticker(`COIN${i}USDT`, { priceChangePercent: 1 }));
  const texts = traces(sentimentPie(many, live), 'scatter')[0]!.text!;
  expect(texts[1]).toMatch(/… \d+ more/);
});

test('the table has price, change, percent and volume of each coin', () => {
  const figure = performanceTable(sampleTickers(2), live);
  expect(['x2', 'x3', 'x4', 'x5'].map((axis) => column(figure, axis).text)).toEqual([
    ['107,234.56', '3,412.07'],
    ['+1,359.44', '−73.72'],
    ['+1.28%', '−2.12%'],
    ['1.955B', '1.407B'],
  ]);
});

test('coins of different quote assets are told apart', () => {
  const tickers = [ticker('ETHBTC', { lastPrice: 0.03 }), ticker('ETHUSDT')];
  const figure = currentPrices(tickers, live);
  expect(figure.layout.yaxis!.categoryarray).toEqual(['ETH/BTC', 'ETH/USDT']);
  expect(figure.layout.title.text).not.toContain('USDT');
  expect(currentPrices([ticker('ETHUSDT')], live).layout.title.text).toContain('USDT');
});
