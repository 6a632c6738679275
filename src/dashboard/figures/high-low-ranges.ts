import type { Ticker } from '../../market/index.ts';
import type { Figure } from './figure.ts';
import { formatExact, formatPrice, textWidth } from './format.ts';
import {
  barWidth,
  columnShare,
  commonQuote,
  emptyNotice,
  labelMargin,
  NOTHING,
  narrowPlot,
  pair,
  type Row,
  rowAxis,
  rowsOf,
  textAxis,
  textColumn,
  traded,
  unitText,
} from './rows.ts';
import {
  changeColor,
  type FigureOptions,
  framed,
  SMALL_SIZE,
  type Theme,
  TINY_SIZE,
  themeOf,
} from './theme.ts';

/** Where `price` stands between low (0) and high (1); the middle where the day had but one price. */
export function placeInRange(price: number, low: number, high: number): number {
  if (high <= low) return 0.5;
  return tidy(Math.min(1, Math.max(0, (price - low) / (high - low))));
}

/**
 * Each coin's 24-hour range from its own low (left) to its own high (right): the body runs from the open to the
 * last price, which is marked and written beside its mark.
 * @throws CandlebookError INPUT_INVALID as `rowsOf`
 */
export function highLowRanges(tickers: readonly Ticker[], options: FigureOptions): Figure {
  const theme = themeOf(options);
  const rows = rowsOf(tickers, options);
  const names = rows.map((row) => row.label);
  const marks = rows.map(({ ticker }) =>
    traded(ticker) ? placeInRange(ticker.lastPrice, ticker.lowPrice, ticker.highPrice) : null,
  );
  const opens = rows.map(({ ticker }) =>
    traded(ticker) ? placeInRange(ticker.openPrice, ticker.lowPrice, ticker.highPrice) : null,
  );
  const lows = rows.map(({ ticker }) => (traded(ticker) ? formatPrice(ticker.lowPrice) : NOTHING));
  const highs = rows.map(({ ticker }) => (traded(ticker) ? formatPrice(ticker.highPrice) : NOTHING));
  const colors = rows.map((row) => changeColor(theme, row.ticker?.priceChangePercent ?? 0));
  const column = columnShare([...lows, ...highs], rows, TINY_SIZE);
  const prices = rows.map(({ ticker }) => (traded(ticker) ? formatPrice(ticker.lastPrice) : ''));
  // What a price takes of the track in the narrowest panel: where that is more than half, it may stand over its mark.
  const track = narrowPlot(rows) * (1 - 2 * column);
  const room = prices.map((price) => Math.min(1, (textWidth(price + SPACE, SMALL_SIZE, true) + 2) / track));
  const thick = barWidth(rows, 0.74, 24);
  return framed({
    id: 'high-low-ranges',
    title: '24 h low – price – high',
    unit: unitText(commonQuote(rows)),
    theme,
    source: options.source,
    margin: { l: labelMargin(rows), b: 14 },
    notice: emptyNotice(rows),
    data: [
      {
        type: 'bar',
        orientation: 'h',
        x: marks.map((mark) => (mark === null ? null : 1)),
        y: names,
        base: marks.map(() => 0),
        width: thick,
        marker: { color: theme.track },
        hoverinfo: 'text',
        hovertext: rows.map(rangeHover),
      },
      {
        type: 'bar',
        orientation: 'h',
        x: marks.map((mark, i) => (mark === null ? null : tidy(mark - opens[i]!))),
        y: names,
        base: opens,
        width: thick,
        marker: { color: rows.map((row) => softColor(theme, row.ticker?.priceChangePercent ?? 0)) },
        hoverinfo: 'skip',
      },
      {
        type: 'bar',
        orientation: 'h',
        x: marks.map((mark) => (mark === null ? null : MARK_WIDTH)),
        y: names,
        base: marks.map((mark) => (mark === null ? null : tidy(mark - MARK_WIDTH / 2))),
        width: thick,
        marker: { color: colors },
        hoverinfo: 'skip',
      },
      {
        type: 'scatter',
        mode: 'text',
        x: marks.map((mark, i) => (mark === null ? null : textPlace(mark, room[i]!))),
        y: names,
        text: prices.map((price, i) => (price === '' ? '' : priceText(price, marks[i]!))),
        textposition: marks.map((mark) => (isLeft(mark ?? 0) ? 'middle right' : 'middle left')),
        textfont: { size: SMALL_SIZE, color: theme.text },
        hoverinfo: 'skip',
      },
      textColumn(rows, 'x2', 'right', lows, theme.muted, TINY_SIZE),
      textColumn(rows, 'x3', 'left', highs, theme.muted, TINY_SIZE),
    ],
    layout: {
      barmode: 'overlay',
      hovermode: 'y',
      xaxis: { ...textAxis([column, 1 - column]), range: [-0.01, 1.01] },
      xaxis2: textAxis([0, column]),
      xaxis3: textAxis([1 - column, 1]),
      // The names stand left of the lows, which are the leftmost column.
      yaxis: { ...rowAxis(rows, theme), anchor: 'x2', showgrid: false },
    },
  });
}

const MARK_WIDTH = 0.008;

/** Beside the mark, but no further than the text has room. */
function textPlace(mark: number, room: number): number {
  return tidy(
    isLeft(mark) ? Math.min(mark + MARK_WIDTH / 2, 1 - room) : Math.max(mark - MARK_WIDTH / 2, room),
  );
}
/** Keeps the price off its mark. */
const SPACE = '\u00a0';

/** Finer than any pixel, and short on its way to the page. */
function tidy(share: number): number {
  return Number(share.toFixed(4));
}

/** The price stands on the side with more room. */
function isLeft(mark: number): boolean {
  return mark < 0.5;
}

function priceText(price: string, mark: number): string {
  return isLeft(mark) ? `${SPACE}<b>${price}</b>` : `<b>${price}</b>${SPACE}`;
}

function softColor(theme: Theme, change: number): string {
  return change > 0 ? theme.upSoft : change < 0 ? theme.downSoft : theme.flatSoft;
}

function rangeHover(row: Row): string {
  if (!traded(row.ticker)) return `<b>${pair(row)}</b><br>${row.ticker ? 'not traded for 24 h' : NOTHING}`;
  const { lastPrice, lowPrice, highPrice, openPrice } = row.ticker;
  const place =
    highPrice > lowPrice
      ? `${Math.round(placeInRange(lastPrice, lowPrice, highPrice) * 100)}% of the way from low to high`
      : 'one price all day';
  return `<b>${pair(row)}</b>  ${formatExact(lastPrice)}<br>low ${formatExact(lowPrice)}  high ${formatExact(highPrice)}<br>open ${formatExact(openPrice)}<br>${place}`;
}
