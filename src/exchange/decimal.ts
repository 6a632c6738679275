const DECIMALS = 8;

/**
 * Text with 8 decimals, as the exchange writes every price and quantity, of an integer count of
 * 10^-`decimals` units. Exact; what lies beyond the eighth decimal is cut off.
 */
export function formatUnits(units: number | bigint, decimals: number): string {
  const negative = units < 0;
  const digits = String(negative ? -units : units).padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  const fraction = digits.slice(point).padEnd(DECIMALS, '0').slice(0, DECIMALS);
  return `${negative ? '-' : ''}${digits.slice(0, point)}.${fraction}`;
}

/** `numerator / denominator` (integers, both counts of units) with 8 decimals, rounded to the nearest. */
export function formatRatio(
  numerator: bigint,
  numeratorDecimals: number,
  denominator: bigint,
  denominatorDecimals: number,
): string {
  if (denominator === 0n) return formatUnits(0, 0);
  const shift = DECIMALS + denominatorDecimals - numeratorDecimals;
  const scaled = numerator * 10n ** BigInt(Math.max(shift, 0));
  const divisor = denominator * 10n ** BigInt(Math.max(-shift, 0));
  const half = divisor / 2n;
  return formatUnits((scaled + (scaled < 0n ? -half : half)) / divisor, DECIMALS);
}

/** The integer count of 10^-`decimals` units in a decimal text whose further digits are all zero. */
export function parseUnits(text: string, decimals: number): number {
  const point = text.indexOf('.');
  if (point < 0) return Number(text) * 10 ** decimals;
  return Number(text.slice(0, point) + text.slice(point + 1, point + 1 + decimals).padEnd(decimals, '0'));
}

/** Number of decimals of a text, trailing zeros aside. */
export function decimalsOf(text: string): number {
  const point = text.indexOf('.');
  if (point < 0) return 0;
  let end = text.length;
  while (end > point + 1 && text[end - 1] === '0') end--;
  return end - point - 1;
}
