import { alignedValues, type Overlay } from './candle-columns.ts';
import type { Axis, ScatterTrace, Shape, Trace, Values } from './figure.ts';
import { formatCompact, formatExact, formatPrice } from './format.ts';
import { extremesAt } from './merge-bars.ts';
import { type Curve, curveReadout, curvesOf, curveTraces, hoverFormat } from './overlays.ts';
import { extent, niceStep, steppedRange } from './range.ts';
import { colored } from './readout.ts';
import { textAxis } from './rows.ts';
import { escapeText, SMALL_SIZE, type Theme, TINY_SIZE } from './theme.ts';

/** An indicator in a pane of its own below the candles, on the same time axis. */
export interface Pane {
  /** Lines in the pane's own unit, with the same rules as overlays. */
  readonly lines: readonly Overlay[];
  /** A histogram from zero, as of MACD; coloured by its sign. */
  readonly bars?: { readonly name: string; readonly values: ArrayLike<number | null> };
  /** Fixed levels, drawn as thin lines and written on the axis: 30 and 70 of RSI. */
  readonly levels?: readonly number[];
  /** Default: what the values take. */
  readonly range?: readonly [number, number];
}

export interface DrawnPane {
  readonly traces: readonly Trace[];
  readonly axes: Readonly<Record<`yaxis${string}`, Axis>>;
  readonly shapes: readonly Shape[];
  readonly tickTexts: readonly string[];
}

/** Where a pane stands, and the bars that it shares with the candles. */
export interface PanePlace {
  /** From 0. */
  readonly n: number;
  /** Share of the plot's height. */
  readonly domain: readonly [number, number];
  /** Of the given bars. */
  readonly openTime: ArrayLike<number>;
  /** Of the bars that are drawn, which may hold several of the given ones; `ends` as in `MergedBars`. */
  readonly x: Values;
  readonly ends: readonly number[];
  /** In ms. */
  readonly barWidth: number;
}

/** Draws a pane. */
export function drawPane(pane: Pane, place: PanePlace, theme: Theme): DrawnPane {
  const { n, domain, openTime, x, barWidth } = place;
  const id = `y${n + 3}`;
  const curves = curvesOf(pane.lines, openTime.length, theme);
  const bars = pane.bars
    ? extremesAt(alignedValues(pane.bars.name, pane.bars.values, openTime.length), place.ends)
    : undefined;
  const [low, high] = extent([...curves.flatMap(columnsOf), ...(bars ? [bars, [0]] : [])]) ?? [0, 1];
  const range = pane.range ?? steppedRange(low, high);
  const ticks = pane.levels ?? outerTicks(range);
  const tickTexts = ticksTexts(ticks);
  const traces: Trace[] = [];
  if (bars) {
    traces.push({
      type: 'bar',
      orientation: 'v',
      name: escapeText(pane.bars!.name),
      x,
      y: bars,
      yaxis: id,
      width: barWidth,
      marker: { color: bars.map((value) => ((value ?? 0) < 0 ? theme.downSoft : theme.upSoft)) },
      hovertemplate: `${escapeText(pane.bars!.name)} %{y:${hoverFormat(bars)}}<extra></extra>`,
    });
  }
  for (const curve of curves) traces.push(...curveTraces(curve, openTime, id));
  traces.push(paneLabel(curves, id, theme));
  const scale: Axis = {
    type: 'linear',
    range,
    domain,
    side: 'right',
    ticklabelstandoff: 5,
    anchor: 'x',
    tickmode: 'array',
    tickvals: ticks,
    ticktext: tickTexts,
    tickfont: { size: SMALL_SIZE, color: theme.muted },
    showgrid: false,
    zeroline: bars !== undefined,
    zerolinecolor: theme.grid,
    fixedrange: true,
  };
  // Of the pane's label, which stays where it is whatever the values do.
  const labelScale: Axis = { ...textAxis(domain), anchor: 'x9' };
  return {
    traces,
    axes: { [`yaxis${n + 3}` as const]: scale, [`yaxis${n + 13}` as const]: labelScale },
    shapes: (pane.levels ?? []).map((level) => ({
      type: 'line',
      xref: 'paper',
      yref: id,
      x0: 0,
      x1: 1,
      y0: level,
      y1: level,
      line: { color: theme.grid, width: 1, dash: 'dash' },
    })),
    tickTexts,
  };
}

function columnsOf(curve: Curve): readonly (readonly (number | null)[])[] {
  return [curve.values, ...curve.bands];
}

function paneLabel(curves: readonly Curve[], id: string, theme: Theme): ScatterTrace {
  return {
    type: 'scatter',
    mode: 'text',
    x: [0],
    y: [1],
    xaxis: 'x9',
    yaxis: `y${Number(id.slice(1)) + 10}`,
    text: [curves.map((curve) => colored(curveReadout(curve, formatPaneValue))).join('  ')],
    textposition: 'top right',
    textfont: { size: TINY_SIZE, color: theme.muted },
    hoverinfo: 'skip',
    // Between its pane and what is above.
    cliponaxis: false,
  };
}

/** An oscillator's value: two decimals, or as a price where it is in the unit of a small one. */
function formatPaneValue(value: number): string {
  const size = Math.abs(value);
  const text = size >= 1000 ? formatCompact(size) : size >= 0.1 ? size.toFixed(2) : formatPrice(size);
  return value < 0 ? `\u2212${text}` : text;
}

/** The lowest and the highest round number that are well within the range. */
function outerTicks([low, high]: readonly [number, number]): number[] {
  const step = niceStep((high - low) / 4);
  const room = (high - low) * 0.1;
  const first = Math.ceil((low + room) / step);
  const last = Math.floor((high - room) / step);
  return first >= last ? [first * step] : [first * step, last * step];
}

/** In the fewest digits; small numbers with as many decimals each. */
function ticksTexts(ticks: readonly number[]): string[] {
  const rounded = ticks.map((value) => Number(value.toPrecision(3)));
  if (rounded.some((value) => Math.abs(value) >= 0.001)) return rounded.map(formatCompact);
  const texts = rounded.map(formatExact);
  const decimals = Math.max(0, ...texts.map((text) => text.split('.')[1]?.length ?? 0));
  return texts.some((text) => text.includes('e'))
    ? texts
    : rounded.map((value) => (value < 0 ? '\u2212' : '') + Math.abs(value).toFixed(decimals));
}
