import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  adx,
  atr,
  bandwidth,
  bollinger,
  cci,
  donchian,
  ema,
  ichimoku,
  keltner,
  macd,
  percentB,
  rollingVwap,
  rsi,
  sma,
  stochRsi,
  supertrend,
  volatility,
  volatilityIndex,
  vwap,
  williamsR,
} from '../../src/indicators/index.ts';
import { CandlebookError } from '../../src/market/index.ts';
import { type Bar, toColumns } from './drive.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 31, 12);

/** A seeded walk of hourly bars. */
function walk(length: number, price = 100, seed = 1): Bar[] {
  const random = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648;
  };
  let close = price;
  return Array.from({ length }, (_, i) => {
    const open = close;
    close *= 1 + (random() - 0.5) * 0.02;
    const volume = random() * 50;
    return {
      openTime: START + i * 3_600_000,
      open,
      high: Math.max(open, close) * (1 + random() * 0.005),
      low: Math.min(open, close) * (1 - random() * 0.005),
      close,
      volume,
      quoteVolume: volume * (open + close) * 0.5,
    };
  });
}

const bars = walk(300);
const columns = toColumns(bars);
const closes = [...columns.close];

/** Windows of `n` values that end at each index; `undefined` before the first whole one. */
const windows = (values: readonly number[], n: number) =>
  values.map((_, i) => (i < n - 1 ? undefined : values.slice(i - n + 1, i + 1)));
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const deviation = (values: readonly number[], ddof: number) =>
  Math.sqrt(values.reduce((sum, v) => sum + (v - mean(values)) ** 2, 0) / (values.length - ddof));

function expectClose(got: ArrayLike<number>, wanted: ArrayLike<number>, tolerance = 1e-11): void {
  expect(got.length).toBe(wanted.length);
  for (let i = 0; i < wanted.length; i++) {
    if (Number.isNaN(wanted[i]!)) expect(got[i], `index ${i}`).toBeNaN();
    else
      expect(
        Math.abs(got[i]! - wanted[i]!) / Math.max(1e-9, Math.abs(wanted[i]!)),
        `index ${i}`,
      ).toBeLessThan(tolerance);
  }
}

