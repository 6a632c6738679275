import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CandleSeries } from '../../src/candles/index.ts';
import {
  type Candle,
  CandlebookError,
  INTERVALS,
  type Interval,
  type KlineEvent,
  nextOpenTime,
  openTimeOf,
} from '../../src/market/index.ts';
import { trade } from '../fixtures/market.ts';

const NOON = Date.UTC(2026, 0, 5, 12);
const MINUTE = 60_000;
const at = (id: number, seconds: number, price = 100, quantity = 1) =>
  trade('BTCUSDT', { id, time: NOON + seconds * 1000, price, quantity });

function candle(minute: number, stated: Partial<Candle> = {}): Candle {
  const openTime = NOON + minute * MINUTE;
  return {
    openTime,
    open: 100,
    high: 101,
    low: 99,
    close: 100.5,
    volume: 10,
    closeTime: openTime + MINUTE - 1,
    quoteVolume: 1000,
    tradeCount: 5,
    takerBuyVolume: 4,
    takerBuyQuoteVolume: 400,
    ...stated,
  };
}

const kline = (
  minute: number,
  closed: boolean,
  ids: [number, number],
  stated: Partial<Candle> = {},
): KlineEvent => ({
  type: 'kline',
  symbol: 'BTCUSDT',
  interval: '1m',
  candle: candle(minute, stated),
  closed,
  firstTradeId: ids[0],
  lastTradeId: ids[1],
  eventTime: 0,
});

const minutes = (options = {}) => new CandleSeries('1m', { symbol: 'BTCUSDT', ...options });

function refusal(run: () => unknown): CandlebookError {
  try {
    run();
  } catch (error) {
    if (error instanceof CandlebookError) return error;
  }
  throw new Error('was not refused');
}

describe('what an event did', () => {
  test('the forming bar, the bar it closed, a late trade, a duplicate', () => {
    const series = minutes();
    expect(series.forming).toBeUndefined();
    expect(series.addTrade(at(1, 0, 100))).toEqual({ closed: 0, forming: true, correctedFrom: undefined });
    expect(series.addTrade(at(3, 61, 102))).toEqual({ closed: 1, forming: true, correctedFrom: undefined });
    expect(series.addTrade(at(2, 59, 101))).toEqual({ closed: 0, forming: false, correctedFrom: NOON });
    expect(series.addTrade(at(2, 59, 101))).toEqual({ closed: 0, forming: false, correctedFrom: undefined });
    expect(series.ignoredTrades).toBe(1);
    expect(series.at(0)).toMatchObject({ open: 100, high: 101, close: 101, volume: 2, tradeCount: 2 });
    expect(series.forming).toMatchObject({ openTime: NOON + MINUTE, open: 102, volume: 1 });
    expect([series.length, series.at(1), series.at(-1)]).toEqual([1, undefined, series.at(0)]);
    expect([...series]).toEqual([series.at(0)]);
  });

  test('the newest bar, into an object of the caller’s', () => {
    const series = minutes();
    const bar = { openTime: 0, open: 0, high: 0, low: 0, close: 0, volume: 0, quoteVolume: 0 };
    expect(series.newest(bar)).toBeUndefined();
    series.addTrade(at(1, 0, 100));
    series.addTrade(at(2, 1, 90));
    expect(series.newest(bar)).toBe(bar);
    const { openTime, open, high, low, close, volume, quoteVolume } = series.forming!;
    expect(bar).toEqual({ openTime, open, high, low, close, volume, quoteVolume });
    series.advance(NOON + MINUTE);
    expect(series.newest(bar)).toMatchObject({ openTime: NOON, high: 100, close: 90 });
  });

  test('a late first trade of a bar moves its open and leaves its close', () => {
    const series = minutes();
    series.addTrade(at(1, 0));
    series.addTrade(at(3, 62, 103));
    series.addTrade(at(2, 61, 90));
    expect(series.forming).toMatchObject({ open: 90, low: 90, close: 103 });
    expect(series.isComplete(1)).toBe(true);
  });

  test('a bar is complete only when all of its trades are known to be in it', () => {
    const series = minutes();
    series.addTrade(at(10, 30));
    series.addTrade(at(11, 61));
    expect([series.isComplete(0), series.isComplete(1)]).toEqual([false, true]);
    series.addTrade(at(13, 121));
    expect([series.isComplete(1), series.isComplete(2)]).toEqual([false, false]);
    series.addTrade(at(12, 119));
    expect([series.isComplete(1), series.isComplete(2), series.isComplete(9)]).toEqual([true, true, false]);
  });

  test('the clock closes a bar that no trade closes', () => {
    const series = minutes();
    expect(series.advance(NOON).closed).toBe(0);
    series.addTrade(at(1, 0));
    expect(series.advance(NOON + MINUTE - 1).closed).toBe(0);
    expect(series.advance(NOON + MINUTE)).toEqual({ closed: 1, forming: false, correctedFrom: undefined });
    expect(series.advance(NOON + 9 * MINUTE).closed).toBe(0);
    expect([series.length, series.forming]).toEqual([1, undefined]);
    expect(series.addTrade(at(2, 59, 120))).toMatchObject({ forming: false, correctedFrom: NOON });
    expect(series.at(0)!.close).toBe(120);
  });
});

