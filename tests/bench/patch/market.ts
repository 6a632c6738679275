import { CandleSeries } from '../../../src/candles/index.ts';
import { PANEL_NAMES } from '../../../src/configuration/index.ts';
import { board, type ChartColumns, chartLayers, type MarketState } from '../../../src/dashboard/index.ts';
import { indicatorOf } from '../../../src/indicators/index.ts';
import { correlation, volatilityRanking } from '../../../src/insights/index.ts';
import type { Candle } from '../../../src/market/index.ts';
import { ticker } from '../../fixtures/market.ts';

/** Bars of the chart and points of each line. */
export const POINTS = 500;
const SYMBOLS = ['BTC', 'ETH', 'ADA', 'DOGE', 'SOL', 'XRP', 'DOT', 'SHIB', 'LINK', 'BNB', 'LTC', 'PEPE'].map(
  (base) => `${base}USDT`,
);
const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 5, 3);

function priceOf(coin: number, i: number): number {
  return (10 ** (5 - coin) * (1 + 0.02 * Math.sin(i / 40 + coin) + 0.003 * Math.sin(1.7 * i + 2 * coin))) / 2;
}

function candles(coin: number, length: number): Candle[] {
  return Array.from({ length }, (_, k) => {
    const [open, close] = [priceOf(coin, k), priceOf(coin, k + 1)];
    const volume = 5 + 4 * Math.sin(k * 0.7 + coin);
    return {
      openTime: START + k * MINUTE,
      closeTime: START + (k + 1) * MINUTE - 1,
      open,
      high: Math.max(open, close) * 1.0004,
      low: Math.min(open, close) * 0.9996,
      close,
      volume,
      quoteVolume: volume * close,
      tradeCount: 9,
      takerBuyVolume: volume / 2,
      takerBuyQuoteVolume: (volume * close) / 2,
    };
  });
}

/**
 * Everything that a board can show, twelve coins and all twelve panels: `tick` trades into the forming bar, `bars`
 * bars closed before.
 */
export function content(tick: number, bars: number) {
  const moved = (price: number) => price * (1 + 0.0002 * Math.sin(tick * 2.3));
  const series = SYMBOLS.map((symbol, coin) => {
    const all = candles(coin, POINTS + bars);
    const last = all.pop()!;
    const close = moved(last.close);
    const forming = {
      ...last,
      close,
      high: Math.max(last.high, close),
      low: Math.min(last.low, close),
      volume: last.volume + tick / 100,
    };
    const one = new CandleSeries('1m', { symbol });
    one.load([...all, forming], { at: forming.closeTime - 1 });
    return one;
  });
  const [chart] = series as [CandleSeries];
  const whole = chart.columns({ forming: true });
  const newest = <T extends ArrayLike<number | null>>(of: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(of).map(([name, column]) => [name, Array.from(column).slice(-POINTS)]));
  // Indicators have run on since before the bars that are shown, as they do in a run.
  const layers = chartLayers(
    ['ema_50', 'bollinger_20_2', 'vwap', 'rsi_14', 'macd'].map((id) => {
      const indicator = indicatorOf(id);
      const [input = 'close', ...more] = indicator.inputs;
      const result = indicator.batch(more.length === 0 ? whole[input] : whole);
      return {
        indicator,
        lines: newest(result instanceof Float64Array ? { [indicator.name]: result } : result),
      };
    }),
  );
  const columns = newest(whole) as unknown as ChartColumns;
  const state: MarketState = {
    tickers: series.map(({ symbol, forming }, coin) => {
      const [lastPrice, openPrice] = [forming!.close, priceOf(coin, 0)];
      return ticker(symbol, {
        lastPrice,
        openPrice,
        priceChange: lastPrice - openPrice,
        priceChangePercent: (lastPrice / openPrice - 1) * 100,
        eventTime: START + (bars + POINTS) * MINUTE + tick,
      });
    }),
    candles: {
      columns,
      symbol: chart.symbol,
      interval: '1m',
      ...layers,
    },
    interval: '1m',
    prices: series.map((one) => ({
      symbol: one.symbol,
      openTime: one.column('openTime', { forming: true }).slice(-POINTS),
      close: one.column('close', { forming: true }).slice(-POINTS),
    })),
    insights: { correlation: correlation(series), volatility: volatilityRanking(series) },
  };
  return { state, draw: () => board(state, { source: 'simulated', symbols: SYMBOLS, panels: PANEL_NAMES }) };
}
