import type { DataSource } from '../../market/index.ts';
import type { Figure, ScatterTrace } from './figure.ts';
import { textWidth } from './format.ts';
import { extent, steppedRange } from './range.ts';
import { reduceSeries } from './reduce-series.ts';
import { textAxis } from './rows.ts';
import { escapeText, framed, SMALL_SIZE, type Theme } from './theme.ts';

/** A line with its name and last value at its end. */
export interface LabelledLine {
  readonly name: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number | null>;
  /** Of the last value: `+1.2%`. */
  readonly text: string;
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
}

/** Height of the plot area in the lowest panel, px, and room of a label within it. */
const PLOT_HEIGHT = 222;
const LABEL_HEIGHT = 14;
/** More columns than the widest panel has. */
const PIXELS = 800;

/** Lines over time. Their names stand at the right, at the height of their last values, moved apart where they meet. */
export function linesPanel(lines: readonly LabelledLine[], frame: LinesFrame): Figure {
  const { theme } = frame;
  const drawn = lines.map((line) => reduceSeries(line.x, line.y, PIXELS));
  const values = extent(drawn.map(({ y }) => y));
  const [low, high] = values ?? [frame.level, frame.level + 1];
  const range = steppedRange(Math.min(low, frame.level), Math.max(high, frame.level));
  const times = extent(drawn.map(({ x }) => x)) ?? [0, 60_000];
  const labels = lines.map((line) => `${escapeText(line.name)} ${line.text}`);
  const width = Math.max(30, ...labels.map((label) => textWidth(label, SMALL_SIZE))) + 12;
  const split = 1 - Math.min(0.4, Math.ceil((width / (360 - 60)) * 50) / 50);
  const height = range[1] - range[0];
  const wanted = drawn.map(({ y }) => (lastValue(y) - range[0]) / height);
  const places = spread(wanted, LABEL_HEIGHT / PLOT_HEIGHT);
  const label: ScatterTrace = {
    type: 'scatter',
    mode: 'text',
    x: lines.map(() => 0),
    y: places,
    xaxis: 'x2',
    yaxis: 'y2',
    text: labels.map((text) => `<b>${text}</b>`),
    textposition: 'middle right',
    textfont: { size: SMALL_SIZE, color: lines.map((_, i) => styleOf(i, theme).color) },
    hoverinfo: 'skip',
  };
  return framed({
    id: frame.id,
    title: frame.title,
    unit: frame.unit,
    theme,
    source: frame.source,
    margin: { l: 48, b: 44 },
    notice: values ? undefined : frame.notice,
    data: [
      ...drawn.map(
        ({ x, y }, i): ScatterTrace => ({
          type: 'scatter',
          mode: 'lines',
          name: escapeText(lines[i]!.name),
          x,
          y,
          line: { ...styleOf(i, theme), width: 1.5 },
          hovertemplate: `${escapeText(lines[i]!.name)} %{y:,.4~f}${frame.suffix}<extra></extra>`,
        }),
      ),
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
      xaxis: {
        type: 'date',
        range: times[1] > times[0] ? times : [times[0] - 60_000, times[0] + 60_000],
        domain: [0, split],
        nticks: 4,
        tickangle: 0,
        // Off the corner, where the lowest label of the other axis is.
        ticklabelstandoff: 6,
        tickfont: { size: SMALL_SIZE, color: theme.muted },
        showgrid: true,
        gridcolor: theme.grid,
        hoverformat: '%Y-%m-%d %H:%M UTC',
      },
      xaxis2: { ...textAxis([split, 1]), anchor: 'y2' },
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

/** Colours come round again as dotted lines. */
function styleOf(i: number, theme: Theme): { color: string; dash: 'solid' | 'dot' } {
  const { series } = theme;
  return { color: series[i % series.length]!, dash: i < series.length ? 'solid' : 'dot' };
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
