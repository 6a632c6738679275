import {
  alignedValues,
  barLength,
  type CandleColumns,
  checkCandles,
  type Overlay,
} from './candle-columns.ts';
import type { Axis, Figure, Trace } from './figure.ts';
import { formatCompact, formatPercent, formatPrice, textWidth } from './format.ts';
import { decimalsOf, steppedRange, steppedTop, windowRange } from './range.ts';
import { type ReadoutPart, readout } from './readout.ts';
import { unitText } from './rows.ts';
import { changeColor, escapeText, type FigureOptions, framed, SMALL_SIZE, themeOf } from './theme.ts';

export interface CandlestickOptions extends Omit<FigureOptions, 'symbols'> {
  /** `BTCUSDT`; the title. */
  readonly symbol?: string;
  /** `1m`; beside the title. */
  readonly interval?: string;
  /** Moving averages and other lines in the unit of the price. */
  readonly overlays?: readonly Overlay[];
  /** The last bar is still forming. Default true. */
  readonly forming?: boolean;
}

/**
 * Candles with overlays, and volume bars below them. The numbers of the last bar and of each overlay stand above
 * the plot; the last price is a dotted line, and a forming bar stands before a band.
 * @param columns bars, oldest first; gaps in time stay gaps
 * @throws CandlebookError INPUT_INVALID as `checkCandles` and `alignedValues`
 */
