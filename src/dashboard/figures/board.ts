import { PANEL_NAMES, type PanelName } from '../../configuration/index.ts';
import { CandlebookError, type DataSource, type Ticker } from '../../market/index.ts';
import type { CandleColumns } from './candle-columns.ts';
import { type CandlestickOptions, candlestick } from './candlestick.ts';
import { comparisonLines, drawdownLines, type PriceSeries } from './comparison-lines.ts';
import { correlationHeatmap } from './correlation-heatmap.ts';
import { currentPrices } from './current-prices.ts';
import type { Figure } from './figure.ts';
import { formatTime } from './format.ts';
import { highLowRanges } from './high-low-ranges.ts';
import { insightsPanel, type MarketInsights } from './insights-panel.ts';
import { marketShareBars } from './market-share-bars.ts';
import { performanceTable } from './performance-table.ts';
import { priceChange24h } from './price-change.ts';
import { rowsOf, unitText } from './rows.ts';
import { sentimentPie } from './sentiment-pie.ts';
import type { FigureOptions } from './theme.ts';
import { volatilityBars } from './volatility-bars.ts';
import { volume24h } from './volume.ts';

/** All that the board shows. */
export interface MarketState {
  /** Latest ticker of each symbol that has one yet. */
  readonly tickers: readonly Ticker[];
  /** The candlestick chart; left out, there is none. */
  readonly candles?: Omit<CandlestickOptions, 'source' | 'theme'> & { readonly columns: CandleColumns };
  /** Of the bars that `prices` and `insights` are of: `1m`. */
  readonly interval?: string;
  /** Prices of each coin over time, for the panels that compare them. */
  readonly prices?: readonly PriceSeries[];
  /** What was found in the coins' candles, for the panels that show it. */
  readonly insights?: MarketInsights;
  /** When the data was last updated, epoch ms. Default: the latest event time of the tickers. */
  readonly updatedAt?: number;
}

export interface BoardOptions extends FigureOptions {
  /** Which panels, in this order. Default: the document's six. */
  readonly panels?: readonly PanelName[];
  /** Who serves the data, `Binance.US`. Default `Binance`. */
  readonly venue?: string;
  /** Default `Live crypto market`. */
  readonly title?: string;
}

type DrawPanel = (state: MarketState, options: FigureOptions) => Figure;

/** The document's six panels, which stand above the chart, and the others, which stand below it: a line each. */
const ABOVE: Partial<Record<PanelName, DrawPanel>> = {
  'current-prices': ({ tickers }, options) => currentPrices(tickers, options),
  'price-change-24h': ({ tickers }, options) => priceChange24h(tickers, options),
  'volume-24h': ({ tickers }, options) => volume24h(tickers, options),
  'high-low-ranges': ({ tickers }, options) => highLowRanges(tickers, options),
  sentiment: ({ tickers }, options) => sentimentPie(tickers, options),
  performance: ({ tickers }, options) => performanceTable(tickers, options),
};
const BELOW: Partial<Record<PanelName, DrawPanel>> = {
  comparison: ({ prices = [] }, options) => comparisonLines(prices, options),
  correlation: ({ insights, interval = '' }, options) =>
    correlationHeatmap(insights?.correlation?.symbols ?? [], insights?.correlation?.matrix ?? [], {
      ...options,
      unit: unitText('log returns', interval),
    }),
  insights: ({ tickers, insights }, options) => insightsPanel(tickers, { ...options, insights }),
  'market-share': ({ tickers }, options) => marketShareBars(tickers, options),
  volatility: ({ insights, interval = '' }, options) =>
    volatilityBars(
      (insights?.volatility ?? []).map(({ symbol, volatilityPercent }) => ({
        symbol,
        percent: volatilityPercent,
      })),
      { ...options, unit: unitText('annualised', interval) },
    ),
  drawdown: ({ prices = [] }, options) => drawdownLines(prices, options),
};

export interface Footer {
  /** `2026-11-24 08:30:05 UTC`, or `–` before the first ticker. */
  readonly lastUpdate: string;
  /** Epoch ms; null before the first ticker. */
  readonly updatedAt: number | null;
  /** In words, the source of the data and whether it is live. */
  readonly dataSource: string;
  /** Number of coins. */
  readonly tracked: number;
  /** Why no prices come, in words, where none do. */
  readonly feed?: string;
  /** What the tables wait for, in words, where they do. */
  readonly tables?: string;
  /** The newest alert in words, where a run has rules. */
  readonly alert?: string;
}

