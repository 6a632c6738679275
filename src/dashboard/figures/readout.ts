import type { Axis, ScatterTrace } from './figure.ts';
import { textWidth } from './format.ts';
import { textAxis } from './rows.ts';
import { SMALL_SIZE, type Theme } from './theme.ts';

/** Text in a colour, at one place of the readout. */
export interface ReadoutPart {
  readonly text: string;
  readonly color: string;
}

export interface Readout {
  /** Px that the lines take above the plot. */
  readonly height: number;
  /** On the axes `x9` and `y9`, and beyond them. */
  readonly trace: ScatterTrace;
  readonly axes: { readonly xaxis9: Axis; readonly yaxis9: Axis };
}

const LINE_HEIGHT = 14.3;

/**
 * Lines of numbers above a plot, as terminals have them: a text trace, since they change with every tick. Each
 * group begins a line; its parts are broken into lines that fit a panel of `minWidth` px.
 */
export function readout(
  groups: readonly (readonly ReadoutPart[])[],
  minWidth: number,
  theme: Theme,
): Readout {
  const lines: ReadoutPart[][] = [];
  for (const group of groups) {
    let width = Number.POSITIVE_INFINITY;
    for (const part of group) {
      const need = textWidth(`${part.text}  `, SMALL_SIZE);
      if (width + need > minWidth - 30) {
        lines.push([]);
        width = 0;
      }
      lines.at(-1)!.push(part);
      width += need;
    }
  }
  return {
    height: lines.length === 0 ? 0 : Math.ceil(lines.length * LINE_HEIGHT) + 6,
    trace: {
      type: 'scatter',
      mode: 'text',
      x: [0],
      y: [1],
      xaxis: 'x9',
      yaxis: 'y9',
      // The lines stand above the plot area, where their height in px is known.
      cliponaxis: false,
      text: [lines.map((line) => line.map(colored).join('  ')).join('<br>')],
      textposition: 'top right',
      textfont: { size: SMALL_SIZE, color: theme.text },
      hoverinfo: 'skip',
    },
    axes: {
      xaxis9: { ...textAxis([0, 1]), anchor: 'y9' },
      yaxis9: { ...textAxis([0, 1]), anchor: 'x9' },
    },
  };
}

export function colored({ text, color }: ReadoutPart): string {
  return `<span style="color:${color}">${text}</span>`;
}