describe('by the definition, two passes over each window', () => {
  test('%B and bandwidth', () => {
    const of = (make: (window: number[], close: number) => number) =>
      windows(closes, 20).map((window, i) => (window ? make(window, closes[i]!) : Number.NaN));
    expectClose(
      percentB(20, 2).batch(closes),
      of((w, close) => (close - (mean(w) - 2 * deviation(w, 0))) / (4 * deviation(w, 0))),
      1e-9,
    );
    expectClose(
      bandwidth(20, 2).batch(closes),
      of((w) => (4 * deviation(w, 0)) / mean(w)),
    );
    expect(percentB(3).batch([5, 5, 5])[2]).toBe(0.5);
    expect(bandwidth(3).batch([5, 5, 5])[2]).toBe(0);
  });

  test('VWAP of the UTC day, week and month', () => {
    const begun = {
      '1d': (t: number) => Math.floor(t / DAY),
      '1w': (t: number) => Math.floor((t / DAY + 3) / 7),
      '1M': (t: number) => new Date(t).getUTCMonth(),
    };
    for (const session of ['1d', '1w', '1M'] as const) {
      const wanted = bars.map((bar, i) => {
        const same = bars
          .slice(0, i + 1)
          .filter((b) => begun[session](b.openTime) === begun[session](bar.openTime));
        return same.reduce((s, b) => s + b.quoteVolume, 0) / same.reduce((s, b) => s + b.volume, 0);
      });
      expectClose(vwap(session).batch(columns), wanted);
    }
    const idle = { openTime: 0, close: 7, volume: 0, quoteVolume: 0 };
    expect(vwap().update(idle)).toBe(7);
  });

  test('VWAP refuses bars that are not in order', () => {
    for (const times of [
      [1, 1],
      [2, 1],
    ]) {
      const two = { openTime: times, close: [1, 1], volume: [1, 1], quoteVolume: [1, 1] };
      expect(() => vwap().batch(two)).toThrow(/openTime 1 at index 1/);
      const one = vwap();
      one.update({ openTime: times[0]!, close: 1, volume: 1, quoteVolume: 1 });
      const next = { openTime: times[1]!, close: 1, volume: 1, quoteVolume: 1 };
      expect(() => one.update(next)).toThrow(CandlebookError);
      expect(() => one.peek(next)).toThrow('index 1');
    }
  });

  test('rolling VWAP, a huge volume that has left leaves nothing behind', () => {
    const volumes = bars.map((bar, i) => (i === 50 ? 1e17 : bar.volume));
    const quotes = volumes.map((volume, i) => volume * closes[i]!);
    const got = rollingVwap(20).batch({ close: closes, volume: volumes, quoteVolume: quotes });
    const base = windows(volumes, 20);
    const quote = windows(quotes, 20);
    expectClose(
      got,
      closes.map((_, i) => (base[i] ? mean(quote[i]!) / mean(base[i]!) : Number.NaN)),
    );
    expect(rollingVwap(1).update({ close: 9, volume: 0, quoteVolume: 0 })).toBe(9);
  });

  test('volatility and its index', () => {
    const returns = closes.slice(1).map((close, i) => Math.log(close / closes[i]!));
    const of = (n: number) => [
      Number.NaN,
      ...windows(returns, n).map((window) => (window ? deviation(window, 1) : Number.NaN)),
    ];
    expectClose(
      volatility(20, '1h').batch(closes),
      of(20).map((s) => s * 100 * Math.sqrt(365 * 24)),
    );
    expectClose(
      volatility(20, '1M').batch(closes),
      of(20).map((s) => s * 100 * Math.sqrt(12)),
    );
    const long = of(100);
    expectClose(
      volatilityIndex(20, 100).batch(closes),
      of(20).map((s, i) => (100 * s) / long[i]!),
    );
    expect(volatilityIndex(2, 3).batch([5, 5, 5, 5])[3]).toBe(100);
    for (const bad of [0, -1]) {
      expect(() => volatility().update(bad)).toThrow('at index 0');
      expect(() => volatility().batch([1, bad])).toThrow('at index 1');
    }
  });

  test('Ichimoku and Donchian: middles and ends of ranges', () => {
    const middle = (n: number) =>
      windows([...columns.high], n).map((highs, i) =>
        highs ? (Math.max(...highs) + Math.min(...columns.low.slice(i - n + 1, i + 1))) / 2 : Number.NaN,
      );
    const lines = ichimoku().batch(columns);
    expectClose(lines.conversion, middle(9));
    expectClose(lines.base, middle(26));
    expectClose(
      lines.leadingA,
      middle(9).map((value, i) => (value + middle(26)[i]!) / 2),
    );
    expectClose(lines.leadingB, middle(52));
    expectClose(donchian(13).batch(columns).middle, middle(13));
  });

  test('Supertrend, against a plain reading of its rules', () => {
    const [period, multiplier] = [10, 3];
    const range = atr(period).batch(columns);
    const wanted: number[] = [];
    let upper = Number.POSITIVE_INFINITY;
    let lower = Number.NEGATIVE_INFINITY;
    let isUp = true;
    bars.forEach((bar, i) => {
      if (i < period) {
        wanted.push(Number.NaN);
        return;
      }
      const middle = (bar.high + bar.low) / 2;
      const before = bars[i - 1]!.close;
      const newUpper = middle + multiplier * range[i]!;
      const newLower = middle - multiplier * range[i]!;
      upper = newUpper < upper || before > upper ? newUpper : upper;
      lower = newLower > lower || before < lower ? newLower : lower;
      if (isUp ? bar.close < lower : bar.close > upper) isUp = !isUp;
      wanted.push(isUp ? lower : upper);
    });
    const got = supertrend(period, multiplier).batch(columns);
    expectClose(got.supertrend, wanted);
    expect(new Set(got.direction.slice(period))).toEqual(new Set([1, -1]));
    got.direction.forEach((direction, i) => {
      if (i >= period) expect(direction > 0).toBe(got.supertrend[i]! <= bars[i]!.close);
    });
  });
});

