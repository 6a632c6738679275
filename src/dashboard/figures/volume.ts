import type { Ticker } from '../../market/index.ts';
import { decadeAxis } from './decades.ts';
import type { Figure } from './figure.ts';
import { formatCompact, formatExact } from './format.ts';
import { decadeRange } from './range.ts';
import {
  barWidth,
  columnShare,
  commonQuote,
  emptyNotice,
  labelMargin,
  NOTHING,
  pair,
  type Row,
  rowAxis,
  rowsOf,
  textAxis,
  textColumn,
  unitText,
} from './rows.ts';
import { type FigureOptions, framed, themeOf } from './theme.ts';

/**
 * Rolling 24-hour volume of each coin in its quote asset, on a scale of decades with the figure beside it. The
 * base volume stands in the hover text.
 * @throws CandlebookError INPUT_INVALID as `rowsOf`
 */
export function volume24h(tickers: readonly Ticker[], options: FigureOptions): Figure {
  const theme = themeOf(options);
  const rows = rowsOf(tickers, options);
  const names = rows.map((row) => row.label);
  // A log scale has no place for zero: the row keeps its text and has no point.
  const volumes = rows.map((row) =>
    row.ticker && row.ticker.quoteVolume > 0 ? row.ticker.quoteVolume : null,
  );
  const texts = rows.map((row) => (row.ticker ? formatCompact(row.ticker.quoteVolume) : NOTHING));
  const split = 1 - columnShare(texts, rows);
  return framed({
    id: 'volume-24h',
    title: '24 h volume',
    unit: unitText(commonQuote(rows), 'log scale'),
    theme,
    source: options.source,
    margin: { l: labelMargin(rows) },
    notice: emptyNotice(rows),
    data: [
      {
        type: 'bar',
        orientation: 'h',
        x: volumes,
        y: names,
        width: barWidth(rows, 0.14, 3),
        marker: { color: theme.accent },
        hoverinfo: 'skip',
      },
      {
        type: 'scatter',
        mode: 'markers',
        x: volumes,
        y: names,
        marker: { size: 10, color: theme.accent, line: { color: theme.paper, width: 1 } },
        hoverinfo: 'text',
        hovertext: rows.map(volumeHover),
      },
      textColumn(rows, 'x2', 'right', texts, theme.text),
    ],
    layout: {
      hovermode: 'y',
      xaxis: decadeAxis(decadeRange(volumes.filter((volume) => volume !== null)), [0, split], theme),
      xaxis2: textAxis([split, 1]),
      yaxis: rowAxis(rows, theme),
    },
  });
}

function volumeHover(row: Row): string {
  if (!row.ticker) return `<b>${pair(row)}</b><br>${NOTHING}`;
  const base = row.label.split('/')[0];
  const { quoteVolume, volume } = row.ticker;
  return `<b>${pair(row)}</b>  24 h volume<br>${formatExact(quoteVolume)} ${row.quote}<br>${formatExact(volume)} ${base}`;
}