describe('gaps', () => {
  test('are shown as gaps', () => {
    const series = minutes();
    series.addTrade(at(1, 0));
    expect(series.addTrade(at(2, 200)).closed).toBe(1);
    expect(series.length).toBe(1);
    expect(series.gaps()).toEqual([{ fromOpenTime: NOON + MINUTE, toOpenTime: NOON + 2 * MINUTE, bars: 2 }]);
  });

  test('are filled with flat bars on demand, and a late trade makes one real', () => {
    const series = minutes({ fillGaps: true });
    series.addTrade(at(1, 0, 50));
    expect(series.addTrade(at(3, 200)).closed).toBe(3);
    expect([...series.column('volume')]).toEqual([1, 0, 0]);
    expect(series.at(2)).toMatchObject({ open: 50, high: 50, low: 50, close: 50, tradeCount: 0 });
    expect(series.gaps()).toEqual([]);
    expect(series.addTrade(at(2, 130, 70)).correctedFrom).toBe(NOON + 2 * MINUTE);
    expect(series.at(2)).toMatchObject({ open: 70, high: 70, low: 70, close: 70, tradeCount: 1 });
    expect(series.advance(NOON + 6 * MINUTE).closed).toBe(3);
    expect(series.length).toBe(6);
  });

  test('filling never makes more bars than are kept', () => {
    const series = minutes({ fillGaps: true, limit: 100 });
    series.addTrade(at(1, 0));
    series.addTrade(at(2, 60 * 1e6));
    expect(series.length).toBe(99);
    expect(series.gaps()).toEqual([]);
    expect(series.forming!.openTime).toBe(NOON + 1e6 * MINUTE);
  });

  test('are closed by back-fill and by late trades', () => {
    const series = minutes();
    series.load([candle(0), candle(4)]);
    expect(series.load([candle(1), candle(2)])).toEqual({
      closed: 0,
      forming: false,
      correctedFrom: NOON + MINUTE,
    });
    expect(series.gaps()).toEqual([
      { fromOpenTime: NOON + 3 * MINUTE, toOpenTime: NOON + 3 * MINUTE, bars: 1 },
    ]);
    expect(series.addTrade(at(1, 185)).correctedFrom).toBe(NOON + 3 * MINUTE);
    expect(series.gaps()).toEqual([]);
    expect([...series.column('openTime')]).toEqual([0, 1, 2, 3, 4].map((m) => NOON + m * MINUTE));
  });
});

