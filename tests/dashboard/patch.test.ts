import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  applyPatch,
  board,
  candlestick,
  chartIndicators,
  type Patch,
  patch,
} from '../../src/dashboard/index.ts';
import { sampleCandles, sampleTickers } from './figures/sample.ts';
import { boardFigures, moreFigures } from './figures/sheets.ts';

const asJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** `patch`, carried over as JSON and applied to a copy. */
function carried(previous: unknown, next: unknown): { patch: Patch; result: unknown } {
  const changes = patch(previous, next);
  return { patch: changes, result: applyPatch(asJson(previous), asJson(changes)) };
}

describe('any two pieces of plain JSON', () => {
  const scalar = fc.oneof(
    fc.integer({ min: -3, max: 3 }),
    fc.constantFrom<unknown>(null, '', 'a', true, Number.NaN, Number.POSITIVE_INFINITY, 0.1),
  );
  const { json } = fc.letrec<{ json: unknown }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 4 },
      scalar,
      fc.array(scalar, { maxLength: 12 }),
      fc.array(tie('json'), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom('x', 'y', 'data'), tie('json'), { noNullPrototype: true }),
    ),
  }));

  test('the patch leads from one to the other, and there is none between equals', () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        expect(carried(a, b).result).toEqual(asJson(b));
        expect(patch(a, structuredClone(a))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test('windows that move on, in any number of steps', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.array(scalar, { maxLength: 9 })), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(fc.array(scalar, { maxLength: 40 }), steps, (start, moves) => {
        let [real, copy]: [unknown[], unknown] = [start, asJson(start)];
        for (const [drop, added] of moves) {
          const next = [...real.slice(drop), ...added];
          copy = applyPatch(copy, asJson(patch(real, next)));
          real = next;
          expect(copy).toEqual(asJson(real));
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('what a tick carries', () => {
  const columns = sampleCandles(500);
  const withPrice = (price: number) => ({
    ...columns,
    close: Array.from(columns.close, (close, i) => (i === 499 ? price : close)),
    high: Array.from(columns.high, (high, i) => (i === 499 ? Math.max(high, price) : high)),
    quoteVolume: Array.from(columns.volume, (volume, i) => volume * columns.close[i]!),
  });
  const chart = (of: ReturnType<typeof withPrice>) =>
    candlestick(of, {
      source: 'live',
      symbol: 'BTCUSDT',
      ...chartIndicators(of, ['ema_50', 'bollinger', 'vwap', 'rsi', 'macd']),
    });
  const last = columns.close[499]!;

  test('a tick of the forming bar carries single values, not columns', () => {
    const [a, b] = [chart(withPrice(last)), chart(withPrice(last * 1.0001))];
    const { patch: changes, result } = carried(a, b);
    expect(result).toEqual(asJson(b));
    expect(JSON.stringify(changes).length).toBeLessThan(4_000);
    expect(JSON.stringify(b).length).toBeGreaterThan(100_000);
    // Nothing of the frame: neither Plotly's axes nor what stands around them are drawn again.
    expect(changes.filter(([, path]) => path[0] !== 'data')).toEqual([]);
  });

  test('a closed bar moves the columns on and carries what is new', () => {
    const whole = withPrice(last);
    const layers = chartIndicators(whole, ['ema_50', 'rsi']);
    const at = (from: number) => {
      const cut = <T>(values: ArrayLike<T>) => Array.from(values).slice(from, from + 400);
      return candlestick(
        Object.fromEntries(
          Object.entries(whole).map(([name, values]) => [name, cut(values)]),
        ) as unknown as typeof whole,
        {
          source: 'live',
          forming: false,
          overlays: layers.overlays.map((one) => ({ ...one, values: cut(one.values) })),
          panes: layers.panes.map((one) => ({
            ...one,
            lines: one.lines.map((line) => ({ ...line, values: cut(line.values) })),
          })),
        },
      );
    };
    const { patch: changes, result } = carried(at(20), at(21));
    expect(result).toEqual(asJson(at(21)));
    expect(
      changes.filter(([kind, path]) => kind === 'set' && path.length === 3 && path[0] === 'data'),
    ).toEqual(
      changes.filter(
        ([kind, path, value]) => kind === 'set' && path[0] === 'data' && (value as []).length < 9,
      ),
    );
    expect(JSON.stringify(changes).length).toBeLessThan(6_000);
  });

  test('it leads from any figure to any other of its kind', () => {
    for (const draw of [boardFigures, moreFigures]) {
      const [few, many] = [draw(7, 'light'), draw(12, 'dark')];
      few.forEach((figure, i) => void expect(carried(figure, many[i]).result).toEqual(asJson(many[i])));
    }
    const [one, two] = [3, 9].map((count) => board({ tickers: sampleTickers(count) }, { source: 'live' }));
    expect(carried(one, two).result).toEqual(asJson(two));
  });
});

test('a patch for something else says what is missing', () => {
  expect(() => applyPatch({}, [['set', ['data', 0, 'x'], 1]])).toThrow('data.0');
});
