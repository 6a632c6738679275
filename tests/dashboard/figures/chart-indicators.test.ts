import { describe, expect, test } from 'vitest';
import { candlestick, chartIndicators } from '../../../src/dashboard/figures/index.ts';
import { bollinger, INDICATORS, indicatorOf } from '../../../src/indicators/index.ts';
import { sampleCandles } from './sample.ts';

const candles = sampleCandles(250);
const columns = {
  ...candles,
  quoteVolume: Array.from(candles.volume, (volume, i) => volume * candles.close[i]!),
};
const live = { source: 'live' } as const;

describe.each(Object.keys(INDICATORS))('%s', (name) => {
  test('has its place on the price or in a pane, all of its lines and nothing else', () => {
    const indicator = indicatorOf(name);
    const { overlays, panes } = chartIndicators(columns, [name]);
    expect(overlays.length > 0).not.toBe(panes.length > 0);
    const lines = [...overlays, ...panes.flatMap((pane) => pane.lines)];
    const drawn =
      lines.flatMap(({ upper, lower }) => [1, ...(upper ? [1] : []), ...(lower ? [1] : [])]).length +
      panes.filter(({ bars }) => bars).length;
    expect(drawn).toBe(indicator.outputs.filter((output) => output !== 'direction').length);
    for (const { values } of lines) expect(values).toHaveLength(250);
    const figure = candlestick(candles, { ...live, overlays, panes });
    expect(JSON.parse(JSON.stringify(figure))).toEqual(figure);
    expect(new Set(lines.map((line) => line.name)).size).toBe(lines.length);
  });

  test('is on a price scale only where its values are prices', () => {
    const { overlays } = chartIndicators(columns, [name]);
    for (const { values } of overlays) {
      const last = Array.from(values).findLast((value) => Number.isFinite(value))!;
      expect(last / candles.close[249]!).toBeGreaterThan(0.5);
      expect(last / candles.close[249]!).toBeLessThan(2);
    }
  });
});

test('the lines are those of the indicator, name and parameters above them', () => {
  const { overlays, panes } = chartIndicators(columns, [
    'ema_5',
    'bollinger_20_2',
    'rsi_14_tradingview',
    'macd',
  ]);
  const { upper, middle, lower } = bollinger(20, 2).batch(columns.close);
  expect(overlays[0]).toEqual({ name: 'EMA 5', values: indicatorOf('ema_5').batch(columns.close) });
  expect(overlays[1]).toEqual({ name: 'BB 20 2', values: middle, upper, lower });
  expect(panes[0]).toMatchObject({ lines: [{ name: 'RSI 14' }], levels: [30, 70], range: [0, 100] });
  expect(panes[1]).toMatchObject({ lines: [{ name: 'MACD 12 26 9' }, { name: 'signal' }] });
  expect(panes[1]!.bars!.values).toHaveLength(250);
});

test('an indicator that is handed in stays as it was', () => {
  const sma = indicatorOf('sma_3');
  sma.update(1);
  chartIndicators(columns, [sma]);
  expect(sma.count).toBe(1);
});

test('an unknown id, a column that is not there, too many panes: each is told', () => {
  expect(() => chartIndicators(columns, ['smaa_3'])).toThrow('"smaa_3" is no indicator');
  expect(() => chartIndicators(columns, ['sma_-3'])).toThrow();
  expect(() => chartIndicators(candles, ['vwap'])).toThrow('vwap_1d reads the column quoteVolume');
  const seven = ['rsi', 'cci', 'mfi', 'adx', 'roc', 'atr', 'obv'];
  expect(() => candlestick(candles, { ...live, ...chartIndicators(columns, seven) })).toThrow('7 panes');
  const broken = { ...columns, close: Array.from(columns.close, (v, i) => (i === 7 ? Number.NaN : v)) };
  expect(() => chartIndicators(broken, ['ema_5'])).toThrow('index 7');
});

test('a period longer than the series leaves a name without a value', () => {
  const short = { ...columns, close: Array.from(columns.close).slice(0, 10) };
  const layers = chartIndicators(short, ['sma_20', 'rsi_14']);
  expect(Array.from(layers.overlays[0]!.values).every(Number.isNaN)).toBe(true);
  const figure = candlestick(sampleCandles(10), { ...live, ...layers });
  const text = JSON.stringify(figure.data);
  expect(text).toContain('>SMA 20<');
  expect(text).toContain('>RSI 14<');
});
