import { describe, expect, test } from 'vitest';
import { PANEL_NAMES } from '../../../src/configuration/index.ts';
import {
  type Board,
  board,
  candlestick,
  comparisonLines,
  correlationHeatmap,
  currentPrices,
  depthChart,
  drawdownLines,
  type Figure,
  type FigureOptions,
  highLowRanges,
  insightsPanel,
  marketShareBars,
  performanceTable,
  priceChange24h,
  sentimentPie,
  volatilityBars,
  volume24h,
  volumeArea,
  volumeBars,
} from '../../../src/dashboard/figures/index.ts';
import type { LiveContent } from '../../../src/dashboard/wire.ts';
import { type CandlebookError, DATA_SOURCES, type Ticker } from '../../../src/market/index.ts';
import { ticker } from '../../fixtures/market.ts';
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

const PANELS = { currentPrices, priceChange24h, volume24h, highLowRanges, sentimentPie, performanceTable };

type Draw = (options: FigureOptions) => Figure;

/** Every figure, on data that fills it. */
const FIGURES: Record<string, Draw> = {
  ...Object.fromEntries(
    Object.entries(PANELS).map(([name, figure]): [string, Draw] => [
      name,
      (options) => figure(sampleTickers(12), options),
    ]),
  ),
  candlestick: (options) => {
    const columns = sampleCandles(60);
    return candlestick(columns, {
      ...options,
      overlays: [{ name: 'SMA 20', values: mean(columns.close, 20) }],
    });
  },
  'candlestick with panes': (options) => {
    const columns = sampleCandles(60);
    return candlestick(columns, { ...options, ...sampleIndicators(columns) });
  },
  marketShareBars: (options) => marketShareBars(sampleTickers(12), options),
  volatilityBars: (options) => volatilityBars(sampleVolatility(12), options),
  comparisonLines: (options) => comparisonLines(samplePrices(12), options),
  drawdownLines: (options) => drawdownLines(samplePrices(12), options),
  depthChart: (options) => depthChart(sampleDepth(200), { ...options, symbol: 'BTCUSDT' }),
  volumeArea: (options) => volumeArea(sampleCandles(60), options),
  volumeBars: (options) => volumeBars(sampleCandles(60), options),
  insightsPanel: (options) => insightsPanel(sampleTickers(12), { ...options, insights: sampleInsights(12) }),
  correlationHeatmap: (options) => correlationHeatmap(SYMBOLS, sampleCorrelation(12), options),
};

/** What the live layer can draw. */
const LIVE_TYPES = ['scatter', 'bar', 'candlestick', 'pie'];

