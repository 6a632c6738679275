/** Red, green and blue (0–255) of `#rgb`, `#rrggbb`, `rgb()` and `rgba()`; undefined for other notations. */
function channels(color: string): [number, number, number] | undefined {
  const hex = /^#([\da-f]{3,8})$/i.exec(color)?.[1];
  if (hex) {
    const wide = hex.length < 6 ? [...hex].map((c) => c + c).join('') : hex;
    return [0, 2, 4].map((k) => Number.parseInt(wide.slice(k, k + 2), 16)) as [number, number, number];
  }
  const parts = /^rgba?\(([^)]+)\)/.exec(color)?.[1]?.split(',').map(Number.parseFloat);
  return parts && parts.length >= 3 ? [parts[0]!, parts[1]!, parts[2]!] : undefined;
}

/** `a` with a share (0–1) of `b` in it. */
export function mix(a: string, b: string, share: number): string {
  const [p, q] = [channels(a), channels(b)];
  if (!p || !q) return a;
  return `rgb(${p.map((value, i) => Math.round(value + (q[i]! - value) * share)).join(',')})`;
}

/** Dark on light and white on dark, by the colour's luminance. */
export function contrast(color: string): string {
  const rgb = channels(color);
  if (!rgb) return '#444';
  return (rgb[0] * 299 + rgb[1] * 587 + rgb[2] * 114) / 1000 < 150 ? '#fff' : '#444';
}
