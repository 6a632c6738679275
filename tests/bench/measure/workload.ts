/**
 * What every subject of the live bench draws: six panels, each a line of 500 points over a time axis. Each
 * tick appends one point to every panel and drops its oldest, so that every point of every panel moves.
 * Pure functions of the point's number: the same series in every language, with nothing to hand over.
 */
export const PANELS = 6;
export const POINTS = 500;
/** Time of point 0, epoch ms, and ms from one point to the next. */
export const START_MS = Date.UTC(2026, 0, 1);
export const STEP_MS = 1000;

export const panels = Array.from({ length: PANELS }, (_, panel) => panel);

/** Value of a panel's point `i`: a slow and a fast wave around a level of the panel's own. */
export function value(panel: number, i: number): number {
  return 100 * (panel + 1) * (1 + 0.04 * Math.sin(i / 40 + panel) + 0.006 * Math.sin(1.7 * i + 2 * panel));
}

/** Number of the point that tick `n` appends; ticks count from 1, the figure is shown with points 0…499. */
export function pointOfTick(n: number): number {
  return POINTS - 1 + n;
}

/** The same in Python, for the peers' cells. */
export const PYTHON_WORKLOAD = `
import math
PANELS, POINTS, START_MS, STEP_MS = ${PANELS}, ${POINTS}, ${START_MS}, ${STEP_MS}
def value(panel, i):
    return 100 * (panel + 1) * (1 + 0.04 * math.sin(i / 40 + panel) + 0.006 * math.sin(1.7 * i + 2 * panel))
def time_of(i):
    return START_MS + i * STEP_MS
`.trim();
