import { CandlebookError, splitSymbol, type Ticker } from '../../market/index.ts';
import type { Axis, ScatterTrace } from './figure.ts';
import { textWidth } from './format.ts';
import { escapeText, type FigureOptions, LABEL_SIZE, PANEL_WIDTH, type Theme } from './theme.ts';

/** One coin's line in a panel. All panels list the coins in the same order, and keep it from tick to tick. */
export interface Row {
  readonly symbol: string;
  /** `BTC`, or `BTC/USDT` where the panel mixes quote assets. */
  readonly label: string;
  /** `USDT`; empty where it is not known. */
  readonly quote: string;
  /** Absent before the symbol's first ticker. */
  readonly ticker: Ticker | undefined;
}

const NUMBERS = [
  'lastPrice',
  'priceChange',
  'priceChangePercent',
  'openPrice',
  'highPrice',
  'lowPrice',
  'volume',
  'quoteVolume',
] as const;
const SIGNED: readonly string[] = ['priceChange', 'priceChangePercent'];

/**
 * The rows of a panel: the tracked symbols in their order, then those that only the tickers know.
 * @throws CandlebookError INPUT_INVALID for a number that is not finite, a negative price or volume, or a symbol
 * that comes twice, with its index
 */
export function rowsOf(tickers: readonly Ticker[], options: Pick<FigureOptions, 'symbols'>): Row[] {
  const bySymbol = new Map<string, Ticker>();
  tickers.forEach((ticker, index) => {
    checkTicker(ticker, index);
    if (bySymbol.has(ticker.symbol)) {
      throw new CandlebookError('INPUT_INVALID', `Ticker ${index} is a second one of ${ticker.symbol}.`, {
        value: { index, symbol: ticker.symbol },
        hint: 'Hand in one ticker a symbol, the latest.',
      });
    }
    bySymbol.set(ticker.symbol, ticker);
  });
  const symbols = [...new Set([...(options.symbols ?? []), ...bySymbol.keys()])];
  return symbolRows(symbols).map((row) => ({ ...row, ticker: bySymbol.get(row.symbol) }));
}

/**
 * Rows of symbols alone, named so that no two are called the same.
 * @throws CandlebookError INPUT_INVALID for a symbol that comes twice, with its index
 */
export function symbolRows(symbols: readonly string[]): Row[] {
  symbols.forEach((symbol, index) => {
    if (symbols.indexOf(symbol) === index) return;
    throw new CandlebookError('INPUT_INVALID', `Symbol ${index} is a second ${symbol}.`, {
      value: { index, symbol },
      hint: 'Name each symbol once.',
    });
  });
  const parts = symbols.map(splitSymbol);
  const mixed = new Set(parts.map(([, quote]) => quote)).size > 1;
  return symbols.map((symbol, i) => {
    const [base, quote] = parts[i]!;
    const label = escapeText(mixed && quote !== '' ? `${base}/${quote}` : base);
    return { symbol, label, quote, ticker: undefined };
  });
}

function checkTicker(ticker: Ticker, index: number): void {
  for (const field of NUMBERS) {
    const value = ticker[field];
    if (Number.isFinite(value) && (value >= 0 || SIGNED.includes(field))) continue;
    throw new CandlebookError(
      'INPUT_INVALID',
      `Ticker ${index} (${ticker.symbol}) has ${field} ${String(value)}.`,
      {
        value: { index, symbol: ticker.symbol, field, value },
        hint: 'Prices and volumes are finite numbers and not negative.',
      },
    );
  }
}

/** The quote asset, if all rows share one; what prices and volumes are said to be in. */
export function commonQuote(rows: readonly Row[]): string {
  const quotes = new Set(rows.map((row) => row.quote));
  return quotes.size === 1 ? [...quotes][0]! : '';
}

/** `24 h, USDT`, without the parts that are empty. */
export function unitText(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(', ');
}

/** A ticker of a symbol that nobody traded for 24 hours holds zeros: there is no price to show. */
export function traded(ticker: Ticker | undefined): ticker is Ticker {
  return ticker !== undefined && ticker.lastPrice > 0;
}

/** `BTC/USDT`, whatever the row is called. */
export function pair(row: Row): string {
  if (row.quote === '' || row.label.includes('/')) return row.label;
  return `${row.label}/${row.quote}`;
}

export const NOTHING = '–';

/** What a panel without any ticker says instead of staying blank. */
export function emptyNotice(rows: readonly Row[]): string | undefined {
  if (rows.length === 0) return 'No coins are tracked';
  return rows.some((row) => row.ticker) ? undefined : 'Waiting for the first prices';
}

/** Rows downwards in the given order; the range is fixed. */
export function rowAxis(rows: readonly Row[], theme: Theme): Axis {
  const count = Math.max(1, rows.length);
  return {
    type: 'category',
    categoryorder: 'array',
    categoryarray: rows.map((row) => row.label),
    range: [count - 0.5, -0.5],
    // Every coin has its name, also where Plotly would thin the labels out.
    tickmode: 'array',
    tickvals: rows.map((row) => row.label),
    ticktext: rows.map((row) => `<b>${row.label}</b>`),
    ticks: '',
    ticklabelstandoff: 6,
    fixedrange: true,
    showgrid: true,
    gridcolor: theme.grid,
    griddash: 'dot',
    zeroline: false,
    tickfont: { size: LABEL_SIZE, color: theme.text },
  };
}

/** Room in px for the rows' names. */
export function labelMargin(rows: readonly Row[]): number {
  return 20 + Math.ceil(Math.max(24, ...rows.map((row) => textWidth(row.label, LABEL_SIZE, true))));
}

/** Thickness of a bar in rows: `share` of the row, but never a slab where there are few. */
export function barWidth(rows: readonly Row[], share: number, px: number): number {
  return Number(Math.min(share, (rows.length * px) / ROWS_HEIGHT).toFixed(3));
}

/** Height of the rows' area in a panel of 300 px, the lowest that is planned for. */
const ROWS_HEIGHT = 232;
/** Width in px of the plot area in the narrowest panel. */
export function narrowPlot(rows: readonly Row[]): number {
  return PANEL_WIDTH - labelMargin(rows) - 12;
}

/**
 * Share of the plot's width that a column of these texts takes in the narrowest panel, in steps of 2 %, so that
 * one digit more or less seldom moves it.
 */
export function columnShare(texts: readonly string[], rows: readonly Row[], size = LABEL_SIZE): number {
  const plot = narrowPlot(rows);
  const need = Math.max(28, ...texts.map((text) => textWidth(text, size))) + 6;
  return Math.min(0.48, Math.ceil((need / plot) * 50) / 50);
}

/** A hidden axis from 0 to 1 for texts that stand in a column of their own. */
export function textAxis(domain: readonly [number, number]): Axis {
  return {
    type: 'linear',
    range: [0, 1],
    domain,
    visible: false,
    fixedrange: true,
    showgrid: false,
    zeroline: false,
  };
}

/** One text a row, against the right or the left side of its column. */
export function textColumn(
  rows: readonly Row[],
  xaxis: string,
  side: 'left' | 'right',
  texts: readonly string[],
  colors: string | readonly string[],
  size = LABEL_SIZE,
): ScatterTrace {
  return {
    type: 'scatter',
    mode: 'text',
    x: rows.map(() => (side === 'right' ? 1 : 0)),
    y: rows.map((row) => row.label),
    xaxis,
    yaxis: 'y',
    text: texts,
    textposition: side === 'right' ? 'middle left' : 'middle right',
    textfont: { size, color: colors },
    hoverinfo: 'skip',
  };
}
