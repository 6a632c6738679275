import { CandlebookError, splitSymbol } from '../../market/index.ts';
import { barLength, type CandleColumns, checkCandles, type Overlay } from './candle-columns.ts';
import { candleTraces, volumeTrace } from './candle-traces.ts';
import type { Axis, Figure, Trace } from './figure.ts';
import { formatCompact, formatDay, formatPercent, formatPrice, group, textWidth } from './format.ts';
import { mergeBars } from './merge-bars.ts';
import { curveReadout, curvesOf, curveTraces } from './overlays.ts';
import { drawPane, type Pane } from './panes.ts';
import { decimalsOf, extent, steppedRange, steppedTop, windowRange } from './range.ts';
import { type ReadoutPart, readout } from './readout.ts';
import { unitText } from './rows.ts';
import {
  changeColor,
  escapeText,
  type FigureOptions,
  framed,
  SMALL_SIZE,
  type Theme,
  themeOf,
} from './theme.ts';
import { TIME_MARGIN, timeAxis } from './time-axis.ts';

export interface CandlestickOptions extends Omit<FigureOptions, 'symbols'> {
  /** `BTCUSDT`; the title. */
  readonly symbol?: string;
  /** `1m`; beside the title. */
  readonly interval?: string;
  /** Moving averages, bands and other lines in the unit of the price. */
  readonly overlays?: readonly Overlay[];
  /** Indicators of another unit, below the volume, at most six. They share the time axis, and so zoom along. */
  readonly panes?: readonly Pane[];
  /** The last bar is still forming. Default true. */
  readonly forming?: boolean;
  /** Width in px that the figure has at least: what the lines above the plot are broken for. Default 360. */
  readonly minWidth?: number;
  /** More bars than this are merged into wider ones. Default 600. */
  readonly maxBars?: number;
}

/**
 * Candles with overlays, volume bars and panes below them. The numbers of the last bar and of each overlay stand
 * above the plot; the last price is a dotted line, and a forming bar stands before a band.
 * @param columns bars, oldest first; gaps in time stay gaps
 * @throws CandlebookError INPUT_INVALID for columns that are not equally long, ordered and finite, or a computed
 * column that is not aligned with them, with the index; for more panes than six
 */
export function candlestick(columns: CandleColumns, options: CandlestickOptions): Figure {
  checkCandles(columns);
  checkPanes(options.panes ?? []);
  const theme = themeOf(options);
  const given = columns.openTime.length;
  const step = barLength(columns.openTime);
  const { columns: shown, ends, factor } = mergeBars(columns, step, options.maxBars ?? 600);
  const times = Array.from(shown.openTime);
  const last = times.length - 1;
  const bar = step * factor;
  const curves = curvesOf(options.overlays ?? [], given, theme);
  const forming = (options.forming ?? true) && last >= 0;
  const span = windowRange(times[0] ?? 0, times[last] ?? 0, bar);
  const prices = extent([
    shown.low,
    shown.high,
    ...curves.flatMap(({ values, bands }) => [values, ...bands]),
  ]);
  const range: [number, number] = prices ? steppedRange(...prices) : [0, 1];
  const top = steppedTop(extent([shown.volume])?.[1] ?? 0);
  const change = lastChange(columns);
  const above = readout(
    last < 0
      ? []
      : [
          priceReadout(columns, options.symbol ?? '', change, forming, theme),
          barReadout(columns, change, theme),
          curves.map((curve) => curveReadout(curve)),
        ],
    options.minWidth ?? 360,
    theme,
  );
  const margin = { l: TIME_MARGIN, t: 34 + above.height, b: 28 };
  const rooms = stack(options.panes?.length ?? 0, margin.t + margin.b);
  const panes = (options.panes ?? []).map((pane, n) =>
    drawPane(
      pane,
      { n, domain: rooms.panes[n]!, openTime: columns.openTime, x: times, ends, barWidth: bar * 0.7 },
      theme,
    ),
  );
  const decimals = decimalsOf((range[1] - range[0]) / 5);
  const volumeTicks = [top / 2, top];
  const data: Trace[] = [
    volumeTrace(shown, bar, forming, theme),
    ...candleTraces(shown, bar, forming, range, theme),
    ...curves.flatMap((curve) => curveTraces(curve, columns.openTime, 'y')),
    {
      type: 'scatter',
      mode: 'lines',
      name: 'Last price',
      x: last < 0 ? [] : [span[0], span[1]],
      y: last < 0 ? [] : [shown.close[last]!, shown.close[last]!],
      line: { color: changeColor(theme, change), width: 1, dash: 'dot' },
      hoverinfo: 'skip',
    },
    {
      type: 'scatter',
      mode: 'markers',
      x: last < 0 ? [] : [span[1]],
      y: last < 0 ? [] : [shown.close[last]!],
      marker: { size: 10, symbol: 'triangle-left', color: changeColor(theme, change) },
      hoverinfo: 'skip',
      // It points at the price from the axis.
      cliponaxis: false,
    },
    ...panes.flatMap(({ traces }) => traces),
    above.trace,
  ];
  const axis = {
    side: 'right',
    ticklabelstandoff: AXIS_GAP,
    tickfont: { size: SMALL_SIZE, color: theme.muted },
    showgrid: true,
    gridcolor: theme.grid,
    zeroline: false,
  } satisfies Partial<Axis>;
  return framed({
    id: 'candles',
    title: options.symbol ?? 'Candles',
    unit: unitText(
      options.interval ?? '',
      factor > 1 ? `${factor} bars in one` : '',
      last < 0 ? 'UTC' : `${formatDay(times[last]!)} UTC`,
      options.symbol ? splitSymbol(options.symbol)[1] : '',
    ),
    theme,
    source: options.source,
    margin: {
      r: axisMargin([
        ...range.map((end) => group(end.toFixed(decimals))),
        ...volumeTicks.map(formatCompact),
        ...panes.flatMap((p) => p.tickTexts),
      ]),
      ...margin,
    },
    notice: last < 0 ? 'Waiting for the first candle' : undefined,
    data,
    layout: {
      height: rooms.height,
      barmode: 'overlay',
      hovermode: 'x',
      dragmode: 'zoom',
      shapes: panes.flatMap(({ shapes }) => shapes),
      ...above.axes,
      xaxis: { ...timeAxis(span, 6, theme), anchor: rooms.lowest, rangeslider: { visible: false } },
      yaxis: { ...axis, type: 'linear', range, domain: rooms.price, nticks: 6, tickformat: `,.${decimals}f` },
      yaxis2: {
        ...axis,
        type: 'linear',
        range: [0, top],
        domain: rooms.volume,
        tickmode: 'array',
        tickvals: volumeTicks,
        ticktext: volumeTicks.map(formatCompact),
        fixedrange: true,
      },
      ...Object.assign({}, ...panes.map(({ axes }) => axes)),
    },
  });
}