describe.each(Object.entries(FIGURES))('%s', (_, draw) => {
  test('is plain JSON, the same for the same data', () => {
    const figure = draw({ source: 'live' });
    expect(JSON.parse(JSON.stringify(figure))).toEqual(figure);
    expect(draw({ source: 'live' })).toEqual(figure);
  });

  test('keeps to the traces that the live layer draws', () => {
    if (draw === FIGURES.correlationHeatmap) return;
    for (const trace of draw({ source: 'live' }).data) expect(LIVE_TYPES).toContain(trace.type);
  });

  test('says where its data is from, unless that is the exchange', () => {
    for (const source of DATA_SOURCES) {
      const marks = draw({ source }).layout.annotations.filter(({ text }) =>
        /SIMULATED|RECORDED|LIVE/.test(text),
      );
      expect(marks.map(({ text }) => text)).toEqual(
        source === 'live' ? [] : [`<b>${source.toUpperCase()}</b>`],
      );
    }
  });

  test('keeps zoom from tick to tick', () => {
    expect(draw({ source: 'live' }).layout.uirevision).toBe('candlebook');
  });

  test('differs between themes in colours alone', () => {
    const shape = (figure: Figure) => JSON.stringify(figure).replace(/#[0-9a-f]{6}/g, '#');
    const [light, dark] = (['light', 'dark'] as const).map((theme) => draw({ source: 'live', theme }));
    expect(shape(dark!)).toBe(shape(light!));
    expect(dark).not.toEqual(light);
  });
});

describe.each(Object.entries(PANELS))('%s', (_, figure) => {
  test('a tick changes traces and leaves the layout alone', () => {
    const before = sampleTickers(7);
    const after = before.map((one, i) => (i === 0 ? moved(one, 1.0003) : one));
    const [a, b] = [figure(before, { source: 'live' }), figure(after, { source: 'live' })];
    expect(b.layout).toEqual(a.layout);
    if (figure !== sentimentPie && figure !== volume24h) expect(b.data).not.toEqual(a.data);
  });

  test('lists the coins in the order of the symbols, also before their first ticker', () => {
    const tickers = sampleTickers(3).reverse();
    const made = figure(tickers, { source: 'live', symbols: SYMBOLS.slice(0, 4) });
    const rows = made.layout.yaxis?.categoryarray;
    if (figure === sentimentPie) expect(JSON.stringify(made.data)).toMatch(/BTC.*ETH.*ADA/);
    else expect(rows).toEqual(['BTC', 'ETH', 'ADA', 'DOGE']);
  });

  test('says that it waits, and shows no scale, before the first ticker', () => {
    const made = figure([], { source: 'live', symbols: SYMBOLS.slice(0, 3) });
    expect(made.layout.annotations.map(({ text }) => text)).toContain('Waiting for the first prices');
    expect(made.layout.xaxis?.visible).toBe(false);
    expect(figure([], { source: 'live' }).layout.annotations[0]!.text).toBe('No coins are tracked');
  });

  test('takes a coin that nobody traded, and one whose prices are all equal', () => {
    const idle = ticker('BTTBTC', {
      lastPrice: 0,
      openPrice: 0,
      highPrice: 0,
      lowPrice: 0,
      volume: 0,
      quoteVolume: 0,
    });
    const made = figure([idle, ticker('ETHBTC')], { source: 'live' });
    expect(JSON.stringify(made)).not.toMatch(/NaN|Infinity|undefined/);
    expect(JSON.parse(JSON.stringify(made))).toEqual(made);
  });

  test.each(['lastPrice', 'quoteVolume', 'priceChangePercent', 'highPrice'] as const)(
    'refuses a %s that is not finite, with its index',
    (field) => {
      const tickers = sampleTickers(3).map((one, i) => (i === 2 ? { ...one, [field]: Number.NaN } : one));
      expect(codeOf(() => figure(tickers, { source: 'live' }))).toEqual([
        'INPUT_INVALID',
        { index: 2, symbol: 'ADAUSDT', field, value: Number.NaN },
      ]);
    },
  );

  test('refuses two tickers of one symbol', () => {
    const [first] = sampleTickers(1);
    expect(codeOf(() => figure([first!, first!], { source: 'live' }))[0]).toBe('INPUT_INVALID');
  });

  test('a symbol can not bring markup', () => {
    const made = figure([ticker('<b>X</b>USDT')], { source: 'live' });
    expect(JSON.stringify(made)).not.toContain('<b>X');
  });
});

test('a board is the six panels in their order, title, footer and explanation', () => {
  const made = board({ tickers: sampleTickers(7) }, { source: 'live', venue: 'Binance.US' });
  expect(made.panels.map(({ id }) => id)).toEqual([
    'current-prices',
    'price-change-24h',
    'volume-24h',
    'high-low-ranges',
    'sentiment',
    'performance',
  ]);
  expect(made.candles).toBeUndefined();
  expect(made.title).toBe('Live crypto market');
  expect(made.footer).toEqual({
    lastUpdate: '2026-11-24 08:30:05 UTC',
    updatedAt: Date.UTC(2026, 10, 24, 8, 30, 5),
    dataSource: 'Binance.US, live',
    tracked: 7,
  });
  expect(made.explanation.split('\n')).toHaveLength(7);
});

test.each(['simulated', 'recorded'] as const)(
  'a board of %s data says so in title, footer and each figure',
  (source) => {
    const made: Board = board(
      {
        tickers: sampleTickers(2),
        candles: { columns: sampleCandles(3), symbol: 'BTCUSDT', interval: '1m' },
      },
      { source },
    );
    expect(made.title).not.toMatch(/live/i);
    expect(made.title.toLowerCase()).toContain(source);
    expect(made.footer.dataSource.toLowerCase()).toContain(source);
    expect(made.source).toBe(source);
    for (const figure of [...made.panels, made.candles!]) {
      expect(figure.layout.annotations.some(({ text }) => text.includes(source.toUpperCase()))).toBe(true);
    }
  },
);

test('a board takes any panels, in the order that is asked for: the six above the chart, the others below', () => {
  const state = {
    tickers: sampleTickers(3),
    candles: { columns: sampleCandles(3), symbol: 'BTCUSDT' },
    interval: '1m',
    prices: samplePrices(3),
    insights: sampleInsights(3),
  };
  const made = board(state, {
    source: 'live',
    panels: ['drawdown', 'sentiment', ...PANEL_NAMES.slice(6, 11)],
  });
  expect(made.panels.map(({ id }) => id)).toEqual(['sentiment']);
  expect(made.more!.map(({ id }) => id)).toEqual(['drawdown', ...PANEL_NAMES.slice(6, 11)]);
  for (const name of PANEL_NAMES) {
    const one = board(state, { source: 'live', panels: [name] });
    expect([...one.panels, ...(one.more ?? [])].map(({ id }) => id)).toEqual([name]);
    expect(one.explanation.split('\n')).toHaveLength(2);
    // Before anything is known, too.
    expect(JSON.stringify(board({ tickers: [] }, { source: 'live', panels: [name] }))).not.toContain('NaN');
  }
  expect(codeOf(() => board(state, { source: 'live', panels: ['nope' as 'sentiment'] }))).toEqual([
    'INPUT_INVALID',
    'nope',
  ]);
});

test('a board is what a live cell takes', () => {
  const content: LiveContent = board({ tickers: sampleTickers(2) }, { source: 'live' });
  expect(content.panels).toHaveLength(6);
});

test('a board without tickers waits', () => {
  const made = board({ tickers: [] }, { source: 'live', symbols: SYMBOLS });
  expect(made.footer).toMatchObject({ lastUpdate: '–', updatedAt: null, tracked: 12 });
});

function moved(one: Ticker, factor: number): Ticker {
  const lastPrice = one.lastPrice * factor;
  return {
    ...one,
    lastPrice,
    priceChange: lastPrice - one.openPrice,
    priceChangePercent: (lastPrice / one.openPrice - 1) * 100,
    eventTime: one.eventTime + 100,
  };
}

function codeOf(run: () => unknown): [string, unknown] {
  try {
    run();
  } catch (error) {
    return [(error as CandlebookError).code, (error as CandlebookError).value];
  }
  throw new Error('nothing was thrown');
}
