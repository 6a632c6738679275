import type { Axis, ScatterTrace } from './figure.ts';
import { textWidth } from './format.ts';
import { textAxis } from './rows.ts';
import { SMALL_SIZE, type Theme } from './theme.ts';

/** Text in a colour, at one place of the readout. */
export interface ReadoutPart {
  readonly text: string;
  readonly color: string;
  /** Default: the small size; a larger one in the first line only. */
  readonly size?: number;
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
 * group begins a line; its parts fill lines that fit a panel of `minWidth` px, each the first one with room.
 */
export function readout(
  groups: readonly (readonly ReadoutPart[])[],
  minWidth: number,
  theme: Theme,
): Readout {
  const lines = groups.flatMap((group) => fill(group, minWidth - 30));
  const tallest = Math.max(SMALL_SIZE, ...(lines[0] ?? []).map(({ size = SMALL_SIZE }) => size));
  return {
    height: lines.length === 0 ? 0 : Math.ceil(lines.length * LINE_HEIGHT) + tallest - SMALL_SIZE + 6,
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

function fill(group: readonly ReadoutPart[], width: number): ReadoutPart[][] {
  const lines: { parts: ReadoutPart[]; left: number }[] = [];
  for (const part of group) {
    const need = textWidth(`${part.text}  `, part.size ?? SMALL_SIZE, part.size !== undefined);
    let line = lines.find(({ left }) => left >= need);
    if (!line) {
      line = { parts: [], left: width };
      lines.push(line);
    }
    line.parts.push(part);
    line.left -= need;
  }
  return lines.map(({ parts }) => parts);
}

export function colored({ text, color, size }: ReadoutPart): string {
  const style = size === undefined ? `color:${color}` : `color:${color};font-size:${size}px`;
  const shown = size === undefined ? text : `<b>${text}</b>`;
  return `<span style="${style}">${shown}</span>`;
}
