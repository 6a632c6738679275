import { expect, test } from 'vitest';
import { coinOrder, coinStyle, THEMES, type Theme } from '../../../src/dashboard/figures/theme.ts';

type Rgb = [number, number, number];

function linear(hex: string): Rgb {
  return [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
}

/** WCAG 2 contrast ratio. */
function contrast(a: string, b: string): number {
  const [x, y] = [a, b].map((hex) => {
    const [r, g, bl] = linear(hex);
    return 0.2126 * r + 0.7152 * g + 0.0722 * bl + 0.05;
  }) as [number, number];
  return x > y ? x / y : y / x;
}

/** Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB. */
const BLINDNESS: Record<string, number[]> = {
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
};

function lab([r, g, b]: Rgb): Rgb {
  const f = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function seenBy(matrix: number[], hex: string): Rgb {
  const rgb = linear(hex);
  return lab(
    [0, 3, 6].map((row) =>
      Math.max(
        0,
        rgb.reduce((sum, c, k) => sum + c * matrix[row + k]!, 0),
      ),
    ) as Rgb,
  );
}

const themes: [string, Theme][] = Object.entries(THEMES);

test.each(themes)('%s: texts have contrast enough', (_, theme) => {
  for (const color of [theme.text, theme.muted, theme.up, theme.down, theme.flat, theme.accent]) {
    expect(contrast(color, theme.paper), color).toBeGreaterThan(4.5);
  }
  for (const color of [theme.upSoft, theme.downSoft, theme.flatSoft, theme.track]) {
    expect(contrast(theme.text, color), color).toBeGreaterThan(4.5);
  }
  for (const color of [theme.text, theme.up, theme.down, theme.flat]) {
    expect(contrast(color, theme.stripe), color).toBeGreaterThan(4);
  }
  // Names and values of lines are written in their colours.
  for (const color of [...theme.series, ...theme.coins])
    expect(contrast(color, theme.paper), color).toBeGreaterThan(4.5);
  expect(contrast(theme.mark, theme.onMark)).toBeGreaterThan(4.5);
});

test.each(themes)('%s: up and down are told apart with any colour blindness', (_, theme) => {
  for (const [name, matrix] of Object.entries(BLINDNESS)) {
    for (const [a, b] of [
      [theme.up, theme.down],
      [theme.upSoft, theme.downSoft],
    ] as const) {
      const [p, q] = [seenBy(matrix, a), seenBy(matrix, b)];
      const distance = Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
      expect(distance, `${name} ${a} ${b}`).toBeGreaterThan(25);
    }
  }
});

/** CIE76 distance as those without one kind of cones, or with all of them, see it. */
function distance(matrix: number[], a: string, b: string): number {
  const [p, q] = [seenBy(matrix, a), seenBy(matrix, b)];
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

test('in the theme for the colour-blind, coins and lines are told apart too, and up and down in grey', () => {
  const { coins, series, up, down, upSoft, downSoft } = THEMES.colorblind;
  for (const [name, matrix] of Object.entries(BLINDNESS)) {
    for (const colors of [coins, series]) {
      colors.forEach((a, i) => {
        for (const b of colors.slice(i + 1))
          expect(distance(matrix, a, b), `${name} ${a} ${b}`).toBeGreaterThan(9.5);
      });
    }
  }
  // A line is not taken for a falling candle.
  for (const color of series) expect([up, down], color).not.toContain(color);
  expect(Math.abs(lab(linear(up))[0] - lab(linear(down))[0])).toBeGreaterThan(15);
  expect(Math.abs(lab(linear(upSoft))[0] - lab(linear(downSoft))[0])).toBeGreaterThan(10);
});

test('a dozen coins have a dozen looks in every theme, and keep them whatever is shown', () => {
  for (const theme of Object.values(THEMES)) {
    const looks = Array.from({ length: 12 }, (_, n) => JSON.stringify(coinStyle(theme, n)));
    expect(new Set(looks).size).toBe(12);
  }
  const place = coinOrder(['BTC', 'ETH', 'ADA'], ['ADA', 'XRP']);
  expect(['ADA', 'XRP', 'BTC'].map(place)).toEqual([2, 3, 0]);
});
