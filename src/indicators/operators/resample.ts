import {
  CandlebookError,
  type Interval,
  nextOpenTime,
  openTimeOf,
  parseInterval,
} from '../../market/index.ts';
import { RunningSum } from '../parts/running-sum.ts';
import { checkSameLength, type Numbers, toNumbers } from './numbers.ts';

/** Results of each interval of the clock, the empty ones included, as in pandas. */
export interface Resampled {
  /** Where each interval begins, epoch ms (UTC). */
  readonly openTime: Float64Array;
  first(): Float64Array;
  last(): Float64Array;
  min(): Float64Array;
  max(): Float64Array;
  mean(): Float64Array;
  /** 0 where nothing fell into the interval. */
  sum(): Float64Array;
  count(): Float64Array;
}

/**
 * pandas' `Series.resample(…)` upwards, labelled and closed on the left, with the exchange's boundaries in UTC (a
 * week begins on Monday). Candle series have `resampleCandles`.
 * @param times epoch ms, ascending; @param numbers values at those times
 * @throws CandlebookError INPUT_INVALID
 */
export function resample(times: Numbers, numbers: Numbers, interval: Interval): Resampled {
  const at = toNumbers(times);
  const values = toNumbers(numbers);
  checkSameLength(at, values);
  parseInterval(interval);
  at.forEach((time, row) => {
    if (time >= (at[row - 1] ?? time)) return;
    throw new CandlebookError(
      'INPUT_INVALID',
      `The time at index ${row} is ${time}, before the one ahead of it.`,
      {
        value: time,
        hint: 'Pass times in ascending order, without absent ones.',
      },
    );
  });
  const opens: number[] = [];
  /** First row of each interval, and the number of rows at the end. */
  const starts: number[] = [];
  for (let row = 0; row < at.length; row++) {
    const open = openTimeOf(at[row]!, interval);
    if (opens.length === 0) opens.push(open);
    else while (opens.at(-1)! < open) opens.push(nextOpenTime(opens.at(-1)!, interval));
    while (starts.length < opens.length) starts.push(row);
  }
  starts.push(at.length);
  const each = (result: (present: Float64Array) => number) =>
    Float64Array.from(opens, (_, i) =>
      result(values.subarray(starts[i]!, starts[i + 1]!).filter((value) => !Number.isNaN(value))),
    );
  const sum = (present: Float64Array) => {
    const total = new RunningSum();
    for (const value of present) total.add(value);
    return total.value;
  };
  const known = (result: (present: Float64Array) => number) =>
    each((present) => (present.length === 0 ? Number.NaN : result(present)));
  return {
    openTime: Float64Array.from(opens),
    first: () => known((present) => present[0]!),
    last: () => known((present) => present.at(-1)!),
    min: () => known((present) => present.reduce((a, b) => Math.min(a, b))),
    max: () => known((present) => present.reduce((a, b) => Math.max(a, b))),
    mean: () => known((present) => sum(present) / present.length),
    sum: () => each(sum),
    count: () => each((present) => present.length),
  };
}
