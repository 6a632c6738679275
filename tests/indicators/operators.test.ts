import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  corr,
  corrMatrix,
  diff,
  ewm,
  pctChange,
  rank,
  resample,
  rolling,
  shift,
} from '../../src/indicators/index.ts';
import { CandlebookError } from '../../src/market/index.ts';
import { describeWithPython } from '../fixtures/python.ts';

const SCRIPT = fileURLToPath(new URL('pandas/compute.py', import.meta.url));

let seed = 3;
const random = () => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return seed / 2_147_483_648;
};
const LENGTH = 400;
const walk = (price: number) => {
  let value = price;
  return Array.from({ length: LENGTH }, () => {
    value *= 1 + (random() - 0.5) * 0.02;
    return value;
  });
};
const price = walk(100);
const other = price.map((value) => value * 0.3 + random());

/** Tame series, on which pandas' own running sums hold. */
const TAME: Record<string, (number | null)[]> = {
  price,
  holes: price.map((value, i) => (i % 7 === 3 || (i > 100 && i < 130) ? null : value)),
  ties: price.map((_, i) => Math.round(random() * 4) + (i % 50)),
  short: [1, 2],
  none: Array.from({ length: 30 }, () => null),
};

/** Series whose windows follow on values a billion times as large, or hardly move at a large price. */
const ADVERSARIAL: Record<string, (number | null)[]> = {
  shib: walk(1.234e-5),
  volume: walk(1e12),
  offset: walk(1).map((value) => 1e8 + value),
  spikes: walk(1e-3).map((value, i) => (i % 90 === 40 ? value * 1e11 : value)),
  flat: price.map((value, i) => (i % 100 > 40 ? 65_432.1 : value)),
};

type Answer = Record<string, Record<string, (number | string | null)[]>>;
const ask = (python: string, series: Record<string, (number | null)[]>): Answer => {
  const child = spawnSync(python, [SCRIPT], {
    input: JSON.stringify({ ...series, other }),
    encoding: 'utf8',
    maxBuffer: 1e9,
    timeout: 120_000,
  });
  if (child.status !== 0) throw new Error(`pandas failed: ${child.stderr}`);
  return JSON.parse(child.stdout) as Answer;
};

/** Ours, under the names of the script. */
function ours(numbers: (number | null)[]): Record<string, Float64Array> {
  const values = numbers.map((value) => value ?? Number.NaN);
  const found: Record<string, Float64Array> = {};
  const beside = other.slice(0, values.length);
  for (const [window, least] of [
    [20, 20],
    [20, 3],
    [1, 1],
    [7, 2],
  ] as const) {
    const key = `${window}_${least}`;
    const moving = rolling(values, window, { minPeriods: least });
    for (const name of ['sum', 'mean', 'min', 'max', 'std', 'var', 'count'] as const)
      found[`${name}_${key}`] = moving[name]();
    found[`std0_${key}`] = moving.std(0);
    found[`corr_${key}`] = moving.corr(beside);
    found[`cov_${key}`] = moving.cov(beside);
    for (const name of ['sum', 'mean', 'var', 'cov', 'corr'])
      found[`exact_${name}_${key}`] = found[`${name}_${key}`]!;
  }
  const fadings = {
    span: ewm(values, { span: 20 }),
    halflife: ewm(values, { halflife: 7.5 }),
    com: ewm(values, { com: 4, adjust: false }),
    alpha: ewm(values, { alpha: 0.3, ignoreNa: true, minPeriods: 5 }),
    plain: ewm(values, { alpha: 0.3, ignoreNa: true, adjust: false }),
  };
  for (const [key, fading] of Object.entries(fadings))
    for (const name of ['mean', 'var', 'std'] as const) found[`ewm_${key}_${name}`] = fading[name]();
  for (const periods of [1, 3, -2]) {
    found[`shift_${periods}`] = shift(values, periods);
    found[`diff_${periods}`] = diff(values, periods);
    found[`pct_${periods}`] = pctChange(values, periods);
  }
  for (const method of ['average', 'min', 'max', 'first', 'dense'] as const) {
    found[`rank_${method}`] = rank(values, { method });
    found[`rank_${method}_down`] = rank(values, { method, ascending: false, pct: true });
  }
  found.corr = Float64Array.of(corr(values, beside));
  let time = 0;
  const times = values.map((_, i) => {
    time += (i % 5) * 37_000;
    return time;
  });
  for (const interval of ['1m', '5m', '1h', '1d'] as const) {
    const bins = resample(times, values, interval);
    found[`resample_${interval}_time`] = bins.openTime;
    for (const name of ['first', 'last', 'min', 'max', 'mean', 'sum', 'count'] as const)
      found[`resample_${interval}_${name}`] = bins[name]();
  }
  return found;
}

