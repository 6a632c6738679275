/*
 * Decimals are texts such as "-12.50": JavaScript has no number that holds 38 digits. In the table's own form they
 * have all the digits of their scale, so that equal decimals are equal texts.
 */

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

export function isDecimal(text: unknown): text is string {
  return typeof text === 'string' && DECIMAL.test(text);
}

export interface DecimalType {
  readonly precision: number;
  readonly scale: number;
}

/** The number before the point was set; `undefined` where the text is no decimal of that type. */
export function toUnscaled(text: unknown, { precision, scale }: DecimalType): bigint | undefined {
  const match = typeof text === 'string' ? DECIMAL.exec(text) : null;
  if (!match) return undefined;
  const [, sign, whole, fraction = ''] = match;
  if (/[1-9]/.test(fraction.slice(scale))) return undefined;
  const digits = `${whole}${fraction.slice(0, scale).padEnd(scale, '0')}`.replace(/^0+(?=\d)/, '');
  return digits.length > precision ? undefined : BigInt(`${sign}${digits}`);
}

export function fromUnscaled(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const point = digits.length - scale;
  const sign = unscaled < 0n ? '-' : '';
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** Big-endian two's complement, as Parquet has it. */
export function fromBytes(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return BigInt.asIntN(8 * bytes.length, value);
}

/** Order of two decimals, whatever their number of digits. */
export function compareDecimals(a: string, b: string): number {
  const scale = Math.max(digitsAfterPoint(a), digitsAfterPoint(b));
  const [x, y] = [a, b].map((text) => toUnscaled(text, { precision: Number.POSITIVE_INFINITY, scale })!);
  return x! < y! ? -1 : x! > y! ? 1 : 0;
}

function digitsAfterPoint(text: string): number {
  const point = text.indexOf('.');
  return point < 0 ? 0 : text.length - point - 1;
}
