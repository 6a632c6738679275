import type { Axis } from './figure.ts';
import { formatDecade } from './format.ts';
import { decadeTicks } from './range.ts';
import { SMALL_SIZE, type Theme } from './theme.ts';

/** A log axis over whole decades, ticked by at most five of them. */
export function decadeAxis(
  range: readonly [number, number],
  domain: readonly [number, number],
  theme: Theme,
): Axis {
  const ticks = decadeTicks(range, 5);
  return {
    type: 'log',
    range,
    domain,
    tickmode: 'array',
    tickvals: ticks.map((exponent) => 10 ** exponent),
    ticktext: ticks.map(formatDecade),
    tickfont: { size: SMALL_SIZE, color: theme.muted },
    tickangle: 0,
    showgrid: true,
    gridcolor: theme.grid,
    zeroline: false,
    fixedrange: true,
  };
}
