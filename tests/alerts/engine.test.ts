import { describe, expect, test } from 'vitest';
import { type Alert, AlertEngine } from '../../src/alerts/index.ts';
import { CandleSeries } from '../../src/candles/index.ts';
import { type AlertRuleInput, loadSettings } from '../../src/configuration/index.ts';
import { crossings, ema, rsi } from '../../src/indicators/index.ts';
import { trendReversals, volumeSpikes } from '../../src/insights/index.ts';
import type { Candle } from '../../src/market/index.ts';
import { ticker, trade } from '../fixtures/market.ts';

const T0 = Date.UTC(2026, 10, 24, 9);
const MINUTE = 60_000;
const SYMBOL = 'BTCUSD';

function engine(rules: object[], saved?: unknown) {
  const { alerts, symbols } = loadSettings(
    { alerts: rules.map((rule) => ({ name: 'rule', cooldownSeconds: 0, ...rule }) as AlertRuleInput) },
    { env: {} },
  );
  const found: Alert[] = [];
  const made = new AlertEngine({
    rules: alerts.rules,
    symbols: symbols.slice(0, 2),
    interval: '1m',
    source: 'simulated',
    saved,
    onAlert: (alert) => found.push(alert),
  });
  const save = () => JSON.parse(JSON.stringify(made.memories));
  return { made, found, save };
}

const price = (at: number, value: number) => trade(SYMBOL, { price: value, time: T0 + at * 1000 });

/** Bars of these closes, a minute each. */
function bars(closes: readonly number[], volumes: readonly number[] = [], from = 0): Candle[] {
  return closes.map((close, i) => ({
    openTime: T0 + (from + i) * MINUTE,
    open: closes[i - 1] ?? close,
    high: Math.max(close, closes[i - 1] ?? close),
    low: Math.min(close, closes[i - 1] ?? close),
    close,
    volume: volumes[i] ?? 10,
    closeTime: T0 + (from + i + 1) * MINUTE - 1,
    quoteVolume: close * (volumes[i] ?? 10),
    tradeCount: 5,
    takerBuyVolume: 1,
    takerBuyQuoteVolume: close,
  }));
}

/** Shows the engine a bar at a time, as closed bars. */
function walk(
  made: AlertEngine,
  all: readonly Candle[],
  series = new CandleSeries('1m', { symbol: SYMBOL }),
): CandleSeries {
  for (const bar of all) made.follow(series, series.load([bar]), bar.closeTime + 1);
  return series;
}

const wave = Array.from({ length: 300 }, (_, i) => 100 + 12 * Math.sin(i / 9) + 4 * Math.sin(i / 2.3));