describe('klines', () => {
  test('correct a bar that trades closed, and are the last word on it', () => {
    const series = minutes();
    series.addTrade(at(1, 0));
    series.addTrade(at(5, 61));
    expect(series.addKline(kline(0, true, [1, 4])).correctedFrom).toBe(NOON);
    expect(series.at(0)).toEqual(candle(0));
    expect(series.addKline(kline(0, true, [1, 4])).correctedFrom).toBeUndefined();
    expect(series.addKline(kline(0, false, [1, 3], { close: 99.5 })).correctedFrom).toBeUndefined();
    expect(series.addTrade(at(3, 30)).correctedFrom).toBeUndefined();
    expect(series.at(0)).toEqual(candle(0));
    expect(series.isComplete(0)).toBe(true);
  });

  test('a bar without trades takes the first trade as its open', () => {
    const flat = { open: 99, high: 99, low: 99, close: 99, volume: 0, quoteVolume: 0, tradeCount: 0 };
    const series = minutes();
    series.addKline(kline(0, false, [-1, -1], { ...flat, takerBuyVolume: 0, takerBuyQuoteVolume: 0 }));
    series.addTrade(at(7, 20, 105, 2));
    expect(series.forming).toMatchObject({
      open: 105,
      high: 105,
      low: 105,
      close: 105,
      volume: 2,
      quoteVolume: 210,
    });
  });

  test('one that lacks trades which were not kept waits for the next', () => {
    const series = minutes({ recentTrades: 3 });
    series.addKline(kline(0, false, [1, 10]));
    for (let id = 11; id <= 20; id++) series.addTrade(at(id, id));
    const before = series.forming;
    expect(series.addKline(kline(0, false, [1, 14])).forming).toBe(false);
    expect(series.forming).toEqual(before);
    expect(series.addKline(kline(0, false, [1, 18], { volume: 18, tradeCount: 18 })).forming).toBe(true);
    expect(series.forming).toMatchObject({ volume: 20, tradeCount: 20 });
    expect(series.addKline(kline(0, false, [1, 20], { volume: 20, tradeCount: 20 })).forming).toBe(true);
    expect(series.forming).toMatchObject({ volume: 20, takerBuyVolume: 4 });
  });

  test('a forming bar from REST takes prices of trades, and sums only from a kline that names its trades', () => {
    const series = minutes();
    series.load([candle(0), candle(1)], { at: NOON + MINUTE + 30_000 });
    expect(series.length).toBe(1);
    series.addTrade(at(50, 91, 120));
    expect(series.forming).toMatchObject({ high: 120, close: 120, volume: 10 });
    expect(series.isComplete(1)).toBe(false);
    series.addKline(kline(1, false, [40, 50], { high: 120, close: 120, volume: 11 }));
    series.addTrade(at(51, 92, 119));
    expect(series.forming).toMatchObject({ high: 120, close: 119, volume: 12 });
    expect(series.isComplete(1)).toBe(true);
  });

  test('a forming bar from REST that trades close stays marked as incomplete', () => {
    const series = minutes();
    series.load([candle(0)], { at: NOON + 1 });
    series.addTrade(at(1, 61));
    expect([series.length, series.isComplete(0)]).toEqual([1, false]);
  });
});

describe('the limit', () => {
  test('keeps the newest bars, as contiguous columns, however long it runs', () => {
    const series = minutes({ limit: 7 });
    for (let m = 0; m < 5_000; m++) {
      series.addTrade(at(m, m * 60, 100 + m));
      const opens = series.column('open', { forming: true });
      expect(opens.length).toBe(Math.min(7, m + 1));
      for (let i = 0; i < opens.length; i++) expect(opens[opens.length - 1 - i]).toBe(100 + m - i);
    }
    expect(series.dropped).toBe(5_000 - 7);
    expect(series.addTrade(at(5_000, 0)).correctedFrom).toBeUndefined();
    expect(series.ignoredTrades).toBe(1);
  });

  test('Infinity keeps all', () => {
    const series = minutes({ limit: Number.POSITIVE_INFINITY });
    for (let m = 0; m < 3_000; m++) series.addTrade(at(m, m * 60));
    expect([series.length, series.dropped]).toEqual([2_999, 0]);
  });
});

test('every interval: bars open on its boundaries and hold the trades of their time', () => {
  fc.assert(
    fc.property(
      fc.constantFrom<Interval>(...INTERVALS),
      fc.array(fc.integer({ min: 0, max: 400 * 86_400_000 }), { minLength: 1, maxLength: 40 }),
      (interval, offsets) => {
        const times = offsets.map((offset) => NOON + offset).sort((a, b) => a - b);
        const series = new CandleSeries(interval, { symbol: 'BTCUSDT' });
        times.forEach((time, id) => {
          series.addTrade(trade('BTCUSDT', { id, time }));
        });
        const opens = series.column('openTime', { forming: true });
        expect([...opens]).toEqual([...new Set(times.map((time) => openTimeOf(time, interval)))]);
        const counts = series.column('tradeCount', { forming: true });
        opens.forEach((open, i) => {
          expect(counts[i]).toBe(times.filter((t) => t >= open && t < nextOpenTime(open, interval)).length);
        });
      },
    ),
    { numRuns: 100 },
  );
});

