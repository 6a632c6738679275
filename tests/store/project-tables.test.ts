import { expect, test } from 'vitest';
import type { Candle } from '../../src/market/index.ts';
import { openCandleTable, openRawTickerTable, openTradeTable, TABLE_SCHEMAS } from '../../src/store/index.ts';
import { ticker, trade } from '../fixtures/market.ts';
import { testWithPython } from '../fixtures/python.ts';
import { temporaryFolder } from './folder.ts';
import { readWithDeltaRs } from './readers/delta-rs.ts';

const DAY = Date.UTC(2026, 10, 24);
const trades = (symbol: string, from: number, count: number) =>
  Array.from({ length: count }, (_, i) =>
    trade(symbol, { id: from + i, time: DAY + from + i, eventTime: DAY + from + i + 0.5 }),
  );
const ids = async (table: { read(): Promise<{ symbol: string; tradeId: number }[]> }) =>
  (await table.read()).map(({ symbol, tradeId }) => `${symbol} ${tradeId}`).sort();

test('a trade that comes again is left out, and the table says where a feed goes on', async () => {
  const location = temporaryFolder();
  const first = await openTradeTable({ location, source: 'simulated' });
  expect(first.lastTradeId('BTCUSDT')).toBeUndefined();
  first.append([...trades('BTCUSDT', 1, 3), ...trades('ETHUSDT', 7, 2)]);
  await first.flush();
  first.append(trades('BTCUSDT', 2, 4));
  await first.close();
  const again = await openTradeTable({ location, source: 'simulated' });
  expect([again.lastTradeId('BTCUSDT'), again.lastTradeId('ETHUSDT')]).toEqual([5, 8]);
  const nothingNew = again.append(trades('ETHUSDT', 7, 2));
  await again.close();
  expect(await nothingNew).toEqual({ version: 2 });
  expect(await ids(again)).toEqual([
    ...[1, 2, 3, 4, 5].map((id) => `BTCUSDT ${id}`),
    'ETHUSDT 7',
    'ETHUSDT 8',
  ]);
});

test('where a feed goes on is known however long ago that was', async () => {
  const table = await openTradeTable({ location: temporaryFolder(), source: 'simulated' });
  expect(Object.keys(table.delta.metadata.configuration)).not.toContain(
    'delta.setTransactionRetentionDuration',
  );
  expect(table.delta.metadata.configuration['delta.appendOnly']).toBe('true');
});

test('two processes that keep the same feed: each trade once, whoever is faster', async () => {
  const location = temporaryFolder();
  const batch = { maxRows: 7 };
  const open = () => openTradeTable({ location, source: 'simulated', batch });
  const [a, b] = await Promise.all([open(), open()]);
  for (let id = 1; id < 60; id += 5) for (const table of [a, b]) table.append(trades('BTCUSDT', id, 5));
  await Promise.all([a.close(), b.close()]);
  expect(await ids(a)).toEqual(Array.from({ length: 60 }, (_, i) => `BTCUSDT ${i + 1}`).sort());
});

const candle = (openTime: number, close: number): Candle => ({
  openTime,
  open: 1,
  high: 3,
  low: 0.5,
  close,
  volume: 10,
  closeTime: openTime + 59_999,
  quoteVolume: 20,
  tradeCount: 4,
  takerBuyVolume: 5,
  takerBuyQuoteVolume: 9,
});

test('a candle that is stated again replaces the one before it', async () => {
  const table = await openCandleTable({ location: temporaryFolder(), source: 'recorded' });
  await table.upsert('BTCUSDT', '1m', [candle(DAY, 2), candle(DAY + 60_000, 2.5)]);
  await table.upsert('BTCUSDT', '5m', [candle(DAY, 7)]);
  expect(
    await table.upsert('BTCUSDT', '1m', [candle(DAY + 60_000, 2.75), candle(DAY + 86_400_000, 1)]),
  ).toEqual({ version: 3 });
  const rows = await table.read({ where: { symbol: 'BTCUSDT', interval: '1m' } });
  expect(rows.map(({ open_time, close, tradeCount, date }) => [open_time, close, tradeCount, date])).toEqual([
    [DAY, 2, 4, '2026-11-24'],
    [DAY + 60_000, 2.75, 4, '2026-11-24'],
    [DAY + 86_400_000, 1, 4, '2026-11-25'],
  ]);
  await expect(table.upsert('BTCUSDT', '1m', [candle(DAY, Number.NaN)])).rejects.toMatchObject({
    code: 'SCHEMA_MISMATCH',
  });
});

test('a raw ticker keeps every field', async () => {
  const table = await openRawTickerTable({ location: temporaryFolder(), source: 'live' });
  const event = ticker('BTCUSDT', { lastTradeId: 4_812_345_678, bidPrice: 99.25, eventTime: DAY + 0.125 });
  table.append([event], DAY + 7);
  await table.close();
  const { type: _, eventTime: event_time, openTime: open_time, closeTime: close_time, ...kept } = event;
  expect(await table.read()).toEqual([
    { ...kept, event_time, open_time, close_time, processing_time: DAY + 7, date: '2026-11-24' },
  ]);
  await expect(table.append([ticker('BTCUSDT', { askPrice: Number.NaN })])).rejects.toMatchObject({
    message: expect.stringContaining('askPrice NaN'),
  });
});

testWithPython('delta-rs reads trades and candles with the schemas as they are defined', async (python) => {
  const location = temporaryFolder();
  const kept = await openTradeTable({ location, source: 'live' });
  kept.append(trades('BTCUSDT', 1, 3));
  await kept.close();
  const candles = await openCandleTable({ location, source: 'live' });
  await candles.upsert('BTCUSDT', '1m', [candle(DAY, 2)]);
  for (const [table, path] of [
    [kept.location, 'raw/trades'],
    [candles.delta.location, 'processed/candles'],
  ] as const) {
    const seen = await readWithDeltaRs(python, table);
    const schema = TABLE_SCHEMAS.find((one) => one.path === path)!;
    expect(seen.schema.map(({ name, type }) => [name, type])).toEqual(
      schema.columns.map(({ name, type }) => [name, type]),
    );
    expect(seen.rows).toHaveLength(path === 'raw/trades' ? 3 : 1);
  }
});
