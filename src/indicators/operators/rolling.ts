import { RunningSum } from '../parts/running-sum.ts';
import { MovingMoments } from './moments.ts';
import { checkCount, checkSameLength, type Numbers, toNumbers } from './numbers.ts';

export interface RollingOptions {
  /** Values that a window must hold for a result. Default: the window, so that one absent value makes all absent. */
  minPeriods?: number;
}

/** Results over a moving window, each a new column of the series' length, NaN where there is none. */
export interface Rolling {
  count(): Float64Array;
  sum(): Float64Array;
  mean(): Float64Array;
  min(): Float64Array;
  max(): Float64Array;
  /** @param ddof 1 (default) for the sample, 0 for the population */
  var(ddof?: number): Float64Array;
  std(ddof?: number): Float64Array;
  cov(other: Numbers, ddof?: number): Float64Array;
  /** Pearson's correlation with another series; NaN where one of the two does not move. */
  corr(other: Numbers): Float64Array;
}

/**
 * pandas' `Series.rolling(window, min_periods)`: each result is of the last `window` values. Sums are compensated
 * and variances never cancel, so that huge values that have left the window leave nothing behind.
 * @throws CandlebookError INPUT_INVALID
 */
export function rolling(numbers: Numbers, window: number, options: RollingOptions = {}): Rolling {
  const values = toNumbers(numbers);
  checkCount('window', window, 1);
  const least = Math.max(1, checkCount('minPeriods', options.minPeriods ?? window, 0));

  /** Calls `each` for every row, with the rows `from` to `to` of its window, and whether a row has left it. */
  const sweep = (each: (row: number, from: number, hasLeft: boolean) => number): Float64Array => {
    const out = new Float64Array(values.length);
    for (let row = 0; row < values.length; row++) {
      out[row] = each(row, Math.max(0, row - window + 1), row >= window);
    }
    return out;
  };

  const total = (result: (sum: number, count: number) => number): Float64Array => {
    const sum = new RunningSum();
    let count = 0;
    return sweep((row, from, hasLeft) => {
      const left = hasLeft ? values[from - 1]! : Number.NaN;
      const value = values[row]!;
      if (!Number.isNaN(left)) {
        sum.add(-left);
        count--;
        if (count === 0) sum.clear();
      }
      if (!Number.isNaN(value)) {
        sum.add(value);
        count++;
      }
      return count >= least ? result(sum.value, count) : Number.NaN;
    });
  };

  const extreme = (sign: 1 | -1): Float64Array => {
    const candidates: number[] = [];
    let head = 0;
    let count = 0;
    return sweep((row, from, hasLeft) => {
      if (hasLeft && !Number.isNaN(values[from - 1]!)) count--;
      const value = values[row]!;
      if (!Number.isNaN(value)) {
        count++;
        while (candidates.length > head && values[candidates.at(-1)!]! * sign <= value * sign)
          candidates.pop();
        candidates.push(row);
      }
      while (head < candidates.length && candidates[head]! < from) head++;
      if (head > window) {
        candidates.splice(0, head);
        head = 0;
      }
      return count >= least ? values[candidates[head]!]! : Number.NaN;
    });
  };

  const moments = (other: Float64Array, result: (moved: MovingMoments) => number): Float64Array => {
    checkSameLength(values, other);
    const moved = new MovingMoments(values, other);
    return sweep((row, from, hasLeft) => {
      moved.move(from, row + 1, hasLeft);
      return moved.count >= least ? result(moved) : Number.NaN;
    });
  };

  const variance = (ddof: number) =>
    moments(values, (moved) => (moved.count > ddof ? moved.spreadX / (moved.count - ddof) : Number.NaN));

  return {
    count: () => {
      let count = 0;
      return sweep((row, from, hasLeft) => {
        if (hasLeft && !Number.isNaN(values[from - 1]!)) count--;
        if (!Number.isNaN(values[row]!)) count++;
        return row - from + 1 >= (options.minPeriods ?? 0) ? count : Number.NaN;
      });
    },
    sum: () => total((sum) => sum),
    mean: () => total((sum, count) => sum / count),
    min: () => extreme(-1),
    max: () => extreme(1),
    var: (ddof = 1) => variance(ddof),
    std: (ddof = 1) => variance(ddof).map(Math.sqrt),
    cov: (other, ddof = 1) =>
      moments(toNumbers(other), (moved) =>
        moved.count > ddof ? moved.common / (moved.count - ddof) : Number.NaN,
      ),
    corr: (other) => moments(toNumbers(other), correlationOf),
  };
}

/** NaN where one side does not move. */
export function correlationOf(moved: MovingMoments): number {
  const size = Math.sqrt(moved.spreadX * moved.spreadY);
  return moved.count < 2 || size === 0 ? Number.NaN : Math.max(-1, Math.min(1, moved.common / size));
}
