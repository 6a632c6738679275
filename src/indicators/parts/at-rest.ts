/** Rounding of sums and thirds of prices moves them by less; a move of a price by one tick is more. TA-Lib's bound. */
export const ROUNDING = 1e-14;

/** Whether two values differ by rounding alone, so that what is between them is neither a move nor a range. */
export function isAtRest(a: number, b: number): boolean {
  return Math.abs(a - b) <= ROUNDING * (Math.abs(a) + Math.abs(b));
}
