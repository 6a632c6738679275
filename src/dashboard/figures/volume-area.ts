import { splitSymbol } from '../../market/index.ts';
import { barLength, type CandleColumns, checkCandles } from './candle-columns.ts';
import type { Figure, Trace } from './figure.ts';
import { formatCompact, formatDay, textWidth } from './format.ts';
import { mergeBars } from './merge-bars.ts';
import { extent, steppedTop, windowRange } from './range.ts';
import { readout } from './readout.ts';
import { unitText } from './rows.ts';
import { type FigureOptions, framed, SMALL_SIZE, type Theme, themeOf } from './theme.ts';
import { TIME_MARGIN, timeAxis } from './time-axis.ts';

export interface VolumeOptions extends Omit<FigureOptions, 'symbols'> {
  readonly symbol?: string;
  readonly interval?: string;
  /** More bars than this are merged into wider ones. Default 600. */
  readonly maxBars?: number;
}

/**
 * Traded volume over time as an area, in the base asset, with its mean and the last bar in numbers.
 * @throws CandlebookError INPUT_INVALID as `candlestick`
 */
export function volumeArea(columns: CandleColumns, options: VolumeOptions): Figure {
  return volumeFigure('volume-area', columns, options, ({ openTime, volume }, _, theme) => ({
    type: 'scatter',
    mode: 'lines',
    name: 'Volume',
    x: Array.from(openTime),
    y: Array.from(volume),
    fill: 'tozeroy',
    fillcolor: theme.accentSoft,
    line: { color: theme.accent, width: 1.5 },
    hovertemplate: HOVER,
  }));
}

/**
 * The same as bars, coloured by whether the price rose or fell in them.
 * @throws CandlebookError INPUT_INVALID as `candlestick`
 */
export function volumeBars(columns: CandleColumns, options: VolumeOptions): Figure {
  return volumeFigure('volume-bars', columns, options, ({ openTime, open, close, volume }, bar, theme) => ({
    type: 'bar',
    orientation: 'v',
    name: 'Volume',
    x: Array.from(openTime),
    y: Array.from(volume),
    width: bar * 0.7,
    marker: { color: Array.from(close, (price, i) => (price >= open[i]! ? theme.up : theme.down)) },
    hovertemplate: HOVER,
  }));
}

const HOVER = '%{y:,.8~f}<extra></extra>';

function volumeFigure(
  id: string,
  columns: CandleColumns,
  options: VolumeOptions,
  draw: (shown: CandleColumns, bar: number, theme: Theme) => Trace,
): Figure {
  checkCandles(columns);
  const theme = themeOf(options);
  const step = barLength(columns.openTime);
  const { columns: shown, factor } = mergeBars(columns, step, options.maxBars ?? 600);
  const [base, quote] = splitSymbol(options.symbol ?? '');
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
    id,
    title: 'Volume',
    unit: unitText(
      quote === '' ? (options.symbol ?? '') : base,
      options.interval ?? '',
      factor > 1 ? `${factor} bars in one` : '',
      y.length > 0 ? `${formatDay(x.at(-1)!)} UTC` : '',
    ),
    theme,
    source: options.source,
    margin: {
      r: Math.ceil(Math.max(...ticks.map((tick) => textWidth(tick, SMALL_SIZE)))) + 16,
      t: 34 + above.height,
      b: 30,
      l: TIME_MARGIN,
    },
    notice: y.length === 0 ? 'Waiting for the first candle' : undefined,
    data: [draw(shown, step * factor, theme), above.trace],
    layout: {
      hovermode: 'x',
      ...above.axes,
      xaxis: timeAxis(windowRange(x[0] ?? 0, x.at(-1) ?? 0, step * factor), 6, theme),
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
