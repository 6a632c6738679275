import type { Ticker } from '../../market/index.ts';
import { decadeAxis } from './decades.ts';
import type { Figure } from './figure.ts';
import { formatPrice } from './format.ts';
import { decadeRange } from './range.ts';
import {
  barWidth,
  columnShare,
  commonQuote,
  emptyNotice,
  labelMargin,
  NOTHING,
  rowAxis,
  rowsOf,
  textAxis,
  textColumn,
  traded,
  unitText,
} from './rows.ts';
import { changeColor, type FigureOptions, framed, themeOf } from './theme.ts';

/**
 * Last price of each coin, in its quote asset. A point on a scale of decades shows the magnitude, so that a coin
 * at 100,000 and one at 0.1 stand side by side; the price itself is written in a column. Coloured by the
 * 24-hour change.
 * @throws CandlebookError INPUT_INVALID as `rowsOf`
 */
export function currentPrices(tickers: readonly Ticker[], options: FigureOptions): Figure {
  const theme = themeOf(options);
  const rows = rowsOf(tickers, options);
  const names = rows.map((row) => row.label);
  const prices = rows.map((row) => (traded(row.ticker) ? row.ticker.lastPrice : null));
  const texts = rows.map((row) => (traded(row.ticker) ? formatPrice(row.ticker.lastPrice) : NOTHING));
  const colors = rows.map((row) => changeColor(theme, row.ticker?.priceChangePercent ?? 0));
  const split = 1 - columnShare(texts, rows);
  return framed({
    id: 'current-prices',
    title: 'Current prices',
    unit: unitText(commonQuote(rows), 'log scale'),
    theme,
    source: options.source,
    margin: { l: labelMargin(rows) },
    notice: emptyNotice(rows),
    data: [
      {
        type: 'bar',
        orientation: 'h',
        x: prices,
        y: names,
        width: barWidth(rows, 0.14, 3),
        marker: { color: colors },
        hoverinfo: 'skip',
      },
      {
        type: 'scatter',
        mode: 'markers',
        x: prices,
        y: names,
        marker: { size: 10, color: colors, line: { color: theme.paper, width: 1 } },
        hovertemplate: `<b>%{y}</b>  %{x:,.8~f} ${commonQuote(rows)}<extra></extra>`,
      },
      textColumn(
        rows,
        'x2',
        'right',
        texts.map((text) => `<b>${text}</b>`),
        theme.text,
      ),
    ],
    layout: {
      hovermode: 'y',
      xaxis: decadeAxis(decadeRange(prices.filter((price) => price !== null)), [0, split], theme),
      xaxis2: textAxis([split, 1]),
      yaxis: rowAxis(rows, theme),
    },
  });
}
