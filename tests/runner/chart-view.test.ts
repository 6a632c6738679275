import { afterEach, expect, test, vi } from 'vitest';
import { loadSettings } from '../../src/configuration/index.ts';
import type { KlineRange, RestClient } from '../../src/fetcher/index.ts';
import { type Candle, CandlebookError } from '../../src/market/index.ts';
import { ChartView } from '../../src/runner/chart-view.ts';
import { ticker, trade } from '../fixtures/market.ts';

const START = Date.UTC(2026, 10, 24);
const MINUTE = 60_000;

afterEach(() => void vi.useRealTimers());

/** The exchange's bar of a minute, of which trades show but a part. */
function stated(minute: number): Candle {
  const openTime = START + minute * MINUTE;
  const prices = { open: 100, high: 100, low: 100, close: 100 };
  const counts = { tradeCount: 9, takerBuyVolume: 1, takerBuyQuoteVolume: 100 };
  return { openTime, ...prices, volume: 7, closeTime: openTime + MINUTE - 1, quoteVolume: 700, ...counts };
}

test('bars that could not be asked for after their close are asked for after a later one', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  let minute = 0;
  let isAway = false;
  const asked: (number | undefined)[] = [];
  const rest = {
    source: 'simulated',
    serverTime: async () => START + minute * MINUTE + 2_000,
    klines: async (_: string, __: string, { startTime, limit = 500 }: KlineRange) => {
      if (isAway) throw new CandlebookError('HOST_UNREACHABLE', 'away');
      const from = startTime === undefined ? minute - limit + 1 : (startTime - START) / MINUTE;
      asked.push(startTime === undefined ? undefined : from);
      return Array.from({ length: minute - from + 1 }, (_, i) => stated(from + i));
    },
  } as unknown as RestClient;
  const settings = loadSettings({ symbols: ['BTCUSDT'], panels: ['current-prices'] }, { env: {} });
  const chart = await ChartView.open(rest, settings, [ticker('BTCUSDT')]);
  const close = async () => {
    minute++;
    chart.take(trade('BTCUSDT', { id: minute, time: START + minute * MINUTE + 1, price: 100, quantity: 1 }));
    await vi.advanceTimersByTimeAsync(2_000);
  };
  await vi.advanceTimersByTimeAsync(2_000);
  isAway = true;
  for (let i = 0; i < 3; i++) await close();
  isAway = false;
  await close();
  expect(asked).toEqual([undefined, 0, 0]);
  const volumes = Array.from(chart.candles.columns().volume).slice(-4);
  expect(volumes).toEqual([7, 7, 7, 7]);
  chart.close();
});