describe('the TradingView profile', () => {
  const wilder = (values: number[], n: number) => {
    let average = Number.NaN;
    return values.map((value, i) => {
      if (i === n - 1) average = mean(values.slice(0, n));
      else if (i >= n) average = (average * (n - 1) + value) / n;
      return average;
    });
  };
  const exponential = (values: number[], n: number) => {
    const from = values.findIndex((value) => !Number.isNaN(value));
    let average = Number.NaN;
    return values.map((value, i) => {
      if (i === from + n - 1) average = mean(values.slice(from, from + n));
      else if (i >= from + n) average += (value - average) * (2 / (n + 1));
      return average;
    });
  };
  const ranges = bars.map((bar, i) => {
    const before = i === 0 ? bar.close : bars[i - 1]!.close;
    return i === 0 ? bar.high - bar.low : Math.max(bar.high, before) - Math.min(bar.low, before);
  });
  const profile = { profile: 'tradingview' } as const;

  test('ATR counts the first bar, and is begun with bars 0 to n − 1', () => {
    expectClose(atr(14, profile).batch(columns), wilder(ranges, 14));
    expect([atr(14, profile).warmUp, atr(14).warmUp]).toEqual([13, 14]);
    expect(atr(14, profile).id).toBe('atr_14_tradingview');
  });

  test('MACD begins each average with its own first values, and shows the line before the signal', () => {
    const line = exponential(closes, 12).map((fast, i) => fast - exponential(closes, 26)[i]!);
    const got = macd(12, 26, 9, profile).batch(closes);
    expectClose(got.macd, line);
    expectClose(got.signal, exponential(line, 9), 1e-9);
    expect(macd(12, 26, 9).batch(closes).macd[32]).toBeNaN();
    expect(got.macd[25]).not.toBeNaN();
  });

  test('Keltner is of the close, with its own ATR', () => {
    const got = keltner(20, 10, 2, profile).batch(columns);
    const middle = exponential(closes, 20);
    expectClose(got.middle, middle);
    expectClose(
      got.upper,
      middle.map((value, i) => value + 2 * wilder(ranges, 10)[i]!),
    );
  });

  test('RSI of a price that has not moved', () => {
    const flat = new Float64Array(20).fill(7);
    expect(rsi(14).batch(flat)[19]).toBe(50);
    expect(rsi(14, profile).batch(flat)[19]).toBe(100);
    expectClose(rsi(14, profile).batch(closes), rsi(14).batch(closes));
    expect(stochRsi(14, 14, 3, 3, profile).batch(flat).k[19]).toBeNaN();
  });
});

