import { type DataSource, splitSymbol, type Ticker } from '../market/index.ts';
import { summary24h } from './summary.ts';
import { alignPoints, amountText, coloured, percentText, priceText, timeText } from './text.ts';
import { checkTickers } from './tickers.ts';

export interface TableOptions {
  /** Green and red by terminal codes. Default false; pass `process.stdout.isTTY` for a terminal. */
  colour?: boolean;
  /** Where the tickers come from. Anything but `live` is said in the first line. */
  source: DataSource;
}

/**
 * The tickers as an aligned table of text, one line each in the order given: price, 24-hour change, high, low
 * and volume (in the quote asset), and UP, DOWN or FLAT.
 * @throws CandlebookError INPUT_INVALID
 */
export function formatTickerTable(tickers: readonly Ticker[], options: TableOptions): string {
  checkTickers(tickers);
  const { colour = false, source } = options;
  const lines = [heading('Market', tickers, source)];
  if (tickers.length === 0) return [...lines, 'No ticker yet.'].join('\n');
  const column = (title: string, cells: readonly string[], side: 'left' | 'right' = 'right') => {
    const width = Math.max(title.length, ...cells.map((cell) => cell.length));
    return [title, ...cells].map((cell) => (side === 'left' ? cell.padEnd(width) : cell.padStart(width)));
  };
  const columns = [
    column(
      'Symbol',
      tickers.map((ticker) => ticker.symbol),
      'left',
    ),
    column('Price', alignPoints(tickers.map((ticker) => priceText(ticker.lastPrice)))),
    column(
      '24h change',
      tickers.map((ticker) => percentText(ticker.priceChangePercent)),
    ),
    column('24h high', alignPoints(tickers.map((ticker) => priceText(ticker.highPrice)))),
    column('24h low', alignPoints(tickers.map((ticker) => priceText(ticker.lowPrice)))),
    column(volumeTitle(tickers), alignPoints(tickers.map((ticker) => amountText(ticker.quoteVolume)))),
    column(
      'Trend',
      tickers.map((ticker) => trendWord(ticker.priceChangePercent)),
      'left',
    ),
  ];
  const row = (i: number) =>
    columns
      .map((cells, at) => {
        const sign = i > 0 && (at === 2 || at === 6) ? tickers[i - 1]!.priceChangePercent : 0;
        return coloured(cells[i]!, sign, colour);
      })
      .join('  ')
      .trimEnd();
  lines.push(row(0), columns.map((cells) => '─'.repeat(cells[0]!.length)).join('  '));
  for (let i = 1; i <= tickers.length; i++) lines.push(row(i));
  return lines.join('\n');
}

/**
 * The market in a few lines of text: how many rose and fell, the money traded, top gainer and loser.
 * @throws CandlebookError INPUT_INVALID, also where volumes are in assets between which no pair leads
 */
export function formatMarketSummary(tickers: readonly Ticker[], options: TableOptions): string {
  const { colour = false, source } = options;
  const summary = summary24h(tickers);
  const lines = [heading('Market summary', tickers, source)];
  if (tickers.length === 0) return [...lines, 'No ticker yet.'].join('\n');
  const { positive, negative, unchanged, mood, volumeWeighted } = summary.sentiment;
  const unit = summary.quote ? ` ${summary.quote}` : '';
  const mover = (of: { symbol: string; priceChangePercent: number } | undefined) =>
    of
      ? `${of.symbol} ${coloured(percentText(of.priceChangePercent), of.priceChangePercent, colour)}`
      : 'none';
  const facts: [string, string][] = [
    ['Pairs', `${summary.symbols}: ${positive} UP, ${negative} DOWN, ${unchanged} FLAT`],
    ['Mood', `${mood} (${volumeWeighted.positivePercent.toFixed(0)} % of the volume in rising pairs)`],
    [
      'Average change',
      `${percentText(summary.averageChangePercent)} (by volume ${percentText(summary.weightedChangePercent)})`,
    ],
    [
      'Volume',
      `${amountText(summary.totalQuoteVolume)}${unit} in ${summary.totalTrades.toLocaleString('en-US')} trades`,
    ],
    ['Top gainer', mover(summary.topGainer)],
    ['Top loser', mover(summary.topLoser)],
    ['Most traded', `${summary.mostTraded!.symbol} ${amountText(summary.mostTraded!.quoteVolume)}${unit}`],
    [
      'Widest range',
      `${summary.widestRange!.symbol} ${summary.widestRange!.rangePercent.toFixed(2)} % from low to high`,
    ],
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  return [...lines, ...facts.map(([name, text]) => `${name.padEnd(width)}  ${text}`)].join('\n');
}

function heading(title: string, tickers: readonly Ticker[], source: DataSource): string {
  const time = tickers.length === 0 ? [] : [timeText(Math.max(...tickers.map((ticker) => ticker.eventTime)))];
  const mark = source === 'live' ? [] : [`${source} data`];
  return [title, ...time, ...mark].join(' · ');
}

function volumeTitle(tickers: readonly Ticker[]): string {
  const [quote, other] = new Set(tickers.map((ticker) => splitSymbol(ticker.symbol)[1]));
  return quote && other === undefined ? `24h ${quote}` : '24h volume';
}

function trendWord(change: number): string {
  return change > 0 ? 'UP' : change < 0 ? 'DOWN' : 'FLAT';
}
