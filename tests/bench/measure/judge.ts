import type { Figure } from './statistics.ts';

export interface Verdict {
  goal: string;
  measured: string;
  /** `noise`: missed, but by less than the rounds disagree among themselves. */
  outcome: 'met' | 'noise' | 'missed' | 'not measured';
}

export interface Limit {
  /** The figure must be at most, or at least, this. */
  most?: number;
  least?: number;
  unit: string;
  /** Digits after the point. Default: 2 for ratios (`x`), else 0. */
  digits?: number;
}

/** Holds a figure to its goal. A figure that is no number is a miss. */
export function judge(goal: string, figure: Figure | undefined, limit: Limit): Verdict {
  if (!figure) return { goal, measured: '', outcome: 'not measured' };
  const { value, noise } = figure;
  const { most = Number.POSITIVE_INFINITY, least = Number.NEGATIVE_INFINITY, unit } = limit;
  const digits = limit.digits ?? (unit === 'x' ? 2 : 0);
  const text = (of: number) => of.toLocaleString('en-US', exactly(digits));
  const measured = `${text(value)}${unit === 'x' ? 'x' : ` ${unit}`}${noise ? ` ± ${text(noise)}` : ''}`;
  const isMet = (lower: number, upper: number) => lower <= most && upper >= least;
  const outcome = isMet(value, value) ? 'met' : isMet(value - noise, value + noise) ? 'noise' : 'missed';
  return { goal, measured, outcome };
}

const exactly = (digits: number) => ({ minimumFractionDigits: digits, maximumFractionDigits: digits });