describe('a level', () => {
  test('is told once while the price flutters about it, and again after it came back by the hysteresis', () => {
    const { made, found } = engine([{ kind: 'price', above: 100, hysteresis: 2 }]);
    [99, 101, 99.5, 100.5, 98.1, 101, 97.9, 102, 103].forEach((value, i) => {
      made.take(price(i, value), 0);
    });
    expect(found.map(({ value, side, at }) => [value, side, (at - T0) / 1000])).toEqual([
      [101, 'above', 1],
      [102, 'above', 7],
    ]);
    expect(found[0]).toMatchObject({
      symbol: SYMBOL,
      rule: 'rule',
      kind: 'price',
      source: 'simulated',
      severity: 'warning',
    });
    expect(found[0]!.text).toBe('BTCUSD is at 101, above 100 (simulated data)');
  });

  test('is not told while it cools down, but then, if the price is still there', () => {
    const { made, found } = engine([{ kind: 'price', below: 100, hysteresis: 0, cooldownSeconds: 60 }]);
    [99, 100, 99, 100, 98].forEach((value, i) => {
      made.take(price(i, value), 0);
    });
    expect(found.map(({ at }) => at)).toEqual([T0]);
    made.take(price(59.9, 97), 0);
    made.take(price(60, 96), 0);
    made.take(price(61, 95), 0);
    expect(found.map(({ at, value }) => [(at - T0) / 1000, value])).toEqual([
      [0, 99],
      [60, 96],
    ]);
  });

  test('of the 24-hour change comes from the tickers, of each symbol by itself', () => {
    const { made, found } = engine([{ kind: 'change', above: 5, below: -5 }]);
    made.take(ticker(SYMBOL, { priceChangePercent: 5.5, eventTime: T0 }), 0);
    made.take(ticker('ETHUSD', { priceChangePercent: -6, eventTime: T0 + 1 }), 0);
    made.take(ticker(SYMBOL, { priceChangePercent: 5.6, eventTime: T0 + 2 }), 0);
    made.take(ticker('ADAUSD', { priceChangePercent: 9, eventTime: T0 + 3 }), 0);
    expect(found.map(({ symbol, side, value }) => [symbol, side, value])).toEqual([
      [SYMBOL, 'above', 5.5],
      ['ETHUSD', 'below', -6],
    ]);
  });

  test('of the RSI is told at the closed bars where the indicator says so', () => {
    const { made, found } = engine([{ kind: 'rsi', above: 70, hysteresis: 0 }]);
    walk(made, bars(wave));
    const values = rsi(14).batch(Float64Array.from(wave));
    const expected = wave.flatMap((_, i) =>
      values[i]! > 70 && !(values[i - 1]! > 70) ? [T0 + i * MINUTE] : [],
    );
    expect(expected.length).toBeGreaterThan(3);
    expect(found.map(({ openTime }) => openTime)).toEqual(expected);
    expect(found.every(({ forming }) => forming === false)).toBe(true);
    expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
  });

  test.each([
    [{ kind: 'volatility', above: 1, period: 5 }],
    [{ kind: 'change', bars: 3, above: 1, on: 'closed' }],
    [{ kind: 'indicator', line: 'bollinger_20_2.upper', above: 1 }],
    [{ kind: 'price', above: 1, on: 'closed' }],
  ])('of %j is held against each closed bar', (rule) => {
    const { made, found } = engine([rule]);
    walk(made, bars(wave));
    expect(found.length).toBeGreaterThan(0);
  });
});

describe('an event', () => {
  test('crossing: at the bars where the operator crossings finds them', () => {
    const { made, found } = engine([{ kind: 'crossing', line: 'ema_5', over: 'ema_12' }]);
    walk(made, bars(wave));
    const closes = Float64Array.from(wave);
    const expected = [...crossings(ema(5).batch(closes), ema(12).batch(closes))].flatMap((side, i) =>
      side === 0 ? [] : [[T0 + i * MINUTE, side > 0 ? 'up' : 'down']],
    );
    expect(expected.length).toBeGreaterThan(5);
    expect(found.map(({ openTime, side }) => [openTime, side])).toEqual(expected);
  });

  test('crossing of a number, one direction only', () => {
    const { made, found } = engine([{ kind: 'crossing', line: 'close', over: 100, direction: 'down' }]);
    walk(made, bars([99, 101, 100, 99, 101, 98]));
    expect(found.map(({ openTime }) => (openTime! - T0) / MINUTE)).toEqual([3, 5]);
  });

  test('reversal and volume spike: as the insights find them', () => {
    const volumes = wave.map((_, i) => 10 + (i % 7) + (i % 83 === 82 ? 200 : 0));
    const { made, found } = engine([
      { name: 'turn', kind: 'reversal' },
      { name: 'spike', kind: 'volumeSpike', window: 30 },
    ]);
    const series = walk(made, bars(wave, volumes));
    const of = (rule: string) => found.filter((alert) => alert.rule === rule).map(({ openTime }) => openTime);
    expect(of('turn')).toEqual(trendReversals(series).map(({ openTime }) => openTime));
    expect(of('spike')).toEqual(volumeSpikes(series, { window: 30 }).map(({ openTime }) => openTime));
    expect(of('turn').length).toBeGreaterThan(5);
    expect(of('spike').length).toBe(3);
  });

  test('on the forming bar, it is told once a bar and side, however often it comes and goes', () => {
    const { made, found } = engine([
      { name: 'cross', kind: 'crossing', line: 'close', over: 100, on: 'forming' },
      { name: 'spike', kind: 'volumeSpike', window: 5, on: 'forming' },
    ]);
    const series = new CandleSeries('1m', { symbol: SYMBOL });
    series.load(bars([95, 96, 97, 98, 99, 99]));
    made.follow(series, undefined, T0 + 6 * MINUTE);
    [99, 101, 99, 101, 99, 102].forEach((value, i) => {
      const event = trade(SYMBOL, {
        id: i + 1,
        price: value,
        quantity: 20,
        time: T0 + 6 * MINUTE + i * 1000,
      });
      made.follow(series, series.addTrade(event), event.time);
    });
    expect(found.map(({ rule, side, forming }) => [rule, side, forming])).toEqual([
      ['spike', 'flat', true],
      ['cross', 'up', true],
      ['spike', 'up', true],
    ]);
    // It closes above: that was told already.
    made.follow(series, series.advance(T0 + 7 * MINUTE), T0 + 7 * MINUTE);
    expect(found).toHaveLength(3);
  });

  test('stale: told once a silence, by the local clock', () => {
    const { made, found } = engine([{ kind: 'stale', seconds: 30, symbols: [SYMBOL] }]);
    made.tick(1_000);
    made.take(price(0, 1), 5_000);
    for (let now = 6_000; now <= 60_000; now += 1_000) made.tick(now);
    made.take(price(1, 1), 61_000);
    for (let now = 62_000; now <= 100_000; now += 1_000) made.tick(now);
    expect(found.map(({ at, value }) => [at, value])).toEqual([
      [36_000, 31],
      [92_000, 31],
    ]);
  });
});