export function candlestick(columns: CandleColumns, options: CandlestickOptions): Figure {
  checkCandles(columns);
  const theme = themeOf(options);
  const times = Array.from(columns.openTime);
  const [open, high, low, close] = [columns.open, columns.high, columns.low, columns.close].map((column) =>
    Array.from(column),
  ) as [number[], number[], number[], number[]];
  const volume = Array.from(columns.volume);
  const last = times.length - 1;
  const overlays = (options.overlays ?? []).map((overlay, i) => ({
    name: escapeText(overlay.name),
    values: alignedValues(overlay.name, overlay.values, times.length),
    color: overlay.color ?? theme.series[i % theme.series.length]!,
  }));
  const forming = (options.forming ?? true) && last >= 0;
  const bar = barLength(times);
  const span = windowRange(times[0] ?? 0, times[last] ?? 0, bar);
  const shown = [low, high, ...overlays.map(({ values }) => values.filter((value) => value !== null))].flat();
  const range: [number, number] =
    shown.length > 0 ? steppedRange(Math.min(...shown), Math.max(...shown)) : [0, 1];
  const top = steppedTop(Math.max(0, ...volume));
  const change = last > 0 ? close[last]! - close[last - 1]! : last === 0 ? close[0]! - open[0]! : 0;
  const above = readout(
    last < 0
      ? []
      : [
          [
            ...(
              [
                ['O', open],
                ['H', high],
                ['L', low],
                ['C', close],
              ] as const
            ).map(([name, column]) => ({
              text: `${name} ${formatPrice(column[last]!)}`,
              color: changeColor(theme, change),
            })),
            {
              text: formatPercent((change / (close[last]! - change)) * 100 || 0),
              color: changeColor(theme, change),
            },
            { text: `Vol ${formatCompact(volume[last]!)}`, color: theme.muted },
            ...(forming ? [{ text: 'forming', color: theme.muted }] : []),
          ],
          overlays.map(
            ({ name, values, color }): ReadoutPart => ({
              text: values[last] === null ? name : `${name} ${formatPrice(values[last]!)}`,
              color,
            }),
          ),
        ],
    theme,
  );
  const axis: Omit<Axis, 'type' | 'range'> = {
    side: 'right',
    tickfont: { size: SMALL_SIZE, color: theme.muted },
    showgrid: true,
    gridcolor: theme.grid,
    zeroline: false,
  };
  const data: Trace[] = [
    {
      type: 'bar',
      orientation: 'v',
      name: 'Volume',
      x: times,
      y: volume,
      yaxis: 'y2',
      width: bar * 0.7,
      marker: {
        color: times.map((_, i) =>
          forming && i === last
            ? rising(open[i]!, close[i]!)
              ? theme.up
              : theme.down
            : rising(open[i]!, close[i]!)
              ? theme.upSoft
              : theme.downSoft,
        ),
      },
      hovertemplate: 'Volume %{y:,.8~f}<extra></extra>',
    },
    ...(forming
      ? [
          {
            type: 'bar' as const,
            orientation: 'v' as const,
            x: [times[last]!],
            y: [range[1] - range[0]],
            base: [range[0]],
            width: bar,
            marker: { color: theme.track },
            hoverinfo: 'skip' as const,
          },
        ]
      : []),
    ...(last === 0
      ? [
          {
            // Plotly draws a lone candle as a line: it has no neighbour to tell its width by.
            type: 'bar' as const,
            orientation: 'v' as const,
            x: times,
            y: [Math.abs(close[0]! - open[0]!)],
            base: [Math.min(open[0]!, close[0]!)],
            width: bar * 0.7,
            marker: { color: rising(open[0]!, close[0]!) ? theme.up : theme.down },
            hoverinfo: 'skip' as const,
          },
        ]
      : []),
    {
      type: 'candlestick',
      name: 'Price',
      x: times,
      open,
      high,
      low,
      close,
      increasing: { line: { color: theme.up, width: 1 }, fillcolor: theme.up },
      decreasing: { line: { color: theme.down, width: 1 }, fillcolor: theme.down },
      hovertemplate:
        'O %{open:,.8~f}<br>H %{high:,.8~f}<br>L %{low:,.8~f}<br>C %{close:,.8~f}<extra></extra>',
    },
    ...overlays.map(
      ({ name, values, color }): Trace => ({
        type: 'scatter',
        mode: 'lines',
        name,
        x: times,
        y: values,
        line: { color, width: 1.5 },
        hovertemplate: `${name} %{y:,.8~f}<extra></extra>`,
      }),
    ),
    {
      type: 'scatter',
      mode: 'lines',
      name: 'Last price',
      x: last < 0 ? [] : [span[0], span[1]],
      y: last < 0 ? [] : [close[last]!, close[last]!],
      line: { color: changeColor(theme, change), width: 1, dash: 'dot' },
      hoverinfo: 'skip',
    },
    above.trace,
  ];
  return framed({
    id: 'candles',
    title: options.symbol ?? 'Candles',
    unit: unitText(options.interval ?? '', 'UTC'),
    theme,
    source: options.source,
    margin: { r: axisMargin(range), b: 38 },
    notice: last < 0 ? 'Waiting for the first candle' : undefined,
    data,
    layout: {
      barmode: 'overlay',
      hovermode: 'x',
      dragmode: 'zoom',
      ...above.axes,
      xaxis: {
        type: 'date',
        range: span,
        anchor: 'y2',
        nticks: 6,
        tickangle: 0,
        tickfont: { size: SMALL_SIZE, color: theme.muted },
        showgrid: true,
        gridcolor: theme.grid,
        rangeslider: { visible: false },
        hoverformat: '%Y-%m-%d %H:%M UTC',
      },
      yaxis: {
        ...axis,
        type: 'linear',
        range,
        domain: [0.26, 1 - above.share],
        nticks: 6,
        tickformat: `,.${axisDecimals(range)}f`,
      },
      yaxis2: {
        ...axis,
        type: 'linear',
        range: [0, top],
        domain: [0, 0.2],
        tickmode: 'array',
        tickvals: [top / 2, top],
        ticktext: [formatCompact(top / 2), formatCompact(top)],
        fixedrange: true,
      },
    },
  });
}

function rising(open: number, close: number): boolean {
  return close >= open;
}

/** Decimals of the price axis: those of a price label, and as many more as neighbouring ticks need. */
function axisDecimals(range: readonly [number, number]): number {
  return decimalsOf((range[1] - range[0]) / 5);
}

/** Room for the price axis, in steps of 8 px. */
function axisMargin(range: readonly [number, number]): number {
  const widest = Math.max(
    ...range.map((end) => textWidth(Math.abs(end).toFixed(axisDecimals(range)), SMALL_SIZE) + 8),
  );
  return Math.ceil((widest + 8) / 8) * 8;
}
