import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Candle, CandlebookError, type KlineEvent, type MarketEvent } from '../../src/market/index.ts';
import { openRecorder, type RecorderOptions } from '../../src/store/index.ts';
import { ticker, trade } from '../fixtures/market.ts';
import { temporaryFolder } from './folder.ts';

const DAY = Date.UTC(2026, 10, 24);

function kline(openTime: number, closed: boolean, stated: Partial<Candle> = {}): KlineEvent {
  const candle: Candle = {
    openTime,
    open: 1,
    high: 3,
    low: 0.5,
    close: 2,
    volume: 10,
    closeTime: openTime + 59_999,
    quoteVolume: 20,
    tradeCount: 4,
    takerBuyVolume: 5,
    takerBuyQuoteVolume: 9,
    ...stated,
  };
  return {
    type: 'kline',
    symbol: 'BTCUSDT',
    interval: '1m',
    candle,
    closed,
    firstTradeId: 1,
    lastTradeId: 4,
    eventTime: openTime + 60_000,
  };
}

const tradesFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_, i) =>
    trade('BTCUSDT', { id: first + i, time: DAY + first + i, eventTime: DAY + first + i }),
  );

const open = (location: string, options: Partial<RecorderOptions> = {}) =>
  openRecorder({ location, source: 'simulated', maintenance: false, ...options });

async function contents(recorder: Awaited<ReturnType<typeof open>>) {
  return {
    trades: (await recorder.trades!.read()).map(({ tradeId }) => tradeId),
    rawTickers: (await recorder.rawTickers!.read()).map(({ lastPrice }) => lastPrice),
    tickers: (await recorder.tickers!.read()).map(({ price }) => price),
    candles: (await recorder.candles!.read()).map(({ open_time, close }) => [open_time - DAY, close]),
  };
}

test('each event goes into its tables, and the tables say where a feed goes on', async () => {
  const location = temporaryFolder();
  const recorder = await open(location);
  expect(recorder.since(['BTCUSDT', 'ETHUSDT'])).toBeUndefined();
  const events: MarketEvent[] = [
    { type: 'connect', at: DAY, url: '', source: 'simulated', attempt: 1 },
    ...tradesFrom(5, 3),
    ticker('BTCUSDT', { lastPrice: 7, eventTime: DAY + 1 }),
    kline(DAY, false, { close: 1.5 }),
    kline(DAY, true),
    { type: 'gap', at: DAY, symbol: 'BTCUSDT', stream: 'trade', fromId: 8, toId: 11, reason: 'gone' },
    trade('BTCUSDT', { id: 12, time: DAY + 12, eventTime: DAY + 12 }),
  ];
  for (const event of events) expect(recorder.take(event)).toBeUndefined();
  expect(recorder.status).toMatchObject({ waitingRows: 7, committedRows: 0, missingTrades: 4 });
  await recorder.close();
  expect(recorder.status).toMatchObject({ waitingRows: 0, committedRows: 7, trouble: undefined });
  const again = await open(location);
  expect(await contents(again)).toEqual({
    trades: [5, 6, 7, 12],
    rawTickers: [7],
    tickers: [7],
    candles: [[0, 2]],
  });
  expect(again.since(['BTCUSDT', 'ETHUSDT'])).toEqual({ BTCUSDT: 12 });
});

test('a feed that repeats itself after a restart, and a second recorder of it, double nothing', async () => {
  const location = temporaryFolder();
  const [a, b] = await Promise.all([open(location), open(location)]);
  for (const recorder of [a, b, await open(location)]) {
    for (const event of [...tradesFrom(1, 40), ticker('BTCUSDT', { eventTime: DAY + 1 }), kline(DAY, true)])
      recorder.take(event);
    recorder.take(kline(DAY, true, { close: 9 }));
    await recorder.close();
  }
  expect(await contents(await open(location))).toEqual({
    trades: Array.from({ length: 40 }, (_, i) => i + 1),
    rawTickers: [100],
    tickers: [100],
    candles: [[0, 9]],
  });
  expect([a.status.repeatedRows, b.status.repeatedRows]).toEqual([0, 42]);
});