describe('a restart', () => {
  test('repeats nothing: any cut of the history gives the alerts of one run', () => {
    const rules = [
      { name: 'rsi', kind: 'rsi', above: 70, below: 30 },
      { name: 'cross', kind: 'crossing', line: 'ema_5', over: 'ema_12', cooldownSeconds: 900 },
      { name: 'turn', kind: 'reversal' },
    ];
    const all = bars(wave);
    const whole = engine(rules);
    walk(whole.made, all);
    expect(whole.found.length).toBeGreaterThan(15);
    for (const cut of [20, 77, 150, 151, 152, 200, 299]) {
      const before = engine(rules);
      walk(before.made, all.slice(0, cut));
      const after = engine(rules, before.save());
      // History comes from the table and REST, with three bars that closed while nothing ran.
      const series = new CandleSeries('1m', { symbol: SYMBOL });
      series.load(all.slice(0, cut + 3));
      after.made.follow(series, undefined, 0);
      walk(after.made, all.slice(cut + 3), series);
      expect(
        [...before.found, ...after.found].map(({ id }) => id),
        `cut at ${cut}`,
      ).toEqual(whole.found.map(({ id }) => id));
    }
  });

  test('remembers a level that was told, and history before the first run raises nothing', () => {
    const first = engine([{ kind: 'price', above: 100 }]);
    first.made.take(price(0, 101), 0);
    const second = engine([{ kind: 'price', above: 100 }], first.save());
    second.made.take(price(1, 102), 0);
    expect([first.found.length, second.found.length]).toEqual([1, 0]);
    const fresh = engine([{ kind: 'rsi', above: 1, below: 0.5 }]);
    const series = new CandleSeries('1m', { symbol: SYMBOL });
    series.load(bars(wave));
    fresh.made.follow(series, undefined, 0);
    expect(fresh.found).toEqual([]);
  });

  test('forgets rules that are gone', () => {
    const first = engine([{ name: 'gone', kind: 'price', above: 100 }]);
    first.made.take(price(0, 101), 0);
    const second = engine([{ name: 'other', kind: 'price', above: 100, symbols: [SYMBOL] }], first.save());
    expect(Object.keys(second.save())).toEqual([`${SYMBOL} other`]);
  });

  test.each([[null], [[]], ['x'], [{ 'BTCUSD rule': 7 }], [{ 'BTCUSD rule': { told: 'x' } }]])(
    'does not stumble over %j',
    (saved) => {
      const { made, found } = engine([{ kind: 'price', above: 100 }], saved);
      made.take(price(0, 101), 0);
      expect(found).toHaveLength(1);
    },
  );
});

test('a bar that is corrected is not judged a second time', () => {
  const { made, found } = engine([{ kind: 'crossing', line: 'close', over: 100 }]);
  const series = walk(made, bars([99, 98, 101]));
  expect(found).toHaveLength(1);
  const [corrected] = bars([98.5], [], 1);
  made.follow(series, series.load([corrected!]), T0 + 3 * MINUTE);
  walk(made, bars([102, 99], [], 3), series);
  expect(found.map(({ side }) => side)).toEqual(['up', 'down']);
});
