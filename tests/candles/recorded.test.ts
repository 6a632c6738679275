import { describe, expect } from 'vitest';
import { CANDLE_COLUMNS, CandleSeries } from '../../src/candles/index.ts';
import { rollingVwap } from '../../src/indicators/index.ts';
import type { Candle, KlineEvent } from '../../src/market/index.ts';
import { testWithSharedData } from '../fixtures/shared-data.ts';
import { type RawTrade, RECORDINGS, recordedTrades, referenceBars, toTrade } from './recording.ts';

const COUNTS = { BTCUSDT: 19_904, ETHUSDT: 14_515 };

function toKline(symbol: string, trades: readonly RawTrade[], closed: boolean): KlineEvent {
  const { firstTradeId, lastTradeId, ...bar } = referenceBars(trades)[0]!;
  const candle: Candle = { ...bar, closeTime: bar.openTime + 59_999 };
  return { type: 'kline', symbol, interval: '1m', candle, closed, firstTradeId, lastTradeId, eventTime: 0 };
}

describe.each(['BTCUSDT', 'ETHUSDT'] as const)('ten minutes of recorded %s', (symbol) => {
  testWithSharedData('each bar equals whole-number arithmetic on the texts', RECORDINGS[symbol], () => {
    const raw = recordedTrades(symbol);
    expect(raw.length).toBe(COUNTS[symbol]);
    for (const [interval, length] of [
      ['1m', 60_000],
      ['1s', 1_000],
      ['5m', 300_000],
    ] as const) {
      const series = new CandleSeries(interval, { symbol });
      let closed = 0;
      for (const trade of raw) closed += series.addTrade(toTrade(trade)).closed;
      const expected = referenceBars(raw, length);
      expect(closed).toBe(expected.length - 1);
      expect(series.length).toBe(expected.length - 1);
      const columns = series.columns({ forming: true });
      for (const name of CANDLE_COLUMNS) expect([...columns[name]]).toEqual(expected.map((bar) => bar[name]));
      expect(columns.tradeCount.reduce((a, b) => a + b)).toBe(COUNTS[symbol]);
      expect(series.ignoredTrades).toBe(0);
      // Money over coins, from the same whole numbers.
      const prices = rollingVwap(1).batch(columns);
      expected.forEach((bar, i) => {
        expect(Math.abs(prices[i]! / (bar.quoteVolume / bar.volume) - 1)).toBeLessThan(1e-15);
        expect(prices[i]!).toBeGreaterThanOrEqual(bar.low * (1 - 1e-15));
        expect(prices[i]!).toBeLessThanOrEqual(bar.high * (1 + 1e-15));
      });
      expect(series.isComplete(0)).toBe(false);
      for (let i = 1; i <= series.length; i++) expect(series.isComplete(i)).toBe(true);
    }
  });

  testWithSharedData('klines among the trades, late and early, change no bar', RECORDINGS[symbol], () => {
    const raw = recordedTrades(symbol);
    const expected = referenceBars(raw);
    const minutes = expected.map((bar) =>
      raw.filter((t) => t.t >= bar.firstTradeId && t.t <= bar.lastTradeId),
    );
    // The exchange's bar comes `lag` trades behind (> 0) or ahead of (< 0) the trade stream.
    for (const lag of [-40, 0, 25]) {
      const series = new CandleSeries('1m', { symbol });
      for (const minute of minutes) {
        minute.forEach((trade, i) => {
          series.addTrade(toTrade(trade));
          const seen = Math.min(minute.length, i + 1 - lag);
          if (i % 97 === 0 && seen > 0) series.addKline(toKline(symbol, minute.slice(0, seen), false));
          if (i % 97 === 0 && lag >= 0) {
            const { openTime, firstTradeId, lastTradeId, ...own } = referenceBars(minute.slice(0, i + 1))[0]!;
            expect(series.forming).toMatchObject({ openTime, ...own });
            expect([firstTradeId, lastTradeId]).toEqual([minute[0]!.t, trade.t]);
          }
        });
        const { closed, correctedFrom } = series.addKline(toKline(symbol, minute, true));
        expect([closed, correctedFrom]).toEqual([1, undefined]);
      }
      for (const name of CANDLE_COLUMNS)
        expect([...series.column(name)]).toEqual(expected.map((bar) => bar[name]));
      expect(series.gaps()).toEqual([]);
    }
  });

  testWithSharedData(
    'shuffled within a few trades, with duplicates: the same bars',
    RECORDINGS[symbol],
    () => {
      const raw = recordedTrades(symbol);
      const shuffled = raw.flatMap((trade, i) => (i % 11 === 0 ? [trade, trade] : [trade]));
      for (let i = 0; i + 5 < shuffled.length; i += 3) {
        const [a, b] = [shuffled[i]!, shuffled[i + 5]!];
        shuffled[i] = b;
        shuffled[i + 5] = a;
      }
      // The very first trade keeps its place: what lies before the first id a series sees is another stream's.
      const first = shuffled.indexOf(raw[0]!);
      shuffled.unshift(...shuffled.splice(first, 1));
      const series = new CandleSeries('1m', { symbol });
      let corrections = 0;
      for (const trade of shuffled)
        if (series.addTrade(toTrade(trade)).correctedFrom !== undefined) corrections++;
      expect(corrections).toBeGreaterThan(0);
      expect(series.ignoredTrades).toBe(shuffled.length - raw.length);
      const expected = referenceBars(raw);
      for (const name of CANDLE_COLUMNS) {
        expect([...series.column(name, { forming: true })]).toEqual(expected.map((bar) => bar[name]));
      }
    },
  );
});
