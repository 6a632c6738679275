import { expect, test } from 'vitest';
import { loadSettings } from '../../src/configuration/index.ts';
import type { Candle } from '../../src/market/index.ts';
import { boardAt } from '../../src/runner/index.ts';
import { marketAt, openRecorder } from '../../src/store/index.ts';
import { ticker, trade } from '../fixtures/market.ts';
import { temporaryFolder } from '../store/folder.ts';

const DAY = Date.UTC(2026, 10, 24);
const MINUTE = 60_000;
const symbols = ['BTCUSDT', 'ETHUSDT'];

const candleOf = (openTime: number, price: number): Candle => ({
  openTime,
  open: price,
  high: price + 1,
  low: price - 1,
  close: price + 0.5,
  volume: 3,
  closeTime: openTime + MINUTE - 1,
  quoteVolume: 3 * price,
  tradeCount: 3,
  takerBuyVolume: 1,
  takerBuyQuoteVolume: price,
});

/** Ten minutes, from 23:55 to 0:05, of which the price of BTCUSDT is 100 and the minute. */
async function recorded(): Promise<string> {
  const location = temporaryFolder();
  const recorder = await openRecorder({ location, source: 'simulated', maintenance: false });
  for (let minute = -5; minute < 5; minute++) {
    const openTime = DAY + minute * MINUTE;
    for (let i = 0; i < 3; i++) {
      const time = openTime + i * 20_000;
      recorder.take(
        trade('BTCUSDT', {
          id: (minute + 5) * 3 + i + 1,
          price: 100 + minute + i / 4,
          quantity: 1,
          time,
          eventTime: time,
        }),
      );
    }
    recorder.take(
      ticker('BTCUSDT', {
        lastPrice: 100 + minute,
        highPrice: 200,
        lowPrice: 50,
        eventTime: openTime + 30_000,
      }),
    );
    recorder.take(
      ticker('ETHUSDT', { lastPrice: 10, highPrice: 20, lowPrice: 5, eventTime: DAY - 4 * MINUTE }),
    );
    recorder.take({
      type: 'kline',
      symbol: 'BTCUSDT',
      interval: '1m',
      candle: candleOf(openTime, 100 + minute),
      closed: true,
      firstTradeId: -1,
      lastTradeId: -1,
      eventTime: openTime + MINUTE,
    });
  }
  await recorder.close();
  return location;
}

test('the market at a moment is what had been stated then, across midnight', async () => {
  const location = await recorded();
  const at = (time: number) =>
    marketAt({ location, source: 'simulated', symbols, interval: '1m', at: time, bars: 3 });
  const past = await at(DAY + MINUTE + 25_000);
  expect(past.tickers.map(({ symbol, lastPrice }) => [symbol, lastPrice])).toEqual([
    ['BTCUSDT', 100],
    ['ETHUSDT', 10],
  ]);
  expect(past.candles.get('BTCUSDT')).toEqual(
    [-2, -1, 0].map((minute) => candleOf(DAY + minute * MINUTE, 100 + minute)),
  );
  expect(past.candles.get('ETHUSDT')).toEqual([]);
  expect(past.trades.map(({ id, price }) => [id, price])).toEqual([
    [19, 101],
    [20, 101.25],
  ]);
  expect((await at(DAY - 5 * MINUTE)).tickers).toEqual([]);
  expect((await at(DAY + 3 * 86_400_000)).tickers).toEqual([]);
});

test('the board of a moment shows the prices, the bars and the forming bar of then', async () => {
  const settings = loadSettings(
    { host: 'simulated', tables: await recorded(), symbols, chartSymbol: 'BTCUSDT' },
    { env: {} },
  );
  const shownAt = async (time: number) => JSON.stringify(await boardAt(settings, time));
  const early = await shownAt(DAY + MINUTE + 25_000);
  const late = await shownAt(DAY + 4 * MINUTE + 59_000);
  // The last trade is newer than the ticker: it is what the board showed.
  expect(early).toContain('101.25');
  expect(early).not.toContain('104.5');
  expect(late).toContain('104.5');
  await expect(boardAt(settings, DAY - 86_400_000)).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    message: expect.stringContaining('hold no ticker'),
  });
});
