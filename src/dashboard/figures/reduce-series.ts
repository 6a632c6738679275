/** A series that has been reduced: the kept points, in order. */
export interface ReducedSeries {
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
}

/**
 * What a line of about `pixels` columns can show of a series: of each column the first, the lowest, the highest and
 * the last value, so that no extreme is lost and the line looks like the one of all values (after the M4
 * aggregation of Jugel and others, 2014). Columns begin at multiples of their width, and so keep what they hold
 * while values are added at the end and taken off the front. A hole stays a hole. Series of at most four values a
 * pixel are returned whole.
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
  if (length <= pixels * 4) {
    const whole = { x: new Array<number>(length), y: new Array<number | null>(length) };
    for (let i = 0; i < length; i++) {
      whole.x[i] = x[i]!;
      whole.y[i] = valueAt(i);
    }
    return whole;
  }
  const kept: number[] = [];
  const width = columnWidth(x[length - 1]! - x[0]!, pixels);
  let i = 0;
  while (i < length) {
    const column = Math.floor(x[i]! / width);
    let [first, low, high, last, hole] = [-1, -1, -1, -1, -1];
    for (; i < length && Math.floor(x[i]! / width) === column; i++) {
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

/** The power of two of which no more than `pixels` make up the span. */
export function columnWidth(span: number, pixels: number): number {
  return 2 ** Math.ceil(Math.log2(span / pixels));
}
