import { sentiment } from '../../insights/index.ts';
import type { Ticker } from '../../market/index.ts';
import type { Figure } from './figure.ts';
import { textWidth } from './format.ts';
import { commonQuote, emptyNotice, type Row, rowsOf, textAxis } from './rows.ts';
import { type FigureOptions, framed, LABEL_SIZE, SMALL_SIZE, TINY_SIZE, themeOf } from './theme.ts';

/**
 * How many of the coins rose, stayed or fell over 24 hours, with their names; in the ring the share that rose, by
 * number and by quote volume. Coins without a ticker are left out.
 * @throws CandlebookError INPUT_INVALID as `rowsOf`
 */
export function sentimentPie(tickers: readonly Ticker[], options: FigureOptions): Figure {
  const theme = themeOf(options);
  const rows = rowsOf(tickers, options);
  const known = rows.filter((row) => row.ticker);
  const groups = [
    {
      label: 'Rising',
      mark: '▲',
      color: theme.up,
      rows: known.filter((row) => row.ticker!.priceChangePercent > 0),
    },
    {
      label: 'Unchanged',
      mark: '■',
      color: theme.flat,
      rows: known.filter((row) => row.ticker!.priceChangePercent === 0),
    },
    {
      label: 'Falling',
      mark: '▼',
      color: theme.down,
      rows: known.filter((row) => row.ticker!.priceChangePercent < 0),
    },
  ];
  const empty = emptyNotice(rows);
  return framed({
    id: 'sentiment',
    title: 'Market sentiment',
    unit: '24 h',
    theme,
    source: options.source,
    margin: { b: 14 },
    notice: empty,
    data: [
      {
        type: 'pie',
        labels: groups.map((group) => group.label),
        values: groups.map((group) => group.rows.length),
        hole: 0.58,
        sort: false,
        direction: 'clockwise',
        textinfo: 'none',
        textposition: 'inside',
        insidetextorientation: 'horizontal',
        insidetextfont: { size: LABEL_SIZE, color: theme.onColor },
        hoverinfo: 'text',
        hovertext: groups.map(
          (group) =>
            `<b>${group.label}</b>  ${group.rows.length} of ${known.length}<br>${names(group.rows, 220)}`,
        ),
        marker: { colors: groups.map((group) => group.color), line: { color: theme.paper, width: 2 } },
        domain: { x: [0, 2 * MIDDLE], y: [0.04, 0.96] },
      },
      {
        type: 'scatter',
        mode: 'text',
        x: [MIDDLE, ...groups.map(() => SPLIT)],
        y: [1, 2, 1, 0],
        text: [
          known.length === 0
            ? ''
            : `<b><span style="font-size:20px">${Math.round((groups[0]!.rows.length / known.length) * 100)}%</span></b><br>rising${byVolume(rows)}`,
          ...groups.map((group) =>
            known.length === 0
              ? ''
              : `<b><span style="color:${group.color}">${group.mark} ${group.label}</span>  ${group.rows.length}</b> of ${known.length}` +
                `<br><span style="font-size:${SMALL_SIZE}px">${names(group.rows, NAMES_WIDTH)}</span>`,
          ),
        ],
        textposition: ['middle center', 'middle right', 'middle right', 'middle right'],
        textfont: { size: 13, color: theme.text },
        hoverinfo: 'skip',
      },
    ],
    layout: {
      hovermode: 'closest',
      xaxis: textAxis([0, 1]),
      yaxis: { ...textAxis([0, 1]), range: [-0.6, 2.6] },
    },
  });
}

/** Middle of the ring, and where the list begins, as shares of the width. */
const MIDDLE = 0.215;
const SPLIT = 0.47;
/** What the names may take in the narrowest panel, in px. */
const NAMES_WIDTH = 168;
const NAME_LINES = 4;

/** Names in lines that fit, and how many more there are where they do not. */
function names(rows: readonly Row[], width: number): string {
  const lines: string[] = [];
  let line = '';
  for (const [i, { label }] of rows.entries()) {
    const longer = line === '' ? label : `${line}  ${label}`;
    if (line === '' || textWidth(longer, SMALL_SIZE) <= width) line = longer;
    else if (lines.length === NAME_LINES - 1) {
      lines.push(`${line} … ${rows.length - i} more`);
      return lines.join('<br>');
    } else {
      lines.push(line);
      line = label;
    }
  }
  return [...lines, line].join('<br>');
}

/** The share of rising coins by what was traded, where volumes can be added up. */
function byVolume(rows: readonly Row[]): string {
  const tickers = rows.flatMap(({ ticker }) => ticker ?? []);
  if (commonQuote(rows) === '' || tickers.every(({ quoteVolume }) => quoteVolume === 0)) return '';
  const { positivePercent } = sentiment(tickers).volumeWeighted;
  return `<br><span style="font-size:${TINY_SIZE}px">${Math.round(positivePercent)}% by volume</span>`;
}
