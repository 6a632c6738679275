import type { DataSource } from '../../market/index.ts';
import type { Figure, ScatterTrace } from './figure.ts';
import { textWidth } from './format.ts';
import { extent, steppedRange, windowRange } from './range.ts';
import { reduceSeries } from './reduce-series.ts';
import { textAxis } from './rows.ts';
import { coinStyle, escapeText, framed, SMALL_SIZE, type Theme } from './theme.ts';
import { timeAxis } from './time-axis.ts';

/** A line with its name and last value at its end. */
export interface LabelledLine {
  readonly name: string;
  /** The coin's place among the tracked ones: its colour. */
  readonly place: number;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number | null>;
  /** Of the last value: `+1.2%`. */
  readonly text: string;
  /** Index of a point that is marked, and what is said of it. */
  readonly mark?: { readonly index: number; readonly hover: string };
}

export interface LinesFrame {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly theme: Theme;
  readonly source: DataSource;
  readonly notice: string;
  /** Of the axis and the hover texts: `%`. */
  readonly suffix: string;
  /** Kept within the range; drawn as a thin line. */
  readonly level: number;
  /** What no value passes. */
  readonly limit?: number;
}

/** Height of the plot area in the lowest panel, px, and room of a label within it. */
const PLOT_HEIGHT = 230;
const LABEL_HEIGHT = 14;
/** More columns than the widest panel has. */
const PIXELS = 800;
/** Keeps a label off the end of its line. */
const SPACE = '\u00a0';

/** Lines over time. Their names stand at the right, at the height of their last values, moved apart where they meet. */
export function linesPanel(lines: readonly LabelledLine[], frame: LinesFrame): Figure {
  const { theme } = frame;
  const drawn = lines.map((line) => reduceSeries(line.x, line.y, PIXELS));
  const values = extent(drawn.map(({ y }) => y));
  const [low, high] = values ?? [frame.level, frame.level + 1];
  const range = steppedRange(Math.min(low, frame.level), Math.max(high, frame.level));
  if (frame.limit !== undefined) range[1] = Math.min(range[1], frame.limit);
  const times = extent(drawn.map(({ x }) => x)) ?? [0, 60_000];
  const labels = lines.map((line) => `${SPACE}${escapeText(line.name)} ${line.text}`);
  const width = Math.max(30, ...labels.map((label) => textWidth(label, SMALL_SIZE, true)));
  const height = range[1] - range[0];
  const wanted = drawn.map(({ y }) => (lastValue(y) - range[0]) / height);
  const marks = lines.filter(({ mark }) => mark);
  const colors = lines.map(({ place }) => coinStyle(theme, place).color);
  const label: ScatterTrace = {
    type: 'scatter',
    mode: 'text',
    x: lines.map(() => 1),
    y: spread(wanted, LABEL_HEIGHT / PLOT_HEIGHT),
    xaxis: 'x2',
    yaxis: 'y2',
    text: labels.map((text) => `<b>${text}</b>`),
    textposition: 'middle right',
    textfont: { size: SMALL_SIZE, color: colors },
    hoverinfo: 'skip',
    // They stand in the margin, whose width in px is known.
    cliponaxis: false,
  };
  return framed({
    id: frame.id,
    title: frame.title,
    unit: frame.unit,
    theme,
    source: frame.source,
    // In steps, so that one digit more or less seldom moves the plot.
    margin: { l: 48, b: 30, r: Math.ceil((width + 8) / 8) * 8 },
    notice: values ? undefined : frame.notice,
    data: [
      ...drawn.map(
        ({ x, y }, i): ScatterTrace => ({
          type: 'scatter',
          mode: 'lines',
          name: escapeText(lines[i]!.name),
          x,
          y,
          line: { ...coinStyle(theme, lines[i]!.place), width: 1.5 },
          hovertemplate: `${escapeText(lines[i]!.name)} %{y:,.4~f}${frame.suffix}<extra></extra>`,
        }),
      ),
      ...(marks.length === 0
        ? []
        : [
            {
              type: 'scatter',
              mode: 'markers',
              x: marks.map(({ x, mark }) => x[mark!.index]!),
              y: marks.map(({ y, mark }) => y[mark!.index]!),
              marker: {
                size: 7,
                color: marks.map(({ place }) => coinStyle(theme, place).color),
                line: { color: theme.paper, width: 1 },
              },
              hoverinfo: 'text',
              hovertext: marks.map(({ mark }) => mark!.hover),
            } satisfies ScatterTrace,
          ]),
      label,
    ],
    layout: {
      hovermode: 'x',
      shapes: [
        {
          type: 'line',
          xref: 'x domain',
          yref: 'y',
          x0: 0,
          x1: 1,
          y0: frame.level,
          y1: frame.level,
          line: { color: theme.muted, width: 1 },
        },
      ],
      xaxis: timeAxis(timeRange(lines, times), 4, theme),
      xaxis2: { ...textAxis([0, 1]), anchor: 'y2' },
      yaxis: {
        type: 'linear',
        range,
        nticks: 6,
        ticksuffix: frame.suffix,
        tickfont: { size: SMALL_SIZE, color: theme.muted },
        showgrid: true,
        gridcolor: theme.grid,
        zeroline: false,
      },
      yaxis2: { ...textAxis([0, 1]), anchor: 'x2' },
    },
  });
}

/** From the first point to a little after the last, in steps: the axis seldom moves, and lines reach its end. */
function timeRange(
  lines: readonly LabelledLine[],
  [first, last]: readonly [number, number],
): [number, number] {
  if (last <= first) return [first - 60_000, first + 60_000];
  const longest = Math.max(2, ...lines.map(({ x }) => x.length));
  const [from, to] = windowRange(first, last, (last - first) / (longest - 1));
  return longest < 20 ? [first, last] : [Math.max(first, from), to];
}

function lastValue(y: readonly (number | null)[]): number {
  return y.findLast((value) => value !== null) ?? 0;
}

/**
 * Moves places (0 to 1) apart until any two are `room` apart, keeping their order, none further than needed and
 * all within half a room of the ends.
 */
export function spread(places: readonly number[], room: number): number[] {
  const order = places.map((_, i) => i).sort((a, b) => places[a]! - places[b]!);
  // More than fit share what there is.
  const step = Math.min(room, order.length > 1 ? (1 - room) / (order.length - 1) : room);
  const out = new Array<number>(places.length);
  let least = room / 2;
  for (const index of order) {
    out[index] = Math.max(places[index]!, least);
    least = out[index] + step;
  }
  let most = 1 - room / 2;
  for (const index of order.toReversed()) {
    out[index] = Number(Math.min(out[index]!, most).toFixed(4));
    most = out[index] - step;
  }
  return out;
}
