import type { DataSource, Ticker } from '../../market/index.ts';
import type { CandleColumns } from './candle-columns.ts';
import { type CandlestickOptions, candlestick } from './candlestick.ts';
import { currentPrices } from './current-prices.ts';
import type { Figure } from './figure.ts';
import { formatTime } from './format.ts';
import { highLowRanges } from './high-low-ranges.ts';
import { performanceTable } from './performance-table.ts';
import { priceChange24h } from './price-change.ts';
import { rowsOf } from './rows.ts';
import { sentimentPie } from './sentiment-pie.ts';
import type { FigureOptions } from './theme.ts';
import { volume24h } from './volume.ts';

/** All that the board shows. */
export interface MarketState {
  /** Latest ticker of each symbol that has one yet. */
  readonly tickers: readonly Ticker[];
  /** The candlestick chart; left out, there is none. */
  readonly candles?: Omit<CandlestickOptions, 'source' | 'theme'> & { readonly columns: CandleColumns };
  /** When the data was last updated, epoch ms. Default: the latest event time of the tickers. */
  readonly updatedAt?: number;
}

export interface BoardOptions extends FigureOptions {
  /** Who serves the data, `Binance.US`. Default `Binance`. */
  readonly venue?: string;
  /** Default `Live crypto market`. */
  readonly title?: string;
}

export interface Footer {
  /** `2026-11-24 08:30:05 UTC`, or `–` before the first ticker. */
  readonly lastUpdate: string;
  /** Epoch ms; null before the first ticker. */
  readonly updatedAt: number | null;
  /** In words, the source of the data and whether it is live. */
  readonly dataSource: string;
  /** Number of coins. */
  readonly tracked: number;
}

export interface Board {
  readonly title: string;
  /** The document's six, in its order. */
  readonly panels: readonly Figure[];
  readonly candles?: Figure;
  readonly footer: Footer;
  readonly explanation: string;
  readonly source: DataSource;
}

/**
 * The whole dashboard of one moment.
 * @throws CandlebookError INPUT_INVALID for tickers or candles that hold anything but finite numbers, with the index
 */
export function board(state: MarketState, options: BoardOptions): Board {
  const { tickers, candles } = state;
  const updatedAt = state.updatedAt ?? latest(tickers);
  const title = options.title ?? (options.source === 'live' ? 'Live crypto market' : 'Crypto market');
  return {
    title: options.source === 'live' ? title : `${title} (${options.source} data)`,
    panels: [currentPrices, priceChange24h, volume24h, highLowRanges, sentimentPie, performanceTable].map(
      (figure) => figure(tickers, options),
    ),
    ...(candles ? { candles: candlestick(candles.columns, { ...options, ...candles }) } : {}),
    footer: {
      lastUpdate: updatedAt === null ? '–' : formatTime(updatedAt),
      updatedAt,
      dataSource: sourceText(options.source, options.venue ?? 'Binance'),
      tracked: rowsOf(tickers, options).length,
    },
    explanation: EXPLANATION,
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

const EXPLANATION = [
  'Current prices: the last price of each coin, on a scale on which every step is ten times the one before it.',
  '24 h change: how far the price has moved from where it stood 24 hours ago, in percent.',
  '24 h volume: what was traded in 24 hours, in the quote currency, on the same kind of scale.',
  '24 h low – price – high: each bar runs from the coin’s lowest to its highest price of 24 hours; the coloured part runs from the price 24 hours ago to the last price.',
  'Market sentiment: how many of the coins rose, stayed or fell in 24 hours.',
  'Performance: the same in numbers.',
  'All statistics are rolling over 24 hours, as the exchange computes them. Times are UTC.',
].join('\n');
