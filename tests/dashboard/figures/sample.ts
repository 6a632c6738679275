import type {
  ChartColumns,
  DepthLevels,
  MarketInsights,
  Overlay,
  Pane,
  PriceSeries,
} from '../../../src/dashboard/figures/index.ts';
import type { Ticker } from '../../../src/market/index.ts';
import { ticker } from '../../fixtures/market.ts';

/** last price, 24 h change in percent, low and high as shares of the last price, base volume. */
const COINS: readonly [string, number, number, number, number, number][] = [
  ['BTCUSDT', 107234.56, 1.284, 0.9821, 1.0107, 18234.51234],
  ['ETHUSDT', 3412.07, -2.115, 0.991, 1.0342, 412345.678],
  ['ADAUSDT', 0.7123, 0, 0.97, 1.02, 98765432.1],
  ['DOGEUSDT', 0.17345, 12.72, 0.8733, 1.0004, 1876543210],
  ['SOLUSDT', 187.34, -0.051, 0.9651, 1.0222, 3456789.12],
  ['XRPUSDT', 2.3456, 3.4, 0.95, 1.04, 234567890.4],
  ['DOTUSDT', 4.812, -7.918, 0.998, 1.091, 9876543.21],
  ['SHIBUSDT', 0.00001234, 5.02, 0.94, 1.01, 987654321012],
  ['LINKUSDT', 23.418, -1.2, 0.98, 1.03, 7654321.09],
  ['1000SATSUSDT', 0.00000002, -33.333, 0.5, 1.5, 5e12],
  ['LTCUSDT', 99.98, 0.8, 0.96, 1.05, 876543.21],
  ['PEPEUSDT', 0.00000987, -4.44, 0.99, 1.08, 3.21e13],
];

export const SYMBOLS: readonly string[] = COINS.map(([symbol]) => symbol);

/** The first `count` of a dozen coins whose prices span thirteen decades. */
export function sampleTickers(count: number): Ticker[] {
  return COINS.slice(0, count).map(([symbol, lastPrice, percent, low, high, volume]) => {
    const openPrice = round(lastPrice / (1 + percent / 100));
    return ticker(symbol, {
      lastPrice,
      openPrice,
      priceChange: round(lastPrice - openPrice),
      priceChangePercent: percent,
      lowPrice: round(Math.min(lastPrice * low, openPrice)),
      highPrice: round(Math.max(lastPrice * high, openPrice)),
      volume,
      quoteVolume: round(volume * lastPrice),
      eventTime: Date.UTC(2026, 10, 24, 8, 30, 5),
    });
  });
}

/** A minute-bar walk without random numbers, that looks like a market. */
export function sampleCandles(length: number, start = 107000): ChartColumns {
  const columns: Record<keyof ChartColumns, number[]> = {
    openTime: [],
    open: [],
    high: [],
    low: [],
    close: [],
    volume: [],
  };
  let price = start;
  for (let i = 0; i < length; i++) {
    const move =
      0.0006 * Math.sin(i * 0.21) + 0.0009 * Math.sin(i * 1.73) + 0.0007 * Math.cos(i * 4.1 + i * i * 0.013);
    const close = digits(price * (1 + move));
    columns.openTime.push(Date.UTC(2026, 10, 24, 6) + i * 60_000);
    columns.open.push(digits(price));
    columns.close.push(close);
    columns.high.push(digits(Math.max(price, close) * (1 + 0.0004 * Math.abs(Math.sin(i * 2.3)))));
    columns.low.push(digits(Math.min(price, close) * (1 - 0.0004 * Math.abs(Math.cos(i * 3.1)))));
    columns.volume.push(round(4 + 3 * Math.sin(i * 0.07) + 2.5 * Math.abs(Math.sin(i * 1.9))));
    price = close;
  }
  return columns;
}

export function mean(values: ArrayLike<number>, period: number): number[] {
  return Array.from(values, (_, i) => {
    if (i < period - 1) return Number.NaN;
    let sum = 0;
    for (let k = i - period + 1; k <= i; k++) sum += values[k]!;
    return sum / period;
  });
}

/** Fine enough for any size of price. */
function digits(value: number): number {
  return Number(value.toPrecision(10));
}

/** To the exchange's 8 decimals. */
export function round(value: number): number {
  return Number(value.toFixed(8));
}

