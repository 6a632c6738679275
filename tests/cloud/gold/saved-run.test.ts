import { expect, test } from 'vitest';
import { CandleSeries } from '../../../src/candles/index.ts';
import { differences, openGold } from '../../../src/cloud/index.ts';
import { DOCUMENT_SYMBOLS } from '../../../src/market/index.ts';

test('the run that the package carries says what it is, and what Spark made of its trades is what we make of them', async () => {
  const gold = await openGold({ env: {} });
  expect(gold.about).toMatch(/^SIMULATED data: a saved run of \d{4}-\d\d-\d\d, which the package carries$/);
  const trades = await gold.trades();
  expect(trades.length).toBeGreaterThan(5_000);
  expect(new Set(trades.map(({ symbol, id }) => `${symbol} ${id}`)).size).toBe(trades.length);
  expect([...(await gold.candles()).keys()].sort()).toEqual([...DOCUMENT_SYMBOLS].sort());

  const own = [...Map.groupBy(trades, ({ symbol }) => symbol)].flatMap(([symbol, list]) => {
    const series = new CandleSeries('1m', { symbol });
    for (const trade of list) series.addTrade(trade);
    series.advance(Date.now() + 86_400_000);
    return [...series].map((candle) => ({ symbol, open_time: candle.openTime, ...candle }));
  });
  const columns = ['open', 'high', 'low', 'close', 'volume', 'quoteVolume', 'tradeCount'];
  const found = differences(await gold.rows('gold_candles_1m'), own, {
    key: ['symbol', 'open_time'],
    columns,
  });
  for (const { column, compared, missing, more, relative } of found) {
    expect([compared, missing, more], column).toEqual([own.length, 0, 0]);
    expect(relative, column).toBeLessThan(1e-9);
  }
  const open = found.find(({ column }) => column === 'open');
  expect(open!.largest).toBe(0);
});
