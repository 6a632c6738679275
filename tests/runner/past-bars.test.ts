import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Exchange, startExchange } from '../../src/exchange/index.ts';
import { createRest, type RestClient } from '../../src/fetcher/index.ts';
import { pastBars } from '../../src/runner/past-bars.ts';
import { type CandleTable, openCandleTable } from '../../src/store/index.ts';
import { temporaryFolder } from '../store/folder.ts';

let exchange: Exchange;
let rest: RestClient;
let table: CandleTable;
let until: number;
const wanted = { symbol: 'BTCUSD', interval: '1m', count: 30 } as const;

beforeAll(async () => {
  exchange = await startExchange({ seed: 9, startTime: Date.UTC(2026, 10, 24, 0, 20), clock: 'manual' });
  rest = createRest({ restUrl: exchange.restUrl });
  until = await rest.serverTime();
  table = await openCandleTable({ location: temporaryFolder(), source: 'simulated' });
});
afterAll(async () => {
  await table.close();
  await rest.close();
  await exchange.close();
});

const times = async (more: { table?: CandleTable | undefined; until?: number } = {}) => {
  const { bars, fromTable } = await pastBars('table' in more ? more.table : table, rest, {
    ...wanted,
    until: more.until ?? until,
  });
  return { first: bars[0]?.openTime, last: bars.at(-1)?.openTime, count: bars.length, fromTable };
};
const MINUTE = 60_000;

test('without a table, and with an empty one, the exchange’s', async () => {
  const whole = { count: 30, fromTable: 0, first: until - 30 * MINUTE, last: until - MINUTE };
  expect(await times({ table: undefined })).toEqual(whole);
  expect(await times()).toEqual(whole);
});

test('the table’s where it holds them all, over midnight too, without a request', async () => {
  const candles = await rest.klines('BTCUSD', '1m', { endTime: until - 1, limit: 200 });
  await table.upsert('BTCUSD', '1m', candles);
  await table.upsert('BTCUSD', '5m', await rest.klines('BTCUSD', '5m', { endTime: until - 1, limit: 5 }));
  const closed = createRest({ restUrl: exchange.restUrl });
  await closed.close();
  const { bars, fromTable } = await pastBars(table, closed, { ...wanted, until });
  expect(fromTable).toBe(30);
  expect(bars).toEqual(candles.slice(-30));
  expect(await times({ until: until - 100 * MINUTE })).toMatchObject({ count: 30, fromTable: 30 });
});

test('where the table begins later, the exchange’s before it', async () => {
  const found = await times({ until: until - 190 * MINUTE });
  expect(found).toMatchObject({ count: 30, fromTable: 10, last: until - 191 * MINUTE });
});

test('where the exchange can not be asked, what the table holds; nothing is an error', async () => {
  const closed = createRest({ restUrl: exchange.restUrl });
  await closed.close();
  const part = await pastBars(table, closed, { ...wanted, until: until - 190 * MINUTE });
  expect([part.bars.length, part.fromTable]).toEqual([10, 10]);
  await expect(pastBars(undefined, closed, { ...wanted, until })).rejects.toMatchObject({ code: 'STOPPED' });
});
