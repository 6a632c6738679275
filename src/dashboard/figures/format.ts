/*
 * Numbers as a trader writes them. Labels have the digits that matter; `exact` has them all. The minus is the
 * real one (U+2212), as wide as the plus, so that columns of changes line up.
 */

const MINUS = '\u2212';

/** Decimals of a price label: five significant digits or so, at least 2 and at most the exchange's 8. */
export function priceDecimals(price: number): number {
  const size = Math.abs(price);
  if (size === 0) return 2;
  if (size >= 1e6) return 0;
  return Math.min(8, Math.max(2, 4 - Math.floor(Math.log10(size))));
}

/** `107234.5` → `107,234.50`, `0.1` → `0.10000`, `1e-8` → `0.00000001`. */
export function formatPrice(price: number): string {
  const size = Math.abs(price);
  if (size !== 0 && size < 5e-9) return sign(price, size.toExponential(2).replace('-', MINUS));
  return sign(price, group(size.toFixed(priceDecimals(price))));
}

/** Every digit of the number up to the exchange's 8 decimals, without trailing zeros: `107234.5` → `107,234.5`. */
export function formatExact(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && size < 5e-9) return sign(value, String(size).replace('e-', `e${MINUS}`));
  // A double holds 15 digits; more decimals would print its rounding error.
  const decimals = Math.min(8, Math.max(0, 15 - Math.max(1, Math.floor(Math.log10(size || 1)) + 1)));
  const text = size.toFixed(decimals);
  return sign(value, group(text.includes('.') ? text.replace(/\.?0+$/, '') : text));
}

const STEPS = [
  [1e15, 'Q'],
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'K'],
] as const;

/** Three or four significant digits and a unit: `2345678901` → `2.346B`, `0` → `0`. */
export function formatCompact(value: number): string {
  const size = Math.abs(value);
  // 999,999 is 1.000M, not 1000K.
  const step = STEPS.find(([least]) => Number(size.toPrecision(4)) >= least);
  if (!step) return sign(value, size === 0 ? '0' : trim(size.toPrecision(4)));
  const scaled = size / step[0];
  return sign(value, (scaled >= 1e4 ? group(scaled.toFixed(0)) : scaled.toPrecision(4)) + step[1]);
}

/** `1.5` → `+1.50%`, `-0.25` → `−0.25%`, `0` → `0.00%`. */
export function formatPercent(percent: number): string {
  const size = Math.abs(percent);
  const text = `${group(size.toFixed(size >= 1000 ? 0 : size >= 100 ? 1 : 2))}%`;
  return percent > 0 ? `+${text}` : sign(percent, text);
}

/** A change in the quote asset, signed, with the decimals of its price: `formatChange(-12.5, 107234)` → `−12.50`. */
export function formatChange(change: number, price: number): string {
  const text = group(Math.abs(change).toFixed(priceDecimals(price)));
  return change > 0 ? `+${text}` : sign(change, text);
}

/** `2026-11-24 08:30:05 UTC` of epoch ms. */
export function formatTime(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** `24 Nov 2026` of epoch ms, UTC. */
export function formatDay(time: number): string {
  const date = new Date(time);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

/** `24 Nov 08:30 UTC` of epoch ms. */
export function formatMinute(time: number): string {
  const date = new Date(time);
  const clock = date.toISOString().slice(11, 16);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${clock} UTC`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A decade's tick: `0.01`, `1`, `100`, `10k`, `10M`, and powers of ten below a hundredth. */
export function formatDecade(exponent: number): string {
  if (exponent < -2)
    return `10${MINUS_SUPERSCRIPT}${[...String(-exponent)].map((d) => SUPERSCRIPTS[Number(d)]).join('')}`;
  if (exponent < 0) return (10 ** exponent).toFixed(-exponent);
  const unit = Math.min(5, Math.floor(exponent / 3));
  return 10 ** (exponent - 3 * unit) + ['', 'K', 'M', 'B', 'T', 'Q'][unit]!;
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const MINUS_SUPERSCRIPT = '⁻';

function sign(value: number, text: string): string {
  return value < 0 ? MINUS + text : text;
}

/** Commas between thousands. */
export function group(text: string): string {
  const point = text.indexOf('.');
  const whole = point < 0 ? text : text.slice(0, point);
  return whole.replace(/\B(?=(\d{3})+$)/g, ',') + text.slice(whole.length);
}

function trim(text: string): string {
  return text.includes('e') ? String(Number(text)) : text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/**
 * Width in px of a text in the widest of the usual sans-serif faces (DejaVu Sans and Verdana, which a machine takes
 * that has none of the narrower ones): what room is planned with.
 */
export function textWidth(text: string, size: number, bold = false): number {
  let em = 0;
  for (const char of text) {
    if (/[.,:;|ijl' !\u00a0]/.test(char)) em += 0.33;
    else if (/[%MW]/.test(char)) em += 0.95;
    else if (/[+\u2212A-Z▲▼]/.test(char)) em += 0.77;
    else em += 0.64;
  }
  return em * size * (bold ? 1.1 : 1);
}
