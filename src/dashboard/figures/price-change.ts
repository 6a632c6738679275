import type { Ticker } from '../../market/index.ts';
import type { Figure } from './figure.ts';
import { formatPercent } from './format.ts';
import { steppedTop } from './range.ts';
import {
  barWidth,
  columnShare,
  emptyNotice,
  labelMargin,
  NOTHING,
  rowAxis,
  rowsOf,
  textAxis,
  textColumn,
  traded,
} from './rows.ts';
import { changeColor, type FigureOptions, framed, SMALL_SIZE, themeOf } from './theme.ts';

/**
 * Rolling 24-hour change of each coin in percent, as bars from zero; the axis reaches as far down as up, so that
 * a fall and a rise of one size look alike.
 * @throws CandlebookError INPUT_INVALID as `rowsOf`
 */
export function priceChange24h(tickers: readonly Ticker[], options: FigureOptions): Figure {
  const theme = themeOf(options);
  const rows = rowsOf(tickers, options);
  const changes = rows.map((row) => (traded(row.ticker) ? row.ticker.priceChangePercent : null));
  const texts = changes.map((change) => (change === null ? NOTHING : formatPercent(change)));
  const colors = changes.map((change) => changeColor(theme, change ?? 0));
  const split = 1 - columnShare(texts, rows);
  const top = steppedTop(Math.max(0, ...changes.map((change) => Math.abs(change ?? 0))));
  return framed({
    id: 'price-change-24h',
    title: '24 h change',
    unit: 'percent',
    theme,
    source: options.source,
    margin: { l: labelMargin(rows) },
    notice: emptyNotice(rows),
    data: [
      {
        type: 'bar',
        orientation: 'h',
        x: changes,
        y: rows.map((row) => row.label),
        width: barWidth(rows, 0.62, 22),
        marker: { color: colors },
        hovertemplate: '<b>%{y}</b>  %{x:+,.3~f}%<extra></extra>',
      },
      textColumn(rows, 'x2', 'right', texts, colors),
    ],
    layout: {
      hovermode: 'y',
      xaxis: {
        type: 'linear',
        range: [-top, top],
        domain: [0, split],
        nticks: 5,
        ticksuffix: '%',
        tickangle: 0,
        tickfont: { size: SMALL_SIZE, color: theme.muted },
        showgrid: true,
        gridcolor: theme.grid,
        zeroline: true,
        zerolinecolor: theme.muted,
        fixedrange: true,
      },
      xaxis2: textAxis([split, 1]),
      yaxis: rowAxis(rows, theme),
    },
  });
}