const MOST_PANES = 6;

function checkPanes(panes: readonly Pane[]): void {
  if (panes.length <= MOST_PANES) return;
  throw new CandlebookError('INPUT_INVALID', `The chart was given ${panes.length} panes.`, {
    value: panes.length,
    hint: `It takes ${MOST_PANES}: leave some of the indicators out.`,
  });
}

/** Against the close before; a lone bar's against its open. */
function lastChange({ open, close }: CandleColumns): number {
  const last = close.length - 1;
  if (last < 0) return 0;
  return close[last]! - (last > 0 ? close[last - 1]! : open[0]!);
}

/** The line of the quote: price, change and volume of the last bar. */
function priceReadout(
  columns: CandleColumns,
  symbol: string,
  change: number,
  forming: boolean,
  theme: Theme,
): ReadoutPart[] {
  const last = columns.close.length - 1;
  const color = changeColor(theme, change);
  const before = columns.close[last]! - change;
  const [base, quote] = splitSymbol(symbol);
  return [
    { text: formatPrice(columns.close[last]!), color, size: QUOTE_SIZE },
    { text: formatPercent(before === 0 ? 0 : (change / before) * 100), color },
    {
      text: `Vol ${formatCompact(columns.volume[last]!)}${quote && ` ${escapeText(base)}`}`,
      color: theme.muted,
    },
    ...(forming ? [{ text: 'forming', color: theme.muted }] : []),
  ];
}

function barReadout(columns: CandleColumns, change: number, theme: Theme): ReadoutPart[] {
  const last = columns.close.length - 1;
  const color = changeColor(theme, change);
  return (['open', 'high', 'low'] as const).map((field) => ({
    text: `${field.charAt(0).toUpperCase()} ${formatPrice(columns[field][last]!)}`,
    color,
  }));
}

const QUOTE_SIZE = 15;
/** Px between the plot and its scale: room for the mark of the last price. */
const AXIS_GAP = 5;

/** Px of the price's part, the volume's, each pane's, and what lies between them: room for a pane's label. */
const PRICE = 270;
const VOLUME = 62;
const PANE = 78;
const GAP = 20;

/** Px of the whole figure, and shares of the plot: price above volume above the panes. */
function stack(panes: number, margins: number) {
  const plot = PRICE + GAP + VOLUME + panes * (PANE + GAP);
  const share = (px: number) => Number((px / plot).toFixed(4));
  const below = panes * (PANE + GAP);
  return {
    height: plot + margins,
    panes: Array.from({ length: panes }, (_, n): [number, number] => {
      const from = (panes - 1 - n) * (PANE + GAP);
      return [share(from), share(from + PANE)];
    }),
    volume: [share(below), share(below + VOLUME)] as [number, number],
    // The highest tick's label stays below the readout.
    price: [share(below + VOLUME + GAP), share(plot - 8)] as [number, number],
    lowest: panes === 0 ? 'y2' : `y${panes + 2}`,
  };
}

/** Room for the axes on the right, in steps of 8 px. */
function axisMargin(texts: readonly string[]): number {
  const widest = Math.max(...texts.map((text) => textWidth(escapeText(text), SMALL_SIZE)));
  return Math.ceil((widest + AXIS_GAP + 12) / 8) * 8;
}
