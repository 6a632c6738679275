import type { Ticker } from '../../market/index.ts';
import type { Annotation, Axis, Figure } from './figure.ts';
import { formatChange, formatCompact, formatPercent, formatPrice, textWidth } from './format.ts';
import {
  commonQuote,
  emptyNotice,
  labelMargin,
  NOTHING,
  narrowPlot,
  type Row,
  rowAxis,
  rowsOf,
  textAxis,
  textColumn,
  traded,
  unitText,
} from './rows.ts';
import { changeColor, type FigureOptions, framed, LABEL_SIZE, SMALL_SIZE, themeOf } from './theme.ts';

const COLUMNS: readonly { title: string; signed: boolean; cell: (row: Row) => string }[] = [
  {
    title: 'Price',
    signed: false,
    cell: ({ ticker }) => (traded(ticker) ? formatPrice(ticker.lastPrice) : NOTHING),
  },
  {
    title: 'Change',
    signed: true,
    cell: ({ ticker }) => (traded(ticker) ? formatChange(ticker.priceChange, ticker.lastPrice) : NOTHING),
  },
  {
    title: '24 h',
    signed: true,
    cell: ({ ticker }) => (traded(ticker) ? formatPercent(ticker.priceChangePercent) : NOTHING),
  },
  {
    title: 'Volume',
    signed: false,
    cell: ({ ticker }) => (ticker ? formatCompact(ticker.quoteVolume) : NOTHING),
  },
];

/**
 * Price, 24-hour change in the quote asset and in percent, and 24-hour quote volume of each coin. Set as columns of
 * text: a Plotly `table` has rows of 28 px at least, and would have a dozen coins scroll.
 * @throws CandlebookError INPUT_INVALID as `rowsOf`
 */
export function performanceTable(tickers: readonly Ticker[], options: FigureOptions): Figure {
  const theme = themeOf(options);
  const rows = rowsOf(tickers, options);
  const signs = rows.map((row) => changeColor(theme, row.ticker?.priceChangePercent ?? 0));
  const cells = COLUMNS.map(({ cell }) => rows.map(cell));
  const texts = COLUMNS.map(({ title }, i) => [title, ...cells[i]!]);
  const widths = texts.map((column) => columnWidth(column, LABEL_SIZE));
  // Many digits beside long names: smaller type rather than columns that touch.
  const tight = sum(widths) > narrowPlot(rows);
  const size = tight ? SMALL_SIZE : LABEL_SIZE;
  const ends = columnEnds(tight ? texts.map((column) => columnWidth(column, SMALL_SIZE)) : widths);
  const axes: Record<`xaxis${string}`, Axis> = {};
  const heads: Annotation[] = [];
  COLUMNS.forEach(({ title }, i) => {
    axes[`xaxis${i + 2}`] = textAxis([i === 0 ? 0 : ends[i - 1]!, ends[i]!]);
    heads.push({
      text: title,
      x: ends[i]!,
      y: 1,
      xref: 'paper',
      yref: 'paper',
      xanchor: 'right',
      yanchor: 'bottom',
      xshift: -3,
      showarrow: false,
      font: { size: SMALL_SIZE, color: theme.muted },
    });
  });
  return framed({
    id: 'performance',
    title: 'Performance',
    unit: unitText('24 h', commonQuote(rows)),
    theme,
    source: options.source,
    margin: { l: labelMargin(rows), b: 10, t: 56 },
    notice: emptyNotice(rows),
    data: [
      {
        type: 'bar',
        orientation: 'h',
        x: rows.map(() => 1),
        y: rows.map((row) => row.label),
        width: 1,
        marker: { color: rows.map((_, i) => (i % 2 === 0 ? theme.stripe : theme.paper)) },
        hoverinfo: 'skip',
      },
      ...COLUMNS.map(({ signed }, i) =>
        textColumn(rows, `x${i + 2}`, 'right', cells[i]!, signed ? signs : theme.text, size),
      ),
    ],
    layout: {
      hovermode: false,
      annotations: rows.length > 0 ? heads : [],
      xaxis: textAxis([0, 1]),
      ...axes,
      yaxis: { ...rowAxis(rows, theme), showgrid: false },
    },
  });
}

/** Px of a column. Steps of 8 keep it where it is while digits come and go. */
function columnWidth(texts: readonly string[], size: number): number {
  return Math.ceil((Math.max(...texts.map((text) => textWidth(text, size))) + 6) / 8) * 8;
}

/** Where each column ends, as a share of the plot's width. */
function columnEnds(widths: readonly number[]): number[] {
  const whole = sum(widths);
  return widths.map((_, i) => Number((sum(widths.slice(0, i + 1)) / whole).toFixed(3)));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
