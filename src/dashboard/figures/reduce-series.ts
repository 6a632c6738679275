/** A series that has been reduced: the kept points, in order. */
export interface ReducedSeries {
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
}

/**
 * What a line of `pixels` columns can show of a series: of each column the first, the lowest, the highest and the
 * last value, so that the drawn line is the one of all values (the M4 aggregation of Jugel and others, 2014).
 * A hole stays a hole. Series of at most four values a pixel are returned whole.
 * @param x increasing
 * @param y NaN or null where there is no value
 */
export function reduceSeries(
  x: ArrayLike<number>,
  y: ArrayLike<number | null>,
  pixels: number,
): ReducedSeries {
  const { length } = x;
  const valueAt = (i: number) => {
    const value = y[i];
    return value === null || value === undefined || Number.isNaN(value) ? null : value;
  };
  if (length <= pixels * 4) return { x: Array.from(x), y: Array.from({ length }, (_, i) => valueAt(i)) };
  const kept: number[] = [];
  const start = x[0]!;
  const width = (x[length - 1]! - start) / pixels;
  let i = 0;
  while (i < length) {
    const column = Math.min(pixels - 1, Math.floor((x[i]! - start) / width));
    let [first, low, high, last, hole] = [-1, -1, -1, -1, -1];
    for (; i < length && Math.min(pixels - 1, Math.floor((x[i]! - start) / width)) === column; i++) {
      const value = valueAt(i);
      if (value === null) {
        if (hole < 0) hole = i;
        continue;
      }
      if (first < 0) first = low = high = i;
      if (value < valueAt(low)!) low = i;
      if (value > valueAt(high)!) high = i;
      last = i;
    }
    kept.push(...new Set([first, low, high, last, hole].filter((index) => index >= 0).sort((a, b) => a - b)));
  }
  return { x: kept.map((index) => x[index]!), y: kept.map(valueAt) };
}
