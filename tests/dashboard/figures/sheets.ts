import {
  board,
  candlestick,
  comparisonLines,
  correlationHeatmap,
  depthChart,
  drawdownLines,
  type Figure,
  insightsPanel,
  marketShareBars,
  type ThemeName,
  volatilityBars,
  volumeArea,
  volumeBars,
} from '../../../src/dashboard/figures/index.ts';
import { THEMES } from '../../../src/dashboard/figures/theme.ts';
import type { Shown } from './browser-page.ts';
import {
  mean,
  SYMBOLS,
  sampleCandles,
  sampleCorrelation,
  sampleDepth,
  sampleIndicators,
  sampleInsights,
  samplePrices,
  sampleTickers,
  sampleVolatility,
} from './sample.ts';

/** Figures that are looked at, and measured, together. */
export interface Sheet {
  readonly name: string;
  /** Of the page, px. */
  readonly width: number;
  readonly shown: readonly Shown[];
}

export const WIDTHS = [360, 760, 1400] as const;
export const COUNTS = [1, 7, 12] as const;
const HEIGHT = 300;

/** Every figure at every width, number of coins and theme; also without any data. */
export function sheets(): Sheet[] {
  const out: Sheet[] = [];
  for (const theme of THEME_NAMES) {
    for (const width of WIDTHS) {
      for (const count of COUNTS) {
        out.push(sheet(`${theme}-${width}-${count}`, boardFigures(count, theme), width));
        out.push(sheet(`${theme}-${width}-${count}-more`, moreFigures(count, theme), width));
      }
    }
    const charts = WIDTHS.map((width) => ({ figure: panes(theme, width > 700 ? 240 : 90), width }));
    const tiny = { figure: panes(theme, 90, 1e-9), width: 360 };
    out.push({ name: `${theme}-panes`, width: 1410, shown: [...charts, tiny].map(sized) });
  }
  out.push(sheet('light-360-0', boardFigures(0, 'light'), 360));
  out.push(sheet('light-360-0-more', moreFigures(0, 'light'), 360));
  return out;
}

const THEME_NAMES = Object.keys(THEMES) as ThemeName[];

function sheet(name: string, figures: readonly Figure[], width: number): Sheet {
  const columns = width > 1000 ? 1 : width > 600 ? 2 : 3;
  return {
    name,
    width: columns * (width + 12),
    shown: figures.map((figure) => sized({ figure, width })),
  };
}

function sized({ figure, width }: { figure: Figure; width: number }): Shown {
  return { figure, width, height: figure.layout.height ?? HEIGHT };
}

export function boardFigures(count: number, theme: ThemeName): Figure[] {
  const columns = sampleCandles(count === 0 ? 0 : count === 1 ? 1 : 120);
  const made = board(
    {
      tickers: sampleTickers(count),
      candles: {
        columns,
        symbol: 'BTCUSDT',
        interval: '1m',
        overlays: [
          { name: 'SMA 20', values: mean(columns.close, 20) },
          { name: 'SMA 50', values: mean(columns.close, 50) },
        ],
      },
    },
    { theme, source: count === 7 ? 'recorded' : count === 12 ? 'simulated' : 'live' },
  );
  return [...made.panels, made.candles!];
}

/** Candles with bands, VWAP and two linked panes. */
function panes(theme: ThemeName, length: number, scale = 1): Figure {
  const columns = sampleCandles(length, 107000 * scale);
  return candlestick(columns, {
    theme,
    source: 'simulated',
    symbol: scale === 1 ? 'BTCUSDT' : 'SHIBUSDT',
    interval: '1m',
    ...sampleIndicators(columns),
  });
}

/** The figures that are not on the board. */
export function moreFigures(count: number, theme: ThemeName): Figure[] {
  const options = { theme, source: 'simulated', symbols: SYMBOLS.slice(0, count) } as const;
  const prices = samplePrices(count);
  return [
    marketShareBars(sampleTickers(count), options),
    volatilityBars(sampleVolatility(count), { ...options, unit: 'annualised, 24 h' }),
    correlationHeatmap(SYMBOLS.slice(0, count), sampleCorrelation(count), {
      ...options,
      unit: 'log returns, 24 h',
    }),
    comparisonLines(prices, options),
    drawdownLines(prices, options),
    insightsPanel(sampleTickers(count), { ...options, insights: sampleInsights(count) }),
    depthChart(count === 0 ? { bids: [], asks: [] } : sampleDepth(count * 60, count === 7 ? 1e-9 : 1), {
      ...options,
      symbol: count === 7 ? 'SHIBUSDT' : 'BTCUSDT',
    }),
    volumeArea(sampleCandles(count * 20), { ...options, symbol: 'BTCUSDT', interval: '1m' }),
    volumeBars(sampleCandles(count * 10), { ...options, symbol: 'BTCUSDT', interval: '1m' }),
  ];
}
