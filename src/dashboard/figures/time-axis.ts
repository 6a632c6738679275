import type { Axis } from './figure.ts';
import { SMALL_SIZE, type Theme } from './theme.ts';

const [MINUTE, DAY] = [60_000, 86_400_000];

/**
 * An axis of time (UTC) with labels of one line, in the words that its step needs: clock, day or month. The title
 * says the day.
 */
export function timeAxis(range: readonly [number, number], nticks: number, theme: Theme): Axis {
  return {
    type: 'date',
    range,
    nticks,
    tickangle: 0,
    tickformatstops: [
      { dtickrange: [null, MINUTE - 1], value: '%H:%M:%S' },
      { dtickrange: [MINUTE, DAY - 1], value: '%H:%M' },
      { dtickrange: [DAY, 'M1'], value: '%-d %b' },
      { dtickrange: ['M1', null], value: '%b %Y' },
    ],
    ticklabelstandoff: 4,
    tickfont: { size: SMALL_SIZE, color: theme.muted },
    showgrid: true,
    gridcolor: theme.grid,
    hoverformat: '%Y-%m-%d %H:%M UTC',
  };
}

/** Px left of a plot without a scale there: half a label of the time axis. */
export const TIME_MARGIN = 18;
