import { describe, expect, test } from 'vitest';
import { CandleSeries } from '../../src/candles/index.ts';
import { corr, crossings } from '../../src/indicators/index.ts';
import { correlation, trendReversals, volatilityRanking, volumeSpikes } from '../../src/insights/index.ts';
import { type Candle, CandlebookError, type Interval } from '../../src/market/index.ts';
import { sharedDataPath, testWithSharedData } from '../fixtures/shared-data.ts';
import { readKlines } from '../indicators/klines.ts';

const START = Date.UTC(2026, 0, 5);
const MINUTE = 60_000;

function seriesOf(
  symbol: string,
  closes: readonly number[],
  options: { volumes?: readonly number[]; skip?: readonly number[]; interval?: Interval } = {},
): CandleSeries {
  const { volumes, skip = [], interval = '1m' } = options;
  const length = interval === '1m' ? MINUTE : 60 * MINUTE;
  const candles = closes.flatMap((close, i): Candle[] => {
    if (skip.includes(i)) return [];
    const openTime = START + i * length;
    const open = closes[i - 1] ?? close;
    const volume = volumes?.[i] ?? 1;
    return [
      {
        ...{ openTime, open, high: Math.max(open, close), low: Math.min(open, close), close, volume },
        closeTime: openTime + length - 1,
        ...{ quoteVolume: volume * close, tradeCount: 1, takerBuyVolume: 0, takerBuyQuoteVolume: 0 },
      },
    ];
  });
  const series = new CandleSeries(interval, { symbol });
  series.load(candles);
  return series;
}

/** A walk whose n-th step depends on n alone, so that two of them go together as far as asked. */
const steps = (count: number, phase: number) =>
  Array.from({ length: count }, (_, i) => Math.sin(i * 12.9898 + phase));
const walk = (moves: readonly number[], scale: number, price = 100) => {
  let value = price;
  return moves.map((move) => {
    value *= Math.exp(move * scale);
    return value;
  });
};

describe('correlation', () => {
  const moves = steps(300, 0);
  const a = walk(moves, 0.01);
  const b = walk(moves, 0.002, 1e-5);
  const c = walk(
    moves.map((move) => -move),
    0.01,
    60_000,
  );
  const d = walk(steps(300, 1.6), 0.01);

  test('of log returns: together, against each other, apart', () => {
    const { symbols, matrix, samples } = correlation([
      seriesOf('A', a),
      seriesOf('B', b),
      seriesOf('C', c),
      seriesOf('D', d),
    ]);
    expect([symbols, samples]).toEqual([['A', 'B', 'C', 'D'], 299]);
    expect(matrix[0]![0]).toBe(1);
    expect(matrix[0]![1]).toBeCloseTo(1, 9);
    expect(matrix[0]![2]).toBeCloseTo(-1, 9);
    expect(Math.abs(matrix[0]![3]!)).toBeLessThan(0.2);
    for (let i = 0; i < 4; i++) for (let j = 0; j < 4; j++) expect(matrix[i]![j]).toBe(matrix[j]![i]);
  });

  test('only on times that all have: a missing bar does not shift one against the other', () => {
    const { matrix, samples } = correlation([
      seriesOf('A', a, { skip: [5, 90] }),
      seriesOf('B', b, { skip: [0, 40, 41] }),
    ]);
    expect(samples).toBe(294);
    expect(matrix[0]![1]).toBeCloseTo(1, 9);
    expect(
      correlation([
        seriesOf('A', a),
        seriesOf(
          'F',
          a.map(() => 7),
        ),
      ]).matrix[0]![1],
    ).toBeNaN();
    expect(correlation([])).toEqual({ symbols: [], matrix: [], samples: 0 });
  });

  test('mixed intervals and a symbol twice are refused', () => {
    expect(() => correlation([seriesOf('A', a), seriesOf('B', b, { interval: '1h' })])).toThrow('of 1h');
    expect(() => volatilityRanking([seriesOf('A', a), seriesOf('A', b)])).toThrow('two series of A');
  });
});

describe('volatility ranking', () => {
  test('most volatile first, in percent a year whatever the price', () => {
    const moves = steps(200, 0);
    const calm = seriesOf('CALM', walk(moves, 0.001, 1e-6));
    const wild = seriesOf('WILD', walk(moves, 0.01, 50_000));
    const ranking = volatilityRanking([calm, seriesOf('NEW', [1, 2]), wild]);
    expect(ranking.map((one) => [one.rank, one.symbol, one.returns])).toEqual([
      [1, 'WILD', 199],
      [2, 'CALM', 199],
    ]);
    const returns = moves.slice(1).map((move) => move * 0.01);
    const mean = returns.reduce((x, y) => x + y) / 199;
    const deviation = Math.sqrt(returns.reduce((sum, r) => sum + (r - mean) ** 2, 0) / 198);
    expect(ranking[0]!.volatilityPercent).toBeCloseTo(deviation * 100 * Math.sqrt(365 * 1440), 6);
    expect(ranking[0]!.volatilityPercent / ranking[1]!.volatilityPercent).toBeCloseTo(10, 6);
  });

  test('of the last returns asked for, and of no gap', () => {
    const closes = walk(steps(100, 0), 0.01);
    expect(volatilityRanking([seriesOf('A', closes)], { period: 30 })[0]!.returns).toBe(30);
    expect(volatilityRanking([seriesOf('A', closes, { skip: [60] })])[0]!.returns).toBe(38);
    expect(() => volatilityRanking([], { period: 1 })).toThrow(CandlebookError);
  });
});

