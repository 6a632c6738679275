/** The price in all its decimals (the exchange states at most 8), at least two: `112,749.72`, `0.00001234`. */
export function priceText(price: number): string {
  const [whole = '', fraction = ''] = Math.abs(price).toFixed(8).split('.');
  const decimals = fraction.replace(/0+$/, '').padEnd(2, '0');
  return `${price < 0 ? '-' : ''}${grouped(whole)}.${decimals}`;
}

/** `+1.50 %`, `-0.30 %`, `0.00 %`. */
export function percentText(percent: number): string {
  const text = Math.abs(percent).toFixed(2);
  const sign = Number(text) === 0 ? '' : percent > 0 ? '+' : '-';
  return `${sign}${text} %`;
}

const SCALES = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'K'],
] as const;

/** Three or more significant digits and a letter: `1.23 B`, `456.70 M`, `12.00`. */
export function amountText(amount: number): string {
  const scale = SCALES.find(([size]) => Math.abs(amount) >= size * 0.999995);
  return scale ? `${(amount / scale[0]).toFixed(2)} ${scale[1]}` : amount.toFixed(2);
}

/** `2026-11-24 10:15:03 UTC` */
export function timeText(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** Pads numbers to one width so that their decimal points stand in one column. */
export function alignPoints(texts: readonly string[]): string[] {
  const after = (text: string) => (text.includes('.') ? text.length - text.indexOf('.') : 0);
  const fraction = Math.max(0, ...texts.map(after));
  const padded = texts.map((text) => text + ' '.repeat(fraction - after(text)));
  const width = Math.max(0, ...padded.map((text) => text.length));
  return padded.map((text) => text.padStart(width));
}

/** For terminals that show colours; the words stay, so that nothing is said by colour alone. */
export function coloured(text: string, sign: number, colour: boolean): string {
  if (!colour || sign === 0) return text;
  return `\u001B[${sign > 0 ? 32 : 31}m${text}\u001B[39m`;
}

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}