export interface Board {
  readonly title: string;
  /** Those of the document's six that were asked for. */
  readonly panels: readonly Figure[];
  readonly candles?: Figure;
  /** The other panels, below the chart. */
  readonly more?: readonly Figure[];
  readonly footer: Footer;
  readonly explanation: string;
  readonly source: DataSource;
}

/**
 * The whole dashboard of one moment.
 * @throws CandlebookError INPUT_INVALID for a panel that there is not, tickers or candles that hold anything but
 * finite numbers, with the index
 */
export function board(state: MarketState, options: BoardOptions): Board {
  const { tickers, candles } = state;
  const updatedAt = state.updatedAt ?? latest(tickers);
  const title = options.title ?? (options.source === 'live' ? 'Live crypto market' : 'Crypto market');
  const names = options.panels ?? PANEL_NAMES.slice(0, 6);
  names.forEach(checkPanel);
  const draw = (panels: Partial<Record<PanelName, DrawPanel>>) =>
    names.flatMap((name) => panels[name]?.(state, options) ?? []);
  const more = draw(BELOW);
  return {
    title: options.source === 'live' ? title : `${title} (${options.source} data)`,
    panels: draw(ABOVE),
    ...(candles ? { candles: candlestick(candles.columns, { ...options, ...candles }) } : {}),
    ...(more.length > 0 ? { more } : {}),
    footer: {
      lastUpdate: updatedAt === null ? '–' : formatTime(updatedAt),
      updatedAt,
      dataSource: sourceText(options.source, options.venue ?? 'Binance'),
      tracked: rowsOf(tickers, options).length,
    },
    explanation: explanationOf(names),
    source: options.source,
  };
}

function latest(tickers: readonly Ticker[]): number | null {
  return tickers.length === 0 ? null : Math.max(...tickers.map((ticker) => ticker.eventTime));
}

function sourceText(source: DataSource, venue: string): string {
  switch (source) {
    case 'live':
      return `${venue}, live`;
    case 'simulated':
      return 'Simulated market of the embedded exchange: not real prices';
    case 'recorded':
      return `Recorded ${venue} data, replayed: not live`;
  }
}

function checkPanel(name: PanelName): void {
  if (name in ABOVE || name in BELOW) return;
  throw new CandlebookError('INPUT_INVALID', `There is no panel ${JSON.stringify(name)}.`, {
    value: name,
    hint: `Panels are ${PANEL_NAMES.join(', ')}.`,
  });
}

const EXPLANATIONS: Readonly<Record<PanelName, string>> = {
  'current-prices':
    'Current prices: the last price of each coin, on a scale on which every step is ten times the one before it.',
  'price-change-24h':
    '24 h change: how far the price has moved from where it stood 24 hours ago, in percent.',
  'volume-24h': '24 h volume: what was traded in 24 hours, in the quote currency, on the same kind of scale.',
  'high-low-ranges':
    '24 h low – price – high: each bar runs from the coin’s lowest to its highest price of 24 hours; the coloured part runs from the price 24 hours ago to the last price.',
  sentiment: 'Market sentiment: how many of the coins rose, stayed or fell in 24 hours.',
  performance: 'Performance: the same in numbers.',
  comparison: 'Comparison: how far each coin has moved since the first bar shown.',
  correlation:
    'Correlation: how the coins’ returns from bar to bar go together: 1 in step, 0 unrelated, −1 opposed.',
  insights:
    'Insights: a volume spike stands far out from the bars before it; a trend turns where the 9-bar average of the close crosses the 21-bar one.',
  'market-share': 'Market share: each coin’s part of what was traded in 24 hours.',
  volatility:
    'Volatility: the standard deviation of the returns from bar to bar, as if it went on for a year.',
  drawdown: 'Drawdown: how far each coin stands below the highest price of the bars shown.',
};

function explanationOf(names: readonly PanelName[]): string {
  return [
    ...names.map((name) => EXPLANATIONS[name]),
    'All statistics of 24 hours are rolling, as the exchange computes them. Times are UTC.',
  ].join('\n');
}