test('a candle that was missed is filled in behind later ones', async () => {
  const recorder = await open(temporaryFolder());
  for (const minute of [0, 2]) recorder.take(kline(DAY + minute * 60_000, true));
  await recorder.flush();
  recorder.take(kline(DAY + 60_000, true));
  await recorder.close();
  expect((await contents(recorder)).candles).toEqual([0, 60_000, 120_000].map((at) => [at, 2]));
});

test('candles that closed while nobody looked are filled by REST, also of a symbol that was left behind at midnight', async () => {
  const MINUTES = 1_440 + 5;
  const asked: string[] = [];
  const rest = {
    serverTime: async () => DAY + MINUTES * 60_000 + 30_000,
    klines: async (symbol: string, interval: string, range: { startTime?: number; limit?: number } = {}) => {
      asked.push(`${symbol} ${interval}`);
      const newest = MINUTES + 1 - range.limit!;
      const first = range.startTime === undefined ? newest : Math.ceil((range.startTime - DAY) / 60_000);
      const count = Math.min(range.limit!, MINUTES + 1 - first);
      return Array.from({ length: count }, (_, i) => kline(DAY + (first + i) * 60_000, true).candle);
    },
  };
  const location = temporaryFolder();
  const recorder = await open(location);
  recorder.take(kline(DAY, true));
  recorder.take({ ...kline(DAY, true), symbol: 'ETHUSDT' });
  // BTCUSDT got to the next day, and then the process was killed.
  recorder.take(kline(DAY + 1_440 * 60_000, true));
  await recorder.close();
  const again = await open(location);
  expect(await again.fillCandles(rest, ['BTCUSDT', 'ETHUSDT', 'NEWUSDT'], '1m')).toMatchObject({
    taken: 4 + MINUTES - 1 + 299,
  });
  await again.close();
  const of = async (symbol: string) =>
    (await again.candles!.read({ where: { symbol } })).map(({ open_time }) => (open_time - DAY) / 60_000);
  expect(await of('ETHUSDT')).toEqual(Array.from({ length: MINUTES }, (_, minute) => minute));
  expect(await of('BTCUSDT')).toEqual([0, 1_440, 1_441, 1_442, 1_443, 1_444]);
  expect(await of('NEWUSDT')).toEqual(Array.from({ length: 299 }, (_, i) => MINUTES - 299 + i));
  expect(asked).toHaveLength(4);
});

