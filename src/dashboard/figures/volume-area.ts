import { barLength, type CandleColumns, checkCandles } from './candle-columns.ts';
import type { Figure } from './figure.ts';
import { formatCompact, formatDay, textWidth } from './format.ts';
import { mergeBars } from './merge-bars.ts';
import { extent, steppedTop, windowRange } from './range.ts';
import { readout } from './readout.ts';
import { unitText } from './rows.ts';
import { type FigureOptions, framed, SMALL_SIZE, themeOf } from './theme.ts';

export interface VolumeAreaOptions extends Omit<FigureOptions, 'symbols'> {
  readonly symbol?: string;
  readonly interval?: string;
  /** More bars than this are merged into wider ones. Default 600. */
  readonly maxBars?: number;
}

/**
 * Traded volume over time as an area, in the base asset, with its mean and the last bar in numbers.
 * @throws CandlebookError INPUT_INVALID as `candlestick`
 */
export function volumeArea(columns: CandleColumns, options: VolumeAreaOptions): Figure {
  checkCandles(columns);
  const theme = themeOf(options);
  const step = barLength(columns.openTime);
  const { columns: shown, factor } = mergeBars(columns, step, options.maxBars ?? 600);
  const x = Array.from(shown.openTime);
  const y = Array.from(shown.volume);
  const top = steppedTop(extent([y])?.[1] ?? 0);
  const mean = y.reduce((sum, volume) => sum + volume, 0) / (y.length || 1);
  const ticks = [0, top / 2, top].map(formatCompact);
  const above = readout(
    y.length === 0
      ? []
      : [
          [
            { text: `last ${formatCompact(y.at(-1)!)}`, color: theme.accent },
            { text: `mean ${formatCompact(mean)}`, color: theme.muted },
          ],
        ],
    360,
    theme,
  );
  return framed({
    id: 'volume',
    title: unitText(options.symbol ?? '', 'volume').replace(', ', ' '),
    unit: unitText(
      options.interval ?? '',
      factor > 1 ? `${factor} bars in one` : '',
      y.length > 0 ? `${formatDay(x.at(-1)!)} UTC` : '',
    ),
    theme,
    source: options.source,
    margin: {
      r: Math.ceil(Math.max(...ticks.map((tick) => textWidth(tick, SMALL_SIZE)))) + 16,
      t: 34 + above.height,
      b: 44,
    },
    notice: y.length === 0 ? 'Waiting for the first candle' : undefined,
    data: [
      {
        type: 'scatter',
        mode: 'lines',
        name: 'Volume',
        x,
        y,
        fill: 'tozeroy',
        fillcolor: theme.accentSoft,
        line: { color: theme.accent, width: 1.5 },
        hovertemplate: '%{y:,.8~f}<extra></extra>',
      },
      above.trace,
    ],
    layout: {
      hovermode: 'x',
      ...above.axes,
      xaxis: {
        type: 'date',
        range: windowRange(x[0] ?? 0, x.at(-1) ?? 0, step * factor),
        nticks: 6,
        tickangle: 0,
        ticklabelstandoff: 6,
        tickfont: { size: SMALL_SIZE, color: theme.muted },
        showgrid: true,
        gridcolor: theme.grid,
        hoverformat: '%Y-%m-%d %H:%M UTC',
      },
      yaxis: {
        type: 'linear',
        range: [0, top],
        domain: [0, 0.97],
        side: 'right',
        tickmode: 'array',
        tickvals: [0, top / 2, top],
        ticktext: ticks,
        tickfont: { size: SMALL_SIZE, color: theme.muted },
        showgrid: true,
        gridcolor: theme.grid,
        zeroline: false,
      },
    },
  });
}
