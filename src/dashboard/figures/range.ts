/*
 * Axis ranges in steps: a small change of the data leaves them as they are, so that a tick seldom needs its axes
 * drawn again, and there is always some head-room.
 */

/** 1, 2, 2.5, 5 × 10ⁿ: the smallest that is at least `value`. */
export function niceStep(value: number): number {
  if (!(value > 0)) return 1;
  const decade = 10 ** Math.floor(Math.log10(value));
  const share = value / decade;
  const nice = share <= 1.0000001 ? 1 : share <= 2 ? 2 : share <= 2.5 ? 2.5 : share <= 5 ? 5 : 10;
  return nice * decade;
}

/** Range around values with head-room on both sides; equal values get a range of their own size. */
export function steppedRange(least: number, most: number): [number, number] {
  const span = most - least;
  // Less than a millionth apart is equal: the axis could not tell them apart in its labels.
  const room = span > Math.abs(most) * 1e-6 ? span : Math.abs(most) * 0.01 || 1;
  const step = niceStep(room / 6);
  return [
    tidy(Math.floor((least - room * 0.06) / step) * step),
    tidy(Math.ceil((most + room * 0.06) / step) * step),
  ];
}

/** Top of an axis that begins at zero. */
export function steppedTop(most: number): number {
  if (!(most > 0)) return 1;
  return tidy(niceStep((most * 1.05) / 4) * Math.ceil((most * 1.05) / niceStep((most * 1.05) / 4)));
}

/** Whole decades (exponents of ten) around positive values; at least two of them. */
export function decadeRange(values: readonly number[]): [number, number] {
  const positive = values.filter((value) => value > 0);
  if (positive.length === 0) return [0, 2];
  const low = Math.floor(Math.log10(Math.min(...positive)) - 0.05);
  const high = Math.ceil(Math.log10(Math.max(...positive)) + 0.05);
  return high - low < 2 ? [low, low + 2] : [low, high];
}

/** Exponents of at most `count` ticks, evenly apart, within a decade range. */
export function decadeTicks([low, high]: readonly [number, number], count: number): number[] {
  const step = Math.max(1, Math.ceil((high - low) / (count - 1)));
  const ticks: number[] = [];
  for (let exponent = low; exponent <= high; exponent += step) ticks.push(exponent);
  return ticks;
}

/** Takes the rounding error of a multiplication off. */
function tidy(value: number): number {
  return Number(value.toPrecision(12)) || 0;
}

/** Decimals that tell apart ticks which are `step` or a nice number below it apart. */
export function decimalsOf(step: number): number {
  if (!(step > 0)) return 2;
  return Math.max(0, Math.min(12, Math.ceil(-Math.log10(step)) + 1));
}

/**
 * Time range of bars from `first` to `last` (open times, ms), with room on the right. It moves on in steps of a
 * twentieth, not with every bar; few bars stand at the left of a window of twenty.
 */
export function windowRange(first: number, last: number, bar: number): [number, number] {
  const bars = Math.round((last - first) / bar) + 1;
  const step = Math.max(1, Math.ceil(bars / 20)) * bar;
  const from = Math.floor(first / step) * step - bar;
  return [from, Math.max((Math.floor(last / step) + 1) * step + bar, from + 20 * bar)];
}

/** Least and greatest number of several columns; undefined where they hold none. */
export function extent(columns: readonly ArrayLike<number | null>[]): [number, number] | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const column of columns) {
    for (let i = 0; i < column.length; i++) {
      const value = column[i];
      if (value === null || value === undefined || Number.isNaN(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low <= high ? [low, high] : undefined;
}
