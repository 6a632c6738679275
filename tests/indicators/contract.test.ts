import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { INDICATORS } from '../../src/indicators/index.ts';
import { CandlebookError } from '../../src/market/index.ts';
import {
  type AnyIndicator,
  type Bar,
  batchOf,
  type Columns,
  inputOf,
  linesOf,
  sliceColumns,
  toColumns,
} from './drive.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 5, 9);

/** Random walks at prices from 1e-8 to 1e5 with volumes up to 1e12, flat stretches and bars without volume. */
const bars: fc.Arbitrary<Bar[]> = fc
  .tuple(
    fc.constantFrom(1e-8, 0.07, 1, 65_432.1),
    fc.constantFrom(1, 1e6, 1e12),
    fc.array(
      fc.tuple(
        fc.oneof(fc.constant(0), fc.double({ min: -0.05, max: 0.05, noNaN: true })),
        fc.double({ min: 0, max: 0.03, noNaN: true }),
        fc.double({ min: 0, max: 0.03, noNaN: true }),
        fc.oneof(
          { weight: 1, arbitrary: fc.constant(0) },
          { weight: 4, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
        ),
      ),
      { maxLength: 150, size: 'max' },
    ),
  )
  .map(([price, volume, moves]) => {
    let close = price;
    return moves.map(([move, up, down, share], i) => {
      const open = close;
      close = open * (1 + move);
      const high = Math.max(open, close) * (1 + up);
      const low = Math.min(open, close) * (1 - down);
      return {
        openTime: START + i * HOUR,
        open,
        high,
        low,
        close,
        volume: share * volume,
        quoteVolume: share * volume * ((open + close) / 2),
      };
    });
  });

const tradingview = { profile: 'tradingview' } as const;

/** Every indicator as it comes, and again with windows of one and few bars, and in the other profile. */
const created: [string, () => AnyIndicator][] = [
  ...Object.entries(INDICATORS).map(([name, create]): [string, () => AnyIndicator] => [name, create]),
  ...[
    'sma',
    'ema',
    'wma',
    'dema',
    'tema',
    'kama',
    'rsi',
    'atr',
    'natr',
    'adx',
    'cci',
    'williamsR',
    'mfi',
    'roc',
  ]
    .concat(['momentum', 'donchian', 'rollingVwap', 'bollinger', 'percentB', 'bandwidth'])
    .flatMap((name) =>
      [1, 2, 5].map((period): [string, () => AnyIndicator] => [
        `${name} ${period}`,
        () => (INDICATORS[name as 'sma'] as (period: number) => AnyIndicator)(period),
      ]),
    ),
  ['rsi tradingview', () => INDICATORS.rsi(14, tradingview)],
  ['atr tradingview', () => INDICATORS.atr(3, tradingview)],
  ['macd tradingview', () => INDICATORS.macd(3, 8, 4, tradingview)],
  ['keltner tradingview', () => INDICATORS.keltner(4, 6, 2, tradingview)],
  ['supertrend tradingview', () => INDICATORS.supertrend(4, 1, tradingview)],
  ['stochRsi tradingview', () => INDICATORS.stochRsi(5, 4, 3, 2, tradingview)],
  ['macd 1 2 1', () => INDICATORS.macd(1, 2, 1)],
  ['keltner 3 1', () => INDICATORS.keltner(3, 1)],
  ['stochastic 1 1 1', () => INDICATORS.stochastic(1, 1, 1)],
  ['ichimoku 1 2 3', () => INDICATORS.ichimoku(1, 2, 3)],
  ['volatility 2', () => INDICATORS.volatility(2, '1m')],
  ['volatilityIndex 2 3', () => INDICATORS.volatilityIndex(2, 3)],
  ['vwap 1h', () => INDICATORS.vwap('1h')],
];

const stream = (indicator: AnyIndicator, series: readonly Bar[]): number[][] =>
  series.map((bar) => linesOf(indicator, indicator.update(inputOf(indicator, bar))));

const transposed = (columns: readonly Float64Array[]): number[][] =>
  columns.length === 0 ? [] : [...columns[0]!].map((_, i) => columns.map((column) => column[i]!));

describe.each(created)('%s', (title, create) => {
  const [name] = title.split(' ') as [string];

  test('says before the first bar what it reads, gives and needs', () => {
    const indicator = create();
    expect(indicator.name).toBe(name);
    expect(indicator.id.startsWith(name)).toBe(true);
    expect(indicator.count).toBe(0);
    expect(Number.isSafeInteger(indicator.warmUp) && indicator.warmUp >= 0).toBe(true);
    expect(indicator.inputs.length).toBeGreaterThan(0);
    expect(new Set(indicator.outputs).size).toBe(indicator.outputs.length);
    if (indicator.outputs.length === 1) expect(indicator.outputs).toEqual([name]);
  });

  test('batch = streaming = in pieces = after a copy, bit for bit; peeks change nothing', () => {
    fc.assert(
      fc.property(bars, fc.nat(150), fc.nat(3), (series, cut, peeks) => {
        const columns = toColumns(series);
        const streamed = stream(create(), series);
        expect(transposed(batchOf(create(), columns))).toEqual(streamed);

        const at = Math.min(cut, series.length);
        const original = create();
        const head = batchOf(original, sliceColumns(columns, 0, at));
        const twin = original.copy();
        const tail = series.slice(at).map((bar) => {
          const seen = linesOf(twin, twin.peek(inputOf(twin, bar)));
          for (let i = 0; i < peeks; i++) {
            const other = { ...bar, close: bar.high, low: bar.low * 0.9, volume: bar.volume * 3 };
            twin.peek(inputOf(twin, other));
          }
          const committed = linesOf(twin, twin.update(inputOf(twin, bar)));
          expect(seen).toEqual(committed);
          return committed;
        });
        expect([...transposed(head), ...tail]).toEqual(streamed);
        expect([original.count, twin.count]).toEqual([at, series.length]);
        // The original knows nothing of what its copy was given, and goes on from where it was.
        const rest = batchOf(original, sliceColumns(columns, at));
        expect([...transposed(head), ...transposed(rest)]).toEqual(streamed);
        original.reset();
        expect(original.count).toBe(0);
        expect(stream(original, series)).toEqual(streamed);
      }),
      { numRuns: 20 },
    );
  });

  test('every line is NaN before warmUp at most, and a finite number from there on', () => {
    fc.assert(
      fc.property(bars, (series) => {
        const indicator = create();
        const lines = stream(indicator, series);
        lines.forEach((values, i) => {
          if (i >= indicator.warmUp) expect(values.every(Number.isFinite)).toBe(true);
          else expect(values.some(Number.isNaN)).toBe(true);
        });
      }),
      { numRuns: 10 },
    );
  });

  test('writes to the object it is given, and else to a new one', () => {
    const indicator = create();
    if (indicator.outputs.length === 1) return;
    const bar = toBar(100, 0);
    const into = {} as Record<string, number>;
    expect(indicator.peek(inputOf(indicator, bar), into)).toBe(into);
    expect(indicator.update(inputOf(indicator, bar), into)).toBe(into);
    expect(Object.keys(into).sort()).toEqual([...indicator.outputs].sort());
    expect(indicator.update(inputOf(indicator, toBar(101, 1)))).not.toBe(into);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, '101', null, undefined])(
    'refuses %o with its index',
    (bad) => {
      for (const field of create().inputs) {
        const indicator = create();
        const series = Array.from({ length: 9 }, (_, i) => toBar(100 + i, i));
        const twin = indicator.copy();
        const broken = series.map((bar, i) => (i === 6 ? { ...bar, [field]: bad as number } : bar));
        for (const bar of series.slice(0, 6)) indicator.update(inputOf(indicator, bar));
        for (const call of ['update', 'peek'] as const) {
          const error = refusal(() => indicator[call](inputOf(indicator, broken[6]!)));
          expect(error.code).toBe('INPUT_INVALID');
          expect(error.message).toContain('index 6');
          expect(error.message).toContain(field);
        }
        const columns = typeof bad === 'number' ? toColumns(broken) : plainColumns(broken);
        const error = refusal(() => batchOf(twin, columns));
        expect(error.message).toContain('index 6');
        expect([indicator.count, twin.count]).toEqual([6, 0]);
        // Nothing of the refused bar is left.
        const rest = stream(indicator, series.slice(6));
        expect([...transposed(batchOf(twin, toColumns(series)))].slice(6)).toEqual(rest);
      }
    },
  );

  test('takes an empty series and plain arrays', () => {
    expect(batchOf(create(), toColumns([])).map((column) => column.length)).toEqual(
      create().outputs.map(() => 0),
    );
    const series = Array.from({ length: 40 }, (_, i) => toBar(100 + (i % 7), i));
    const plain = Object.fromEntries(Object.entries(toColumns(series)).map(([key, v]) => [key, [...v]]));
    expect(batchOf(create(), plain as unknown as Columns)).toEqual(batchOf(create(), toColumns(series)));
  });
});

/** As plain arrays, which can hold what is no number. */
function plainColumns(bars: readonly Bar[]): Columns {
  return Object.fromEntries(
    Object.keys(toBar(1, 0)).map((name) => [name, bars.map((bar) => bar[name as keyof Bar])]),
  ) as unknown as Columns;
}

test('bars that are not in order of time are refused by whoever reads bars, with the index', () => {
  const bars = [0, 1, 3, 2].map((i) => toBar(100 + i, i));
  for (const create of Object.values(INDICATORS)) {
    const indicator = create() as AnyIndicator;
    if (indicator.inputs.length === 1) continue;
    for (const series of [bars, [bars[0]!, bars[1]!, bars[2]!, bars[2]!]]) {
      const { message } = refusal(() => batchOf(indicator, toColumns(series)));
      expect(message).toContain('at index 3, which is not after the bar before it');
      expect(indicator.count).toBe(0);
    }
  }
});

test('one bar, equal prices and a period longer than the series are no error', () => {
  for (const create of Object.values(INDICATORS)) {
    const indicator = create() as AnyIndicator;
    const lone = batchOf(create() as AnyIndicator, toColumns([toBar(100, 0)]));
    expect(lone.every((line) => line.length === 1)).toBe(true);
    if (indicator.warmUp > 0) expect(lone.some((line) => Number.isNaN(line[0]!))).toBe(true);
    const rest = Array.from({ length: 300 }, (_, i) => {
      return { ...toBar(65_432.1, i), high: 65_432.1, low: 65_432.1, volume: 0, quoteVolume: 0 };
    });
    for (const line of batchOf(indicator, toColumns(rest)))
      expect([...line.slice(indicator.warmUp)].every(Number.isFinite)).toBe(true);
  }
});

test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '14', null])(
  'a period of %j is refused before any bar',
  (period) => {
    for (const [name, create] of Object.entries(INDICATORS)) {
      if (name === 'obv' || name === 'vwap') continue;
      const error = refusal(() => (create as (period: unknown) => unknown)(period));
      expect(error.message).toContain(`can not have`);
      expect(error.message).toContain(
        JSON.stringify(period) === 'null' ? String(period) : JSON.stringify(period),
      );
      expect(error.hint).toMatch(/whole number/);
    }
  },
);

function toBar(close: number, i: number): Bar {
  return {
    openTime: START + i * HOUR,
    open: close,
    high: close + 1,
    low: close - 1,
    close,
    volume: 10 + i,
    quoteVolume: (10 + i) * close,
  };
}

function refusal(run: () => unknown): CandlebookError {
  try {
    run();
  } catch (error) {
    if (error instanceof CandlebookError) return error;
    throw error;
  }
  throw new Error('was not refused');
}
