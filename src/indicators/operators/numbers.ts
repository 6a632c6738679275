import { CandlebookError } from '../../market/index.ts';

/** Numbers of any shape that a user has at hand: an array, doubles, or a Danfo Series. NaN is an absent value. */
export type Numbers = ArrayLike<number> | { readonly values: ArrayLike<unknown> };

/** As doubles; what is no number, infinities included, is absent, as in pandas' windows. */
export function toNumbers(numbers: Numbers): Float64Array {
  const values = (
    ArrayBuffer.isView(numbers) || !('values' in numbers) || typeof numbers.values === 'function'
      ? numbers
      : numbers.values
  ) as ArrayLike<unknown>;
  if (typeof values?.length !== 'number') {
    throw new CandlebookError(
      'INPUT_INVALID',
      'An operator was given something that is no series of numbers.',
      {
        value: numbers,
        hint: 'Pass an array, a Float64Array or a Danfo Series.',
      },
    );
  }
  return Float64Array.from(values, (value) => (Number.isFinite(value) ? (value as number) : Number.NaN));
}

/** @throws CandlebookError INPUT_INVALID */
export function checkSameLength(a: Float64Array, b: Float64Array): void {
  if (a.length === b.length) return;
  throw new CandlebookError(
    'INPUT_INVALID',
    `Series of ${a.length} and ${b.length} values can not be paired.`,
    {
      value: b.length,
      hint: 'Pass series of the same length, aligned in time.',
    },
  );
}

/** @throws CandlebookError INPUT_INVALID */
export function checkCount(name: string, value: unknown, least: number): number {
  if (Number.isSafeInteger(value) && (value as number) >= least) return value as number;
  throw new CandlebookError('INPUT_INVALID', `${name} can not be ${String(value)}.`, {
    value,
    hint: `Pass a whole number of ${least} or more.`,
  });
}
