import type { Axis, ScatterTrace } from './figure.ts';
import { textWidth } from './format.ts';
import { textAxis } from './rows.ts';
import { SMALL_SIZE, type Theme } from './theme.ts';

/** Text in a colour, at one place of the readout. */
export interface ReadoutPart {
  readonly text: string;
  readonly color: string;
}

/** Width of the readout in the narrowest panel, in px. */
const WIDTH = 330;
const LINE = 14.3;

/** Height of a candle panel's plot area, the lowest that is planned for. */
const PLOT_HEIGHT = 240;

/**
 * Lines of numbers above a plot, as terminals have them: a text trace, since they change with every tick. Parts are
 * broken into lines that fit the narrowest panel.
 */
export function readout(parts: readonly (readonly ReadoutPart[])[], theme: Theme) {
  const lines: ReadoutPart[][] = [];
  for (const group of parts) {
    let width = Number.POSITIVE_INFINITY;
    for (const part of group) {
      const need = textWidth(`${part.text}  `, SMALL_SIZE);
      if (width + need > WIDTH) {
        lines.push([]);
        width = 0;
      }
      lines.at(-1)!.push(part);
      width += need;
    }
  }
  const share = Number(((lines.length * LINE + 8) / PLOT_HEIGHT).toFixed(3));
  return {
    /** Share of the plot's height that the lines take, from the top. */
    share,
    /** The trace on axes `x9` and `y9`. */
    trace: {
      type: 'scatter',
      mode: 'text',
      x: [0],
      y: [1],
      xaxis: 'x9',
      yaxis: 'y9',
      text: [
        lines
          .map((line) =>
            line.map((part) => `<span style="color:${part.color}">${part.text}</span>`).join('  '),
          )
          .join('<br>'),
      ],
      textposition: 'bottom right',
      textfont: { size: SMALL_SIZE, color: theme.text },
      hoverinfo: 'skip',
    } satisfies ScatterTrace,
    axes: {
      xaxis9: { ...textAxis([0, 1]), anchor: 'y9' } satisfies Axis,
      yaxis9: { ...textAxis([1 - share, 1]), anchor: 'x9' } satisfies Axis,
    },
  };
}
