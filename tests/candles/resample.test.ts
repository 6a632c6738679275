import { describe, expect, test } from 'vitest';
import { CANDLE_COLUMNS, CandleSeries, resampleCandles } from '../../src/candles/index.ts';
import { type Candle, CandlebookError, type Interval } from '../../src/market/index.ts';
import { testWithSharedData } from '../fixtures/shared-data.ts';
import { RECORDINGS, recordedTrades, referenceBars, toTrade } from './recording.ts';

const HOUR = 3_600_000;

function hours(from: number, count: number, skip: (i: number) => boolean = () => false): CandleSeries {
  const series = new CandleSeries('1h', { symbol: 'BTCUSDT' });
  const candles: Candle[] = [];
  for (let i = 0; i < count; i++) {
    if (skip(i)) continue;
    const openTime = from + i * HOUR;
    candles.push({
      openTime,
      open: 100 + i,
      high: 103 + i,
      low: 99 + i,
      close: 101 + i,
      volume: 0.1,
      closeTime: openTime + HOUR - 1,
      quoteVolume: 10.1,
      tradeCount: 2,
      takerBuyVolume: 0.03,
      takerBuyQuoteVolume: 3.3,
    });
  }
  series.load(candles);
  return series;
}

describe('resampling upwards', () => {
  for (const symbol of ['BTCUSDT', 'ETHUSDT'] as const) {
    testWithSharedData(
      `seconds of ${symbol} into minutes equal the trades' own minutes`,
      RECORDINGS[symbol],
      () => {
        const raw = recordedTrades(symbol);
        const seconds = new CandleSeries('1s', { symbol });
        for (const trade of raw) seconds.addTrade(toTrade(trade));
        const minutes = resampleCandles(seconds, '1m', { keepPartial: true });
        const expected = referenceBars(raw);
        for (const name of CANDLE_COLUMNS) {
          expect([...minutes.column(name, { forming: true })]).toEqual(expected.map((bar) => bar[name]));
        }
        expect(minutes.length).toBe(expected.length - 1);
      },
    );
  }

  test('days, weeks from Monday and months in UTC; the unfinished one is forming', () => {
    const friday = Date.UTC(2026, 0, 30);
    const series = hours(friday, 24 * 12 + 5);
    const days = resampleCandles(series, '1d');
    expect(days.length).toBe(12);
    expect(days.at(0)).toMatchObject({
      openTime: friday,
      open: 100,
      high: 126,
      low: 99,
      close: 124,
      tradeCount: 48,
    });
    expect(days.at(0)!.volume).toBe(2.4);
    expect(days.forming).toMatchObject({ openTime: friday + 12 * 24 * HOUR, tradeCount: 10 });
    const weeks = resampleCandles(series, '1w');
    expect([...weeks.column('openTime')]).toEqual([Date.UTC(2026, 1, 2)]);
    expect(weeks.forming!.openTime).toBe(Date.UTC(2026, 1, 9));
    expect([...resampleCandles(series, '1w', { keepPartial: true }).column('openTime')][0]).toBe(
      Date.UTC(2026, 0, 26),
    );
    const months = resampleCandles(series, '1M', { keepPartial: true });
    expect([...months.column('openTime', { forming: true })]).toEqual([Date.UTC(2026, 0), Date.UTC(2026, 1)]);
    expect(months.length).toBe(1);
  });

  test('a bar is closed when its last part is', () => {
    const noon = Date.UTC(2026, 0, 5, 12);
    const series = hours(noon, 4);
    expect(resampleCandles(series, '4h').length).toBe(1);
    expect(resampleCandles(hours(noon, 3), '4h').length).toBe(0);
    expect(resampleCandles(hours(noon, 3), '4h').forming!.tradeCount).toBe(6);
  });

  test('an interval without a bar stays a gap', () => {
    const series = hours(Date.UTC(2026, 0, 5), 24, (i) => i >= 4 && i < 12);
    const longer = resampleCandles(series, '4h');
    expect(longer.gaps().map((gap) => gap.bars)).toEqual([2]);
    expect(resampleCandles(new CandleSeries('1m', { symbol: 'A' }), '1h').length).toBe(0);
  });

  test.each<[Interval, Interval]>([
    ['3m', '5m'],
    ['1h', '1m'],
    ['1h', '1h'],
    ['3d', '1w'],
    ['1w', '1M'],
    ['1M', '1M'],
  ])('%s into %s is refused', (from, to) => {
    const series = new CandleSeries(from, { symbol: 'A' });
    expect(() => resampleCandles(series, to)).toThrow(CandlebookError);
  });
});