describe('volume spikes', () => {
  const quiet = Array.from({ length: 200 }, (_, i) => 10 + (i % 5));
  const closes = quiet.map((_, i) => 100 + (i % 2));

  test('stand out from the median of the bars before, and do not hide each other', () => {
    const volumes = quiet.map((volume, i) => (i === 150 || i === 153 ? 400 : volume));
    const spikes = volumeSpikes(seriesOf('A', closes, { volumes }));
    expect(spikes.map((spike) => spike.openTime)).toEqual([START + 150 * MINUTE, START + 153 * MINUTE]);
    expect(spikes[0]).toMatchObject({ symbol: 'A', volume: 400, medianVolume: 12, direction: 'down' });
    expect(spikes[0]!.ratio).toBeCloseTo(400 / 12, 12);
    expect(spikes[0]!.zScore).toBeCloseTo((400 - 12) / (1.4826 * 1), 1);
    expect(volumeSpikes(seriesOf('A', closes, { volumes: quiet }))).toEqual([]);
  });

  test('where most or all bars before are equal', () => {
    const mostly = quiet.map((_, i) => (i === 199 ? 30 : i % 10 === 0 ? 11 : 10));
    const [spike] = volumeSpikes(seriesOf('A', closes, { volumes: mostly }));
    expect(spike!.zScore).toBeCloseTo(20 / (0.1 * 1.2533), 1);
    const equal = quiet.map((_, i) => (i === 199 ? 20 : 10));
    expect(volumeSpikes(seriesOf('A', closes, { volumes: equal }))[0]!.zScore).toBe(Number.POSITIVE_INFINITY);
    // Standing out from bars that hardly differ is not enough: it is less than twice the usual volume.
    const hardly = quiet.map((_, i) => (i === 199 ? 19 : 10));
    expect(volumeSpikes(seriesOf('A', closes, { volumes: hardly }))).toEqual([]);
    expect(volumeSpikes(seriesOf('A', closes, { volumes: hardly }), { minRatio: 1.5 }).length).toBe(1);
    expect(volumeSpikes(seriesOf('A', [1, 2, 3]))).toEqual([]);
    expect(() => volumeSpikes(seriesOf('A', closes), { window: 2 })).toThrow('window 2');
  });
});

describe('trend reversals', () => {
  test('a triangle turns at its corners, a little later', () => {
    const closes = Array.from({ length: 200 }, (_, i) => 100 + Math.abs(((i + 50) % 100) - 50));
    const found = trendReversals(seriesOf('A', closes));
    expect(found.map((one) => one.direction)).toEqual(['down', 'up', 'down']);
    for (const { openTime, direction, price } of found) {
      const i = (openTime - START) / MINUTE;
      expect(price).toBe(closes[i]);
      expect(closes[i]! > closes[i - 1]!).toBe(direction === 'up');
    }
    expect(found[0]!.moveSincePercent).toBeUndefined();
    expect(found[1]!.moveSincePercent).toBeCloseTo((found[1]!.price / found[0]!.price - 1) * 100, 12);
    expect(
      trendReversals(
        seriesOf(
          'A',
          closes.map(() => 5),
        ),
      ),
    ).toEqual([]);
    expect(() => trendReversals(seriesOf('A', closes), { fast: 30 })).toThrow(CandlebookError);
  });

  test('a touch is no crossing', () => {
    expect([...crossings([1, 2, 1, 3, 3, 1], [2, 2, 2, 2, Number.NaN, 2])]).toEqual([0, 0, 0, 1, 0, -1]);
  });
});

const FILES = ['klines-1m-2025-10/BTCUSDT_1m.csv', 'klines-1m-2025-10/ETHUSDT_1m.csv'];
testWithSharedData('three real days of BTCUSDT and ETHUSDT', FILES, () => {
  const all = FILES.map((file) => {
    const columns = readKlines(sharedDataPath(file));
    return seriesFromColumns(file.includes('BTC') ? 'BTCUSDT' : 'ETHUSDT', columns);
  });
  const { matrix, samples } = correlation(all);
  expect(samples).toBe(4_319);
  const returns = all.map((series) => {
    const closes = [...series.column('close')];
    return closes.slice(1).map((close, i) => Math.log(close / closes[i]!));
  });
  expect(matrix[0]![1]).toBeCloseTo(corr(returns[0]!, returns[1]!), 12);
  expect(matrix[0]![1]).toBeGreaterThan(0.7);
  expect(volatilityRanking(all)[0]!.symbol).toBe('ETHUSDT');
  for (const series of all) expect(volumeSpikes(series, { threshold: 20 }).length).toBeGreaterThan(0);
});

function seriesFromColumns(symbol: string, columns: ReturnType<typeof readKlines>): CandleSeries {
  const series = new CandleSeries('1m', { symbol });
  series.load(
    Array.from(columns.openTime, (openTime, i) => {
      return {
        openTime,
        open: columns.open[i]!,
        high: columns.high[i]!,
        low: columns.low[i]!,
        close: columns.close[i]!,
        volume: columns.volume[i]!,
        closeTime: openTime + MINUTE - 1,
        quoteVolume: columns.quoteVolume[i]!,
        ...{ tradeCount: 1, takerBuyVolume: 0, takerBuyQuoteVolume: 0 },
      };
    }),
  );
  return series;
}
