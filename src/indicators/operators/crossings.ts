import { checkSameLength, type Numbers, toNumbers } from './numbers.ts';

/**
 * Where the first series crosses the second: 1 where it comes from below to above, −1 where it goes
 * the other way, else 0. Rows at which both are equal, or one is absent, are passed over: a touch is no crossing.
 * @throws CandlebookError INPUT_INVALID on series of unequal length
 */
export function crossings(a: Numbers, b: Numbers): Float64Array {
  const [x, y] = [toNumbers(a), toNumbers(b)];
  checkSameLength(x, y);
  let side = 0;
  return x.map((value, row) => {
    const now = Math.sign(value - y[row]!);
    if (Number.isNaN(now) || now === 0) return 0;
    const before = side;
    side = now;
    return before !== 0 && before !== now ? now : 0;
  });
}