test('a symbol of which the exchange states no candles does not keep the others from theirs', async () => {
  const failures: Record<string, string> = { BUSYUSDT: 'RATE_LIMITED' };
  for (let i = 0; i < 8; i++) failures[`GONE${i}`] = 'SYMBOL_UNKNOWN';
  const rest = {
    serverTime: async () => DAY + 90_000,
    klines: async (symbol: string) => {
      const code = failures[symbol];
      if (code) throw new CandlebookError(code as 'RATE_LIMITED', symbol);
      return [kline(DAY, true).candle];
    },
  };
  const recorder = await open(temporaryFolder());
  const symbols = [...Object.keys(failures), 'BTCUSDT'];
  // Of the errors that one is told which asking again may better.
  await expect(recorder.fillCandles(rest, symbols, '1m')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  await recorder.close();
  expect((await recorder.candles!.read()).map(({ symbol }) => symbol)).toEqual(['BTCUSDT']);
});

test('only the tables that are asked for', async () => {
  const recorder = await open(temporaryFolder(), { tables: ['processed/tickers'] });
  for (const event of [...tradesFrom(1, 3), ticker('BTCUSDT'), kline(DAY, true)]) recorder.take(event);
  await recorder.close();
  expect(recorder.status.versions).toEqual({ 'processed/tickers': 1 });
  expect([recorder.trades, recorder.since(['BTCUSDT'])]).toEqual([undefined, undefined]);
});

test('where much waits for the storage, a promise says when the feed may go on', async () => {
  const recorder = await open(temporaryFolder(), {
    tables: ['raw/trades'],
    batch: { maxRows: 10, maxWaitingRows: 20 },
  });
  const waits = tradesFrom(1, 10).map((event) => recorder.take(event));
  expect(waits.slice(0, 9)).toEqual(new Array(9).fill(undefined));
  await waits[9];
  expect(recorder.status.waitingRows).toBeLessThan(10);
  for (const event of tradesFrom(11, 200)) await recorder.take(event);
  await recorder.close();
  expect(await recorder.trades!.read()).toHaveLength(210);
});

test('two markets do not share a table', async () => {
  const location = temporaryFolder();
  await (await open(location)).close();
  await (await open(location, { market: 'binance.us' })).close();
  await (await open(location, { market: 'binance.us' })).close();
  await expect(open(location, { market: 'binance.com' })).rejects.toMatchObject({
    code: 'SOURCE_MIXED',
    message: expect.stringMatching(/holds the market of binance\.us.*location of its own/),
  });
});

test('compaction and VACUUM run beside the writer, in a process of their own', async () => {
  const recorder = await open(temporaryFolder(), {
    tables: ['raw/trades'],
    batch: { maxRows: 5 },
    maintenance: { compactEvery: 20, lookEveryMs: 5 },
  });
  let id = 1;
  const done = () => recorder.status.maintenance!;
  while (done().compactions < 2 && id < 100_000) {
    for (const event of tradesFrom(id, 5)) await recorder.take(event);
    id += 5;
    // Slowly enough for a process that a busy machine lets begin late.
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  await recorder.close();
  expect(done()).toMatchObject({ trouble: undefined });
  expect(done().filesRemoved).toBeGreaterThan(done().filesAdded);
  await recorder.trades!.delta.refresh();
  expect(recorder.trades!.delta.fileCount).toBeLessThan((id / 5) * 0.8);
  const rows = await recorder.trades!.read();
  expect(rows.map(({ tradeId }) => tradeId)).toEqual(Array.from({ length: id - 1 }, (_, i) => i + 1));
}, 60_000);

test('runs that are short leave it to the next what is due: small files, and a VACUUM after its hours', async () => {
  const location = temporaryFolder();
  const maintenance = { compactEvery: 8, lookEveryMs: 5 };
  const run = async (id: number, isDone: () => boolean) => {
    const recorder = await open(location, { tables: ['raw/trades'], maintenance });
    recorder.take(tradesFrom(id, 1)[0]!);
    await recorder.flush();
    await expect.poll(isDone, { timeout: 20_000 }).toBe(true);
    await recorder.close();
    const { trouble, compactions } = recorder.status.maintenance!;
    return { trouble, compactions, files: recorder.trades!.delta.fileCount };
  };
  for (let id = 1; id <= 8; id++)
    expect(await run(id, () => true)).toEqual({ trouble: undefined, compactions: 0, files: id });
  const state = join(location, 'simulated', 'state', 'maintenance.json');
  const vacuumedAt = () => JSON.parse(readFileSync(state, 'utf8')).vacuumed['raw/trades'];
  const yesterday = vacuumedAt() - 25 * 3_600_000;
  writeFileSync(state, JSON.stringify({ vacuumed: { 'raw/trades': yesterday } }));
  const isDone = () => vacuumedAt() > yesterday;
  expect(await run(9, isDone)).toMatchObject({ trouble: undefined, compactions: 1 });
}, 60_000);

test('maintenance that fails says so, and the recording goes on', async () => {
  const recorder = await open(temporaryFolder(), {
    tables: ['raw/trades'],
    batch: { maxRows: 1 },
    maintenance: { compactEvery: 1, lookEveryMs: 5, targetBytes: Number.NaN, vacuumEveryHours: 1e-9 },
  });
  const { rmSync } = await import('node:fs');
  recorder.take(tradesFrom(1, 1)[0]!);
  await recorder.flush();
  rmSync(recorder.trades!.location, { recursive: true });
  await expect
    .poll(() => recorder.status.maintenance!.trouble, { timeout: 20_000 })
    .toMatch(/No Delta table lies/);
  await recorder.close();
});
