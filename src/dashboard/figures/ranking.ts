import type { DataSource } from '../../market/index.ts';
import type { Figure } from './figure.ts';
import { steppedTop } from './range.ts';
import { barWidth, columnShare, labelMargin, type Row, rowAxis, textAxis, textColumn } from './rows.ts';
import { framed, SMALL_SIZE, type Theme } from './theme.ts';

export interface Ranked {
  readonly row: Row;
  readonly value: number;
  readonly text: string;
  readonly hover: string;
  readonly color: string;
}

export interface RankingFrame {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly suffix: string;
  /** What the values can not pass. */
  readonly limit?: number;
  readonly theme: Theme;
  readonly source: DataSource;
}

/** Bars from zero in the given order, each with its value in a column. */
export function rankingFigure(entries: readonly Ranked[], frame: RankingFrame): Figure {
  const { theme } = frame;
  const rows = entries.map(({ row }) => row);
  const texts = entries.map(({ text }) => text);
  const top = steppedTop(Math.max(0, ...entries.map(({ value }) => value)));
  const split = 1 - columnShare(texts, rows);
  return framed({
    id: frame.id,
    title: frame.title,
    unit: frame.unit,
    theme,
    source: frame.source,
    margin: { l: labelMargin(rows) },
    notice: rows.length === 0 ? 'No coins to rank' : undefined,
    data: [
      {
        type: 'bar',
        orientation: 'h',
        x: entries.map(({ value }) => value),
        y: rows.map((row) => row.label),
        width: barWidth(rows, 0.62, 22),
        marker: { color: entries.map(({ color }) => color) },
        hoverinfo: 'text',
        hovertext: entries.map(({ hover }) => hover),
      },
      textColumn(rows, 'x2', 'right', texts, theme.text),
    ],
    layout: {
      hovermode: 'y',
      xaxis: {
        type: 'linear',
        range: [0, Math.min(frame.limit ?? Number.POSITIVE_INFINITY, top)],
        domain: [0, split],
        nticks: 5,
        ticksuffix: frame.suffix,
        tickangle: 0,
        tickfont: { size: SMALL_SIZE, color: theme.muted },
        showgrid: true,
        gridcolor: theme.grid,
        zeroline: false,
        fixedrange: true,
      },
      xaxis2: textAxis([split, 1]),
      yaxis: rowAxis(rows, theme),
    },
  });
}