describe('precision', () => {
  /** Whole-number arithmetic: exact mean and variance of prices stated in 1e-8. */
  const exact = (units: readonly bigint[]) => {
    const n = BigInt(units.length);
    const sum = units.reduce((a, b) => a + b, 0n);
    const squares = units.reduce((total, u) => total + (u * n - sum) ** 2n, 0n);
    return {
      mean: Number(sum) / Number(n) / 1e8,
      deviation: Math.sqrt(Number(squares) / Number(n ** 3n)) / 1e8,
    };
  };

  test('Bollinger at prices of 0.00001234 and of 112,749.72, after jumps and flat stretches', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(1_234n, 11_274_972_000_000n, 100n),
        fc.array(
          fc.oneof(
            { weight: 20, arbitrary: fc.bigInt({ min: -3n, max: 3n }) },
            { weight: 1, arbitrary: fc.bigInt({ min: -50n, max: 10n ** 9n }) },
            { weight: 1, arbitrary: fc.constant(10n ** 12n) },
          ),
          { minLength: 30, maxLength: 200, size: 'max' },
        ),
        (price, offsets) => {
          const units = offsets.map((offset) => price + offset);
          const got = bollinger(10, 2).batch(units.map((unit) => Number(unit) / 1e8));
          units.forEach((_, i) => {
            if (i < 9) return;
            const wanted = exact(units.slice(i - 9, i + 1));
            const half = (got.upper[i]! - got.lower[i]!) / 4;
            // Twice the rounding of a band as a double, beside which the deviation may be small.
            const rounding = 4 * Number.EPSILON * got.upper[i]!;
            expect(Math.abs(half - wanted.deviation)).toBeLessThanOrEqual(1e-9 * wanted.deviation + rounding);
            expect(Math.abs(got.middle[i]! - wanted.mean)).toBeLessThanOrEqual(1e-13 * wanted.mean);
          });
        },
      ),
      { numRuns: 150 },
    );
  });

  test('the bands of equal prices are that price, to the last bit', () => {
    for (const price of [0.1, 1.234e-5, 112_749.72]) {
      const { upper, middle, lower } = bollinger(20).batch(new Float64Array(50).fill(price));
      expect([upper[49], middle[49], lower[49]]).toEqual([price, price, price]);
    }
  });

  test('volatility at any price and with any jump before the window', () => {
    const moves = closes.map((close) => close / 100);
    for (const price of [1e-8, 1, 1e5]) {
      const series = moves.map((move) => move * price);
      expectClose(volatility(20).batch(series), volatility(20).batch(moves), 1e-9);
      const jumped = [price * 1e9, price * 1e-9, ...series];
      expectClose(
        volatility(20)
          .batch(jumped)
          .slice(22 + 2),
        volatility(20).batch(moves).slice(22),
        1e-9,
      );
    }
  });
});

describe('bounds and short windows', () => {
  test('oscillators stay in their range', () => {
    const inside = (values: ArrayLike<number>, low: number, high: number) => {
      const present = Array.from(values).filter((value) => !Number.isNaN(value));
      expect(present.length).toBeGreaterThan(250);
      expect(present.every((value) => value >= low && value <= high)).toBe(true);
    };
    inside(rsi(14).batch(closes), 0, 100);
    inside(williamsR(14).batch(columns), -100, 0);
    inside(adx(14).batch(columns).adx, 0, 100);
  });

  test('windows of one bar', () => {
    expect([...sma(1).batch(closes)]).toEqual(closes);
    expect([...ema(1).batch(closes)]).toEqual(closes);
    expect([...bollinger(1).batch(closes).upper]).toEqual(closes);
    expect([...cci(1).batch(columns)].every((value) => value === 0)).toBe(true);
  });

  test('a window longer than the series gives no value, and no error', () => {
    expect([...sma(400).batch(closes)].every(Number.isNaN)).toBe(true);
    expect([...rsi(300).batch(closes)].every(Number.isNaN)).toBe(true);
    expect(
      rsi(299)
        .batch(closes)
        .findIndex((value) => !Number.isNaN(value)),
    ).toBe(299);
  });
});

describe('refuses', () => {
  test.each([
    ['a negative period', () => sma(-1), 'sma can not have period -1'],
    ['no period', () => rsi(0), 'rsi can not have period 0'],
    ['a period with a fraction', () => ema(1.5), 'period 1.5'],
    ['a text', () => atr('14' as never), 'period "14"'],
    ['a period without end', () => sma(Number.POSITIVE_INFINITY), 'period Infinity'],
    ['fast above slow', () => macd(26, 12), 'slow 12'],
    ['no deviation', () => bollinger(20, 0), 'deviations 0'],
    ['one return', () => volatility(1), 'period 1'],
    ['an unknown profile', () => rsi(14, { profile: 'metatrader' as never }), 'metatrader'],
    ['an unknown session', () => vwap('1y' as never), '1y'],
    ['columns of unequal length', () => atr().batch({ high: [1, 2], low: [1], close: [1, 2] }), '1 of low'],
    [
      'a column that is absent',
      () => atr().batch({ high: [1], low: [1] } as never),
      'needs the column close',
    ],
  ])('%s', (_, run, named) => {
    expect(run).toThrow(CandlebookError);
    expect(run).toThrow(named);
  });
});
