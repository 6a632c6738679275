import { MovingMoments } from './moments.ts';
import { checkCount, checkSameLength, type Numbers, toNumbers } from './numbers.ts';
import { correlationOf } from './rolling.ts';

/** pandas' `Series.shift(periods)`: values move down by `periods` rows (up where negative), NaN takes their place. */
export function shift(numbers: Numbers, periods = 1): Float64Array {
  const values = toNumbers(numbers);
  checkCount('periods', Math.abs(periods), 0);
  return values.map((_, row) => values[row - periods] ?? Number.NaN);
}

/** pandas' `Series.diff(periods)`: each value less the one `periods` rows before. */
export function diff(numbers: Numbers, periods = 1): Float64Array {
  const before = shift(numbers, periods);
  return toNumbers(numbers).map((value, row) => value - before[row]!);
}

/**
 * pandas' `Series.pct_change(periods)` without filling: the change against the value `periods` rows before, as a
 * part of it (0.01 is 1 %). From 0 it is infinite, as in pandas.
 */
export function pctChange(numbers: Numbers, periods = 1): Float64Array {
  const before = shift(numbers, periods);
  return toNumbers(numbers).map((value, row) => value / before[row]! - 1);
}

export interface RankOptions {
  /** Rank of equal values: their mean rank (default), the lowest, the highest, by order, or without holes. */
  method?: 'average' | 'min' | 'max' | 'first' | 'dense';
  /** Default true: the smallest is 1. */
  ascending?: boolean;
  /** As a part of the number of ranks. Default false. */
  pct?: boolean;
}

/** pandas' `Series.rank(…)`; absent values have none. */
export function rank(numbers: Numbers, options: RankOptions = {}): Float64Array {
  const { method = 'average', ascending = true, pct = false } = options;
  const values = toNumbers(numbers);
  const rows = [...values.keys()].filter((row) => !Number.isNaN(values[row]!));
  rows.sort((a, b) => (ascending ? values[a]! - values[b]! : values[b]! - values[a]!) || a - b);
  const ranks = new Float64Array(values.length).fill(Number.NaN);
  let groups = 0;
  for (let from = 0; from < rows.length; ) {
    let to = from;
    while (to < rows.length && values[rows[to]!] === values[rows[from]!]) to++;
    groups++;
    for (let i = from; i < to; i++) {
      ranks[rows[i]!] = { average: (from + 1 + to) / 2, min: from + 1, max: to, first: i + 1, dense: groups }[
        method
      ];
    }
    from = to;
  }
  const all = method === 'dense' ? groups : rows.length;
  return pct ? ranks.map((value) => value / all) : ranks;
}

/**
 * pandas' `Series.corr(other)`: Pearson's correlation of the pairs that are whole; NaN below two pairs, or where
 * one side does not move.
 * @throws CandlebookError INPUT_INVALID
 */
export function corr(a: Numbers, b: Numbers): number {
  const [x, y] = [toNumbers(a), toNumbers(b)];
  checkSameLength(x, y);
  const moved = new MovingMoments(x, y);
  moved.anew(0, x.length);
  return correlationOf(moved);
}

/** pandas' `DataFrame.corr()`: of each pair of columns, by name. */
export function corrMatrix(columns: Readonly<Record<string, Numbers>>): {
  names: string[];
  matrix: number[][];
} {
  const names = Object.keys(columns);
  const matrix = names.map((a) => names.map((b) => corr(columns[a]!, columns[b]!)));
  return { names, matrix };
}
