import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openTickerTable } from '../../src/store/index.ts';
import { ticker } from '../fixtures/market.ts';
import { testWithPython } from '../fixtures/python.ts';
import { temporaryFolder } from './folder.ts';
import { readWithDeltaRs } from './readers/delta-rs.ts';

const DAY = Date.UTC(2026, 10, 24);
const btc = ticker('BTCUSD', {
  lastPrice: 97_123.45,
  volume: 1_234.5678,
  priceChange: -12.5,
  priceChangePercent: -0.0128,
  highPrice: 98_000.01,
  lowPrice: 96_500,
  quoteVolume: 119_900_000.25,
  eventTime: DAY + 86_399_999.123,
});
const doge = ticker('DOGEUSD', { lastPrice: 0.08123, eventTime: DAY + 86_400_000 });

const BTC_ROW = {
  symbol: 'BTCUSD',
  price: 97_123.45,
  volume: 1_234.5678,
  priceChange: -12.5,
  priceChangePercent: -0.0128,
  highPrice: 98_000.01,
  lowPrice: 96_500,
  quoteVolume: 119_900_000.25,
  date: '2026-11-24',
  hour: 23,
};

test('rows come back as they went in, to the microsecond, one folder a day', async () => {
  const location = temporaryFolder();
  const table = await openTickerTable({ location, source: 'simulated' });
  const written = table.append([btc, doge], DAY + 5.001);
  await table.close();
  expect(await written).toEqual({ version: 1 });
  const rows = await (await openTickerTable({ location, source: 'simulated' })).read();
  expect(rows).toHaveLength(2);
  expect(rows[0]).toEqual({ ...BTC_ROW, event_time: DAY + 86_399_999.123, processing_time: DAY + 5.001 });
  expect(rows[1]).toMatchObject({ symbol: 'DOGEUSD', price: 0.08123, date: '2026-11-25', hour: 0 });
  const folders = readdirSync(join(location, 'simulated/processed/tickers')).sort();
  expect(folders).toEqual(['_delta_log', 'date=2026-11-24', 'date=2026-11-25']);
});

testWithPython('delta-rs reads the table with the document schema, types and values', async (python) => {
  const table = await openTickerTable({ location: temporaryFolder(), source: 'live' });
  table.append([btc], DAY + 5.001);
  await table.flush();
  table.append([doge]);
  await table.close();
  const seen = await readWithDeltaRs(python, table.location);
  expect(seen.schema.map(({ name, type }) => `${name} ${type}`)).toEqual([
    'symbol string',
    'price double',
    'volume double',
    'priceChange double',
    'priceChangePercent double',
    'highPrice double',
    'lowPrice double',
    'quoteVolume double',
    'event_time timestamp',
    'processing_time timestamp',
    'date date',
    'hour integer',
  ]);
  expect(seen).toMatchObject({ version: 2, protocol: [1, 2], partitionColumns: ['date'], files: 2 });
  expect(seen.arrow).toMatchObject({
    event_time: 'timestamp[us, tz=UTC]',
    date: 'date32[day]',
    hour: 'int32',
  });
  expect(seen.configuration).toMatchObject({ 'candlebook.source': 'live' });
  expect(seen.operations).toEqual(['WRITE', 'WRITE', 'CREATE TABLE']);
  expect(seen.rows.find(({ symbol }) => symbol === 'BTCUSD')).toEqual({
    ...BTC_ROW,
    event_time: '2026-11-24T23:59:59.999123',
    processing_time: '2026-11-24T00:00:00.005001',
  });
  const first = await readWithDeltaRs(python, table.location, 1);
  expect(first.rows.map(({ symbol }) => symbol)).toEqual(['BTCUSD']);
});

test('each source has a table of its own that says so, and another one is refused there', async () => {
  const location = temporaryFolder();
  const simulated = await openTickerTable({ location, source: 'simulated' });
  const live = await openTickerTable({ location, source: 'live' });
  expect(simulated.location).not.toBe(live.location);
  const first = readFileSync(join(simulated.location, '_delta_log/00000000000000000000.json'), 'utf8');
  const { name, description } = JSON.parse(
    first.split('\n').find((line) => line.includes('metaData'))!,
  ).metaData;
  expect(name).toBe('processed_tickers_simulated');
  expect(description).toMatch(/Source: SIMULATED/);
  // A simulated table that was moved to where the live one belongs.
  const { rmSync, renameSync } = await import('node:fs');
  rmSync(live.location, { recursive: true });
  renameSync(simulated.location, live.location);
  await expect(openTickerTable({ location, source: 'live' })).rejects.toMatchObject({
    code: 'SOURCE_MIXED',
    value: 'simulated',
    message: expect.stringContaining('never mixed'),
  });
});

test('one commit a batch: by rows, by age, at the end', async () => {
  const table = await openTickerTable({
    location: temporaryFolder(),
    source: 'simulated',
    batch: { maxRows: 100, maxAgeMs: 60 },
  });
  const many = Array.from({ length: 250 }, () => table.append([btc]));
  expect((await Promise.all(many)).map(({ version }) => version)).toEqual(
    Array.from({ length: 250 }, (_, i) => Math.floor(i / 100) + 1),
  );
  expect(table.waitingRows).toBe(0);
  const last = table.append([doge, btc]);
  await table.close();
  expect(await last).toEqual({ version: 4 });
  expect(await table.read()).toHaveLength(252);
});

test('a ticker without a number is refused with its name, and none of its companions is taken', async () => {
  const table = await openTickerTable({ location: temporaryFolder(), source: 'simulated' });
  const broken = ticker('ETHUSD', { highPrice: Number.NaN });
  await expect(table.append([btc, broken])).rejects.toMatchObject({
    code: 'SCHEMA_MISMATCH',
    message: expect.stringMatching(/ETHUSD has highPrice NaN/),
  });
  expect(table.waitingRows).toBe(0);
  await table.close();
  expect(await table.read()).toEqual([]);
  await expect(table.append([btc])).rejects.toMatchObject({ code: 'STOPPED' });
});

test('two writers of one table: every row of both is there', async () => {
  const location = temporaryFolder();
  const batch = { maxRows: 1 };
  const [a, b] = await Promise.all([
    openTickerTable({ location, source: 'simulated', batch }),
    openTickerTable({ location, source: 'simulated', batch }),
  ]);
  const writes = Array.from({ length: 20 }, (_, i) =>
    (i % 2 ? a : b).append([ticker('BTCUSD', { lastPrice: i, eventTime: DAY + i })]),
  );
  const versions = (await Promise.all(writes)).map(({ version }) => version);
  await Promise.all([a.close(), b.close()]);
  expect([...versions].sort((x, y) => x - y)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  expect((await a.read()).map(({ price }) => price)).toEqual(Array.from({ length: 20 }, (_, i) => i));
});