/** Bands, an oscillator and a difference of means: columns with the shapes of Bollinger, RSI and MACD. */
export function sampleIndicators(columns: ChartColumns): { overlays: Overlay[]; panes: Pane[] } {
  const { close } = columns;
  const middle = mean(close, 20);
  const band = (side: number) =>
    middle.map((value, i) => value + side * value * 0.004 * (1.2 + Math.sin(i * 0.1)));
  const macd = mean(close, 12).map((value, i) => value - mean(close, 26)[i]!);
  const signal = macd.map((value, i) => (i < 34 ? Number.NaN : (value + macd[i - 1]! + macd[i - 2]!) / 3));
  return {
    overlays: [
      { name: 'EMA 50', values: mean(close, 50) },
      { name: 'BB 20', values: middle, upper: band(1), lower: band(-1) },
      { name: 'VWAP', values: mean(close, 90) },
    ],
    panes: [
      {
        lines: [
          {
            name: 'RSI 14',
            values: Array.from(close, (_, i) => (i < 14 ? null : 50 + 34 * Math.sin(i * 0.17))),
          },
        ],
        levels: [30, 70],
        range: [0, 100],
      },
      {
        lines: [
          { name: 'MACD', values: macd },
          { name: 'signal', values: signal },
        ],
        bars: { name: 'histogram', values: macd.map((value, i) => value - signal[i]!) },
      },
    ],
  };
}

/** Prices of the first `count` coins, that part in the course of time. */
export function samplePrices(count: number, length = 200): PriceSeries[] {
  return SYMBOLS.slice(0, count).map((symbol, k) => ({
    symbol,
    openTime: Array.from({ length }, (_, i) => Date.UTC(2026, 10, 24, 6) + i * 60_000),
    close: Array.from(
      { length },
      (_, i) =>
        COINS[k]![1] * (1 + 0.0003 * i * Math.cos(k * 2.3) + 0.012 * Math.sin(i * (0.05 + k * 0.011))),
    ),
  }));
}

/** A symmetric matrix with ones on its diagonal. */
export function sampleCorrelation(count: number): number[][] {
  return Array.from({ length: count }, (_, i) =>
    Array.from({ length: count }, (_, k) => (i === k ? 1 : Math.cos((i + 1) * (k + 1) * 0.37) ** 3)),
  );
}

export function sampleVolatility(count: number): { symbol: string; percent: number }[] {
  return SYMBOLS.slice(0, count).map((symbol, i) => ({ symbol, percent: 38 + ((i * 37) % 61) * 1.7 }));
}

/** One of everything. */
export function sampleInsights(count: number): MarketInsights {
  const [symbol = '', other = symbol] = [SYMBOLS[count - 1], SYMBOLS[0]];
  const openTime = Date.UTC(2026, 10, 24, 8, 12);
  return {
    correlation: { symbols: SYMBOLS.slice(0, count), matrix: sampleCorrelation(count) },
    volatility: sampleVolatility(count)
      .map((one) => ({ symbol: one.symbol, volatilityPercent: one.percent }))
      .sort((a, b) => b.volatilityPercent - a.volatilityPercent),
    spikes: [
      { symbol: other, openTime: 0, volume: 2, medianVolume: 1, ratio: 2, zScore: 5, direction: 'down' },
      { symbol, openTime, volume: 61, medianVolume: 10, ratio: 6.1, zScore: 9, direction: 'up' },
    ],
    reversals: [{ symbol: other, openTime, direction: 'down', price: 1, moveSincePercent: 2 }],
  };
}

/** A book of so many levels a side, of the price of the first coin times `scale`. */
export function sampleDepth(levels: number, scale = 1): DepthLevels {
  const tick = 0.01 * scale;
  const side = (direction: 1 | -1) => {
    let price = 107234.56 * scale + (direction > 0 ? tick : 0);
    return Array.from({ length: levels }, (_, i): [number, number] => {
      if (i > 0) price += direction * tick * (40 + Math.round(120 * Math.abs(Math.sin(i * 1.7 + direction))));
      return [
        Number(price.toPrecision(12)),
        round(0.05 + (1 + direction * 0.2) * Math.abs(Math.sin(i * 0.9 + direction)) ** 3),
      ];
    });
  };
  return { bids: side(-1), asks: side(1) };
}