/**
 * Largest difference relative to the value, or to `scale` where the value is near zero; infinite where only one has
 * a value.
 */
function difference(got: Float64Array, wanted: (number | string | null)[], scale: number): number {
  if (got.length !== wanted.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  wanted.forEach((value, i) => {
    const own = got[i]!;
    if (value === null || Number.isNaN(own)) {
      if (value !== null || !Number.isNaN(own)) largest = Number.POSITIVE_INFINITY;
    } else if (own !== Number(value)) {
      largest = Math.max(largest, Math.abs(own - Number(value)) / Math.max(scale, Math.abs(Number(value))));
    }
  });
  return largest;
}

describeWithPython('equal to pandas to 1e-9', ['pandas', 'numpy'], (python) => {
  test.each(Object.keys(TAME))('%s', (name) => {
    const answer = ask(python, { [name]: TAME[name]! })[name]!;
    const mine = ours(TAME[name]!);
    expect(Object.keys(mine).sort()).toEqual(Object.keys(answer).sort());
    for (const [operator, wanted] of Object.entries(answer)) {
      expect(difference(mine[operator]!, wanted, 1e-6), operator).toBeLessThanOrEqual(1e-9);
    }
  });

  test.each(Object.keys(ADVERSARIAL))('%s, each window by itself in extended precision', (name) => {
    const answer = ask(python, { [name]: ADVERSARIAL[name]! })[name]!;
    const mine = ours(ADVERSARIAL[name]!);
    for (const [operator, wanted] of Object.entries(answer)) {
      // pandas' own running windows are off here; what does not run is compared with pandas itself.
      if (!/^(exact|ewm_.*_mean|shift|diff|pct|rank|resample|min|max|count)/.test(operator)) continue;
      const size = wanted.reduce<number>((sum, value) => Math.max(sum, Math.abs(Number(value ?? 0))), 0);
      const scale = /corr/.test(operator) ? 1e-2 : /cov/.test(operator) ? size * 1e-4 : 0;
      expect(difference(mine[operator]!, wanted, scale), operator).toBeLessThanOrEqual(1e-9);
    }
  });
});

describe('without pandas', () => {
  test('short against long term, with nothing but operators', () => {
    const short = rolling(price, 5).mean();
    const long = rolling(price, 50).mean();
    expect(short[4]).toBeCloseTo(price.slice(0, 5).reduce((a, b) => a + b) / 5, 10);
    expect([short[3], long[48], Number.isNaN(long[49]!)]).toEqual([Number.NaN, Number.NaN, false]);
  });

  test('a Danfo Series, whose numbers are in `values`', () => {
    expect([...shift({ values: [1, 2, 3] })]).toEqual([Number.NaN, 1, 2]);
    expect([...shift(Float64Array.of(1, 2, 3), -1)]).toEqual([2, 3, Number.NaN]);
  });

  test('correlation: bounds, no pair, one that does not move', () => {
    expect(corr(price, price)).toBe(1);
    expect(
      corr(
        price,
        price.map((value) => -value),
      ),
    ).toBe(-1);
    expect(
      corr(
        price,
        price.map(() => 5),
      ),
    ).toBeNaN();
    expect(corr([], [])).toBeNaN();
    const { names, matrix } = corrMatrix({ a: price, b: other });
    expect(names).toEqual(['a', 'b']);
    expect([matrix[0]![0], matrix[0]![1]]).toEqual([1, matrix[1]![0]]);
  });

  test('an infinite value is an absent one', () => {
    expect([...rolling([1, Number.POSITIVE_INFINITY, 3], 3, { minPeriods: 1 }).sum()]).toEqual([1, 1, 4]);
  });

  test.each([
    ['no window', () => rolling(price, 0), 'window can not be 0'],
    ['half a window', () => rolling(price, 2.5), '2.5'],
    ['no fading', () => ewm(price, {}), 'no fading'],
    ['two fadings', () => ewm(price, { span: 3, alpha: 0.5 }), '3 and 0.5'],
    ['an alpha above 1', () => ewm(price, { alpha: 2 }), '2'],
    ['series of unequal length', () => corr([1], [1, 2]), '1 and 2 values'],
    ['times out of order', () => resample([2, 1], [1, 1], '1m'), 'index 1'],
    ['what is no series', () => shift({} as never), 'no series'],
  ])('refuses %s', (_, run, named) => {
    expect(run).toThrow(CandlebookError);
    expect(run).toThrow(named);
  });
});
