import { expect, test } from 'vitest';
import {
  bollinger,
  ema,
  INDICATORS,
  indicatorLine,
  macd,
  rsi,
  volatility,
  vwap,
} from '../../src/indicators/index.ts';

const bars = Array.from({ length: 80 }, (_, i) => {
  const close = 100 + 10 * Math.sin(i / 7) + (i % 5);
  return {
    openTime: 1_700_000_000_000 + i * 60_000,
    open: close - 1,
    high: close + 2,
    low: close - 2,
    close,
    volume: 5 + (i % 7),
    quoteVolume: close * 5,
  };
});
const values = (text: string) => {
  const line = indicatorLine(text, '1m');
  return bars.map((bar, i) => {
    const ahead = line.peek(bar);
    const value = line.update(bar);
    expect(ahead, `${text} at ${i}`).toBe(value);
    return value;
  });
};
const closes = Float64Array.from(bars, (bar) => bar.close);

test.each([
  ['ema_9', () => ema(9).batch(closes)],
  ['rsi', () => rsi().batch(closes)],
  ['rsi_7_tradingview', () => rsi(7, { profile: 'tradingview' }).batch(closes)],
  ['macd_5_10_4.signal', () => macd(5, 10, 4).batch(closes).signal],
  ['macd.histogram', () => macd().batch(closes).histogram],
  ['bollinger_10.upper', () => bollinger(10).batch(closes).upper],
  ['volatility_20', () => volatility(20, '1m').batch(closes)],
  ['volatility', () => volatility(20, '1m').batch(closes)],
  ['volatility_10_1h', () => volatility(10, '1h').batch(closes)],
  ['close', () => closes],
  [
    'vwap_1d',
    () =>
      Float64Array.from(
        bars,
        (
          (twin) => (bar: (typeof bars)[0]) =>
            twin.update(bar)
        )(vwap('1d')),
      ),
  ],
])('%s is the indicator itself', (text, expected) => {
  expect(values(text)).toEqual([...expected()]);
});

test('every line of every indicator can be named', () => {
  for (const [name, factory] of Object.entries(INDICATORS)) {
    const { outputs, warmUp } = factory();
    for (const output of outputs) {
      const text = outputs.length === 1 ? name : `${name}.${output}`;
      expect(Number.isFinite(values(text).at(-1)), `${text}, ${warmUp}`).toBe(warmUp < bars.length);
    }
  }
});

test('forgets its bars when reset', () => {
  const line = indicatorLine('ema_3', '1m');
  const once = bars.slice(0, 9).map((bar) => line.update(bar));
  line.reset();
  expect(bars.slice(0, 9).map((bar) => line.update(bar))).toEqual(once);
});

test.each([
  '',
  'emma_9',
  'ema_9_8',
  'ema_x',
  'macd',
  'macd.upper',
  'ema_9.ema.ema',
  'ema_0',
  'sma_9_tradingview',
  'toString',
])('%j is refused, and told what to write', (text) => {
  expect(() => indicatorLine(text, '1m')).toThrow(
    expect.objectContaining({ code: 'INPUT_INVALID', hint: expect.any(String) }),
  );
});
