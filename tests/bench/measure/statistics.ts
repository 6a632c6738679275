/** A figure of several rounds and how far they disagree. */
export interface Figure {
  value: number;
  noise: number;
}

/** Nearest-rank percentile, `p` in 0…100; NaN of nothing. */
export function percentile(values: readonly number[], p: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)]!;
}

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** Half the distance between the largest and the smallest: how far a few long rounds disagree. */
export function spread(values: readonly number[]): number {
  return values.length < 2 ? 0 : (Math.max(...values) - Math.min(...values)) / 2;
}

/** The median of many short rounds; noise: half the distance between the quartiles, as single rounds are disturbed. */
export function figureOf(values: readonly number[]): Figure {
  return { value: median(values), noise: (percentile(values, 75) - percentile(values, 25)) / 2 };
}

/** How many times as large one is as the other, round by round, so that what slows down both cancels. */
export function ratioOf(ours: readonly number[], theirs: readonly number[]): Figure {
  return figureOf(ours.map((value, round) => value / theirs[round]!));
}