test('sums of amounts with up to 8 decimals are exact', () => {
  const amount = fc.tuple(fc.integer({ min: 1, max: 2e9 }), fc.integer({ min: 0, max: 8 }));
  fc.assert(
    fc.property(fc.array(amount, { minLength: 1, maxLength: 300 }), (amounts) => {
      const series = minutes();
      let units = 0n;
      amounts.forEach(([digits, places], i) => {
        series.addTrade(trade('BTCUSDT', { id: i, time: NOON, price: 1, quantity: digits / 10 ** places }));
        units += BigInt(digits) * 10n ** BigInt(8 - places);
      });
      const text = units.toString().padStart(9, '0');
      expect(series.forming!.volume).toBe(Number(`${text.slice(0, -8)}.${text.slice(-8)}`));
    }),
  );
});

test('sums stay exact beyond what counts of 1e-8 reach in one double', () => {
  const large = fc.tuple(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 0, max: 99 }));
  fc.assert(
    fc.property(fc.array(large, { minLength: 200, maxLength: 400 }), (amounts) => {
      const series = minutes();
      let hundredths = 0n;
      amounts.forEach(([whole, cents], i) => {
        const quantity = Number(`${whole * 10}.${String(cents).padStart(2, '0')}`);
        series.addTrade(trade('BTCUSDT', { id: i, time: NOON, price: 1, quantity }));
        hundredths += BigInt(whole * 1000 + cents);
      });
      const text = hundredths.toString().padStart(3, '0');
      expect(series.forming!.volume).toBe(Number(`${text.slice(0, -2)}.${text.slice(-2)}`));
    }),
    { numRuns: 30 },
  );
});

test('amounts off that grid are summed as doubles', () => {
  const series = minutes();
  for (let id = 0; id < 1000; id++)
    series.addTrade(trade('BTCUSDT', { id, time: NOON, price: 1, quantity: Math.PI * 1e-6 }));
  expect(series.forming!.volume).toBeCloseTo(Math.PI * 1e-3, 14);
});

describe('refuses', () => {
  test.each([
    ['another symbol', () => minutes().addTrade(trade('ETHUSDT')), 'ETHUSDT'],
    ['a price that is none', () => minutes().addTrade(at(1, 0, Number.NaN)), 'price NaN'],
    ['a negative quantity', () => minutes().addTrade(at(1, 0, 1, -1)), 'quantity -1'],
    ['another interval', () => minutes().addKline({ ...kline(0, true, [1, 2]), interval: '5m' }), '5m'],
    [
      'a bar off the boundary',
      () => minutes().load([candle(0), { ...candle(1), openTime: NOON + 1 }]),
      'index 1',
    ],
    ['an impossible bar', () => minutes().load([candle(0), candle(1), candle(2, { low: 200 })]), 'index 2'],
    [
      'an infinite number',
      () => minutes().load([candle(0, { volume: Number.POSITIVE_INFINITY })]),
      'volume Infinity',
    ],
    ['unordered bars', () => minutes().load([candle(1), candle(0)]), 'index 1'],
    ['bars of the same time', () => minutes().load([candle(1), candle(1)]), 'the same time'],
    ['a limit that is none', () => minutes({ limit: 0 }), '0 bars'],
    ['an unknown column', () => minutes().column('vwap' as 'close'), 'vwap'],
    ['an unknown interval', () => new CandleSeries('7m' as '5m', { symbol: 'A' }), '7m'],
  ])('%s', (_, run, named) => {
    const error = refusal(run);
    expect(error.code).toBe('INPUT_INVALID');
    expect(error.message).toContain(named);
    expect(error.hint).toBeTruthy();
  });

  test('without taking any of the bars', () => {
    const series = minutes();
    refusal(() => series.load([candle(0), candle(0)]));
    expect(series.length).toBe(0);
  });
});
