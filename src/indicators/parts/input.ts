import { CandlebookError } from '../../market/index.ts';
import { notFinite, type Profile, type ProfileOption, shown } from '../contract.ts';

/** A whole number of bars. @throws CandlebookError INPUT_INVALID */
export function checkPeriod(name: string, value: unknown, parameter = 'period', least = 1): number {
  if (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= MAX_PERIOD) {
    return value as number;
  }
  throw new CandlebookError('INPUT_INVALID', `${name} can not have ${parameter} ${shown(value)}.`, {
    value,
    hint: `Pass a whole number from ${least} to ${MAX_PERIOD}.`,
  });
}

/** A window is held in memory: ten million doubles are 80 MB. */
const MAX_PERIOD = 10_000_000;

/** A factor above zero. @throws CandlebookError INPUT_INVALID */
export function checkFactor(name: string, value: unknown, parameter: string): number {
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
  throw new CandlebookError('INPUT_INVALID', `${name} can not have ${parameter} ${shown(value)}.`, {
    value,
    hint: 'Pass a number above zero.',
  });
}

/** @returns whether TradingView's conventions are asked for. @throws CandlebookError INPUT_INVALID */
export function isTradingView(name: string, options: ProfileOption): boolean {
  const profile: Profile | undefined = options.profile;
  if (profile === undefined || profile === 'talib') return false;
  if (profile === 'tradingview') return true;
  throw new CandlebookError('INPUT_INVALID', `${name} has no profile ${shown(profile)}.`, {
    value: profile,
    hint: "Pass 'talib' or 'tradingview'.",
  });
}

/** Whether it is a finite number: a text such as the exchange's own would be joined to a sum, not added. */
export function isNumber(value: number): boolean {
  return typeof value === 'number' && value - value === 0;
}

/** A column as doubles, NaN for what is no number: `null` and texts too. @throws CandlebookError INPUT_INVALID */
export function toColumn(id: string, field: string, column: ArrayLike<number>): Float64Array {
  if (column instanceof Float64Array) return column;
  if (typeof column?.length === 'number' && typeof column !== 'string')
    return Float64Array.from(column as ArrayLike<unknown>, (value) =>
      typeof value === 'number' ? value : Number.NaN,
    );
  throw new CandlebookError('INPUT_INVALID', `${id} needs the column ${field}.`, {
    value: column,
    hint: `Pass an array of numbers as ${field}.`,
  });
}

/**
 * A column as doubles, checked once, so that the loops over it need no checks. `firstIndex` is its first bar's.
 * @throws CandlebookError INPUT_INVALID
 */
export function checkColumn(
  id: string,
  field: string,
  column: ArrayLike<number>,
  firstIndex: number,
  allowed: 'finite' | 'positive' = 'finite',
): Float64Array {
  const values = toColumn(id, field, column);
  if (!areFinite(values)) {
    const at = values.findIndex((value) => !Number.isFinite(value));
    throw notFinite(id, field, column[at], firstIndex + at);
  }
  if (allowed === 'positive') {
    const at = values.findIndex((value) => value <= 0);
    if (at >= 0) throw notFinite(id, field, column[at], firstIndex + at);
  }
  return values;
}

/** x − x is 0 for a number and NaN for what is none; four sums, so that they do not wait for each other. */
function areFinite(values: Float64Array): boolean {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = 0;
  for (const end = values.length - 3; i < end; i += 4) {
    a += values[i]! - values[i]!;
    b += values[i + 1]! - values[i + 1]!;
    c += values[i + 2]! - values[i + 2]!;
    d += values[i + 3]! - values[i + 3]!;
  }
  for (; i < values.length; i++) a += values[i]! - values[i]!;
  return a + b + c + d === 0;
}

/** Columns of one length, in the order of `fields`; not looked into. @throws CandlebookError INPUT_INVALID */
export function toColumns(
  id: string,
  columns: Readonly<Record<string, ArrayLike<number>>>,
  fields: readonly string[],
): Float64Array[] {
  const found = fields.map((field) => toColumn(id, field, columns[field]!));
  const odd = found.findIndex((column) => column.length !== found[0]!.length);
  if (odd < 0) {
    if (columns.openTime) checkAscending(id, toColumn(id, 'openTime', columns.openTime), 0);
    return found;
  }
  throw new CandlebookError(
    'INPUT_INVALID',
    `${id} was given ${found[0]!.length} values of ${fields[0]} and ${found[odd]!.length} of ${fields[odd]}.`,
    { value: found[odd]!.length, hint: 'Pass columns of the same length.' },
  );
}

/** Bars must come oldest first, each later than the one before. @throws CandlebookError INPUT_INVALID with the index */
export function checkAscending(id: string, times: Float64Array, firstIndex: number): void {
  if (isAscending(times)) return;
  let last = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < times.length; i++) {
    const time = times[i]!;
    if (time > last && time < Number.POSITIVE_INFINITY) last = time;
    else if (isNumber(time)) throw notAfter(id, time, firstIndex + i);
    else throw notFinite(id, 'openTime', time, firstIndex + i);
  }
}

/** In one pass without a branch: with times that rise, only the ends can be infinite. */
function isAscending(times: Float64Array): boolean {
  const { length } = times;
  if (length === 0) return true;
  let odd = 0;
  for (let i = 1; i < length; i++) odd |= +!(times[i]! > times[i - 1]!);
  return odd === 0 && Number.isFinite(times[0]! - times[length - 1]!);
}

export function notAfter(id: string, openTime: number, index: number): CandlebookError {
  return new CandlebookError(
    'INPUT_INVALID',
    `${id} was given openTime ${openTime} at index ${index}, which is not after the bar before it.`,
    { value: openTime, hint: 'Sort the bars by openTime and keep one of each; reset() begins again.' },
  );
}

/** The same, each checked as `checkColumn` does. @throws CandlebookError INPUT_INVALID */
export function checkColumns(
  id: string,
  columns: Readonly<Record<string, ArrayLike<number>>>,
  fields: readonly string[],
  firstIndex: number,
): Float64Array[] {
  const found = toColumns(id, columns, fields);
  found.forEach((column, i) => {
    checkColumn(id, fields[i]!, column, firstIndex);
  });
  return found;
}
