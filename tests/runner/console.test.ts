import { stripVTControlCharacters } from 'node:util';
import { afterEach, expect, test, vi } from 'vitest';
import { openConsole } from '../../src/runner/console.ts';
import type { Frame } from '../../src/runner/display.ts';
import { fitted } from '../../src/runner/fitted.ts';
import { ticker } from '../fixtures/market.ts';

afterEach(() => vi.unstubAllEnvs());

const frame = {
  update: 1,
  tickers: ['BTCUSD', 'ETHUSD', 'ADAUSD'].map((symbol) => ticker(symbol, { priceChangePercent: -1.5 })),
  source: 'simulated',
  feed: 'connected',
} as unknown as Frame;

/** What two updates write to a terminal of that size. */
function drawn(columns: number, rows: number): string[] {
  const texts: string[] = [];
  const write = (text: string) => void texts.push(text);
  const display = openConsole(frame, {
    write,
    pollSeconds: undefined,
    redraw: true,
    size: () => ({ columns, rows }),
  });
  display.update(frame);
  display.update(frame);
  return texts.slice(1);
}

test.each([
  [200, 60],
  [40, 60],
  [40, 8],
  [10, 3],
])(
  'in %i x %i nothing wraps or scrolls, and the next update begins where the last one did',
  (columns, rows) => {
    const [first, second] = drawn(columns, rows);
    const lines = stripVTControlCharacters(first!).split('\n');
    expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(columns);
    expect(lines.length).toBeLessThanOrEqual(rows);
    expect(second).toMatch(new RegExp(`^\\u001B\\[${lines.length - 1}A\\u001B\\[J`));
    if (rows === 60) expect(first).toContain('Widest range'.slice(0, columns));
  },
);

test('a line that is cut ends its colour; what is below the last row is counted', () => {
  expect(fitted('ab\u001B[31mcdef\u001B[39mgh', { columns: 4, rows: 9 })).toBe('ab\u001B[31mcd\u001B[39m');
  expect(fitted('1\n2\n3\n4\n5', { columns: 80, rows: 4 })).toBe('1\n2\n… 3 more lines in a taller window');
});

test('NO_COLOR is heard', () => {
  vi.stubEnv('NO_COLOR', '');
  expect(drawn(200, 60)[0]).toContain('\u001B[31m');
  vi.stubEnv('NO_COLOR', '1');
  expect(drawn(200, 60)[0]).not.toContain('\u001B[3');
});
