import { expect, test } from 'vitest';
import { CandleSeries } from '../../../src/candles/index.ts';
import { trendReversals, volumeSpikes } from '../../../src/insights/index.ts';
import type { Candle } from '../../../src/market/index.ts';
import { DeltaTable, field } from '../../../src/store/delta/index.ts';
import { localFiles } from '../../../src/store/files/index.ts';
import { openCandleTable, openRecorder, openSql, type SqlDatabase } from '../../../src/store/index.ts';
import { duckDb } from '../../../src/store/sql/duckdb.ts';
import { ticker, trade } from '../../fixtures/market.ts';
import { startLoopbackAdls } from '../adls/server.ts';
import { temporaryFolder } from '../folder.ts';

const DAY = Date.UTC(2026, 10, 24);
const DAY_MS = 86_400_000;

/** Trades of two symbols over three days, a commit a day; tickers of the last. */
async function market(location: string): Promise<void> {
  const recorder = await openRecorder({ location, source: 'simulated', maintenance: false });
  for (let day = 0; day < 3; day++) {
    for (const symbol of ['BTCUSDT', 'ETHUSDT']) {
      for (let i = 0; i < 10; i++) {
        const time = DAY + day * DAY_MS + i * 1000 + 0.125;
        const price = 100 + day + i / 8;
        recorder.take(trade(symbol, { id: day * 10 + i + 1, price, quantity: 2, time, eventTime: time }));
      }
    }
    await recorder.flush();
  }
  recorder.take(ticker('ETHUSDT', { priceChangePercent: 3, eventTime: DAY + 2 * DAY_MS }));
  recorder.take(ticker('BTCUSDT', { priceChangePercent: 9, eventTime: DAY + 2 * DAY_MS }));
  recorder.take(ticker('BTCUSDT', { priceChangePercent: -1, eventTime: DAY + 2 * DAY_MS + 5 }));
  await recorder.close();
}

async function over<T>(
  options: Parameters<typeof openSql>[0],
  work: (db: SqlDatabase) => Promise<T>,
): Promise<T> {
  const db = await openSql(options);
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

const rows = async (db: SqlDatabase, text: string, parameters?: Parameters<SqlDatabase['sql']>[1]) =>
  (await db.sql(text, parameters)).rows();

test('rows, columns and a frame, with the values that the tables hold', async () => {
  const location = temporaryFolder();
  await market(location);
  await over({ location, source: 'simulated' }, async (db) => {
    const found = await db.sql(
      `select symbol, tradeId, price, buyerIsMaker, trade_time, date, null::varchar as nothing
       from raw.trades where symbol = $1 and date = '2026-11-25' order by tradeId limit 2`,
      ['ETHUSDT'],
    );
    expect(found.types).toEqual([
      'VARCHAR',
      'BIGINT',
      'DOUBLE',
      'BOOLEAN',
      'TIMESTAMP WITH TIME ZONE',
      'DATE',
      'VARCHAR',
    ]);
    expect(found.rows()).toEqual([
      { symbol: 'ETHUSDT', tradeId: 11, price: 101, buyerIsMaker: false, trade_time: DAY + DAY_MS + 0.125, date: '2026-11-25', nothing: null },
      { symbol: 'ETHUSDT', tradeId: 12, price: 101.125, buyerIsMaker: false, trade_time: DAY + DAY_MS + 1000.125, date: '2026-11-25', nothing: null },
    ]); // biome-ignore format: a row a line
    expect(found.columns()).toMatchObject({
      tradeId: Float64Array.of(11, 12),
      symbol: ['ETHUSDT', 'ETHUSDT'],
    });
    expect((await found.frame()).shape).toEqual([2, 7]);
    expect(await rows(db, 'select count(*) as n, sum(tradeId) as total from trades')).toEqual([
      { n: 60, total: 930 },
    ]);
    expect(await rows(db, 'select [1, 2] l, {a: 1.5} s, map {1: 2} m, 18446744073709551616 big')).toEqual([
      { l: [1, 2], s: { a: 1.5 }, m: { 1: 2 }, big: 18446744073709551616n },
    ]);
    const empty = await db.sql('select symbol, price from trades where price < 0');
    expect([empty.names, empty.rowCount, empty.rows()]).toEqual([['symbol', 'price'], 0, []]);
  });
});

test('each query sees the newest version, or always that of a moment', async () => {
  const location = temporaryFolder();
  await market(location);
  const tickers = 'select count(*) as n from tickers';
  const more = async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const recorder = await openRecorder({ location, source: 'simulated', maintenance: false });
    recorder.take(ticker('BTCUSDT', { eventTime: DAY + 3 * DAY_MS }));
    await recorder.close();
  };
  const moment = Date.now();
  await over({ location, source: 'simulated' }, async (now) => {
    expect(await rows(now, tickers)).toEqual([{ n: 3 }]);
    await more();
    expect(await rows(now, tickers)).toEqual([{ n: 4 }]);
    await over({ location, source: 'simulated', timestamp: moment }, async (then) => {
      await more();
      expect(await rows(then, tickers)).toEqual([{ n: 3 }]);
    });
  });
  await expect(
    openSql({ location, source: 'simulated', timestamp: DAY - DAY_MS * 999 }),
  ).rejects.toMatchObject({
    code: 'INPUT_INVALID',
  });
  const trades = { location: `${location}/simulated/raw/trades`, version: 1 };
  await over({ tables: { trades } }, async (db) => {
    expect(await rows(db, 'select count(*) as n from trades')).toEqual([{ n: 20 }]);
  });
});

test('the same query again: other parameters, other columns, and after one that was given up or failed', async () => {
  const folder = temporaryFolder();
  const delta = await DeltaTable.openOrCreate(localFiles(folder), { fields: [field('n', 'integer')] });
  const add = (...n: number[]) => delta.append({ rowCount: n.length, columns: { n } });
  await add(...Array.from({ length: 5_000 }, (_, i) => i));
  await over({ tables: { t: folder } }, async (db) => {
    const below = 'select count(*) as n from t where n < $1';
    expect(await rows(db, below, [3])).toEqual([{ n: 3 }]);
    await expect(db.sql(below)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(db.sql(below, [1, 2])).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect(await rows(db, below, [4])).toEqual([{ n: 4 }]);
    await add(-1);
    expect(await rows(db, below, [4])).toEqual([{ n: 5 }]);

    const all = 'from t order by n';
    for (let time = 0; time < 2; time++) {
      for await (const batch of db.stream(all)) {
        expect(batch.rows()[0]).toEqual({ n: -1 });
        break;
      }
    }
    expect((await db.sql(all)).rowCount).toBe(5_001);
    await delta.addColumns([field('late', 'string')]);
    expect((await rows(db, all))[0]).toEqual({ n: -1, late: null });

    const fails = 'select error($1) from t';
    for (const word of ['one', 'two']) await expect(db.sql(fails, [word])).rejects.toThrow(word);
    for (let i = 0; i < 50; i++) expect(await rows(db, `select ${i} as i`)).toEqual([{ i }]);
    expect((await rows(db, all)).length).toBe(5_001);
  });
});

test('a query reads only the days that it asks for', async () => {
  const location = temporaryFolder();
  await market(location);
  await over({ location, source: 'simulated' }, async (db) => {
    const scans = async (where: string) => {
      const [plan] = await rows(db, `explain select sum(price) from trades ${where}`);
      return /Scanning Files:\s*(\d+\/\d+)/.exec(String(plan!.explain_value))?.[1];
    };
    expect(await scans('')).toBeUndefined();
    expect(await scans("where date >= '2026-11-26'")).toBe('1/3');
  });
});

test('what is no single query, and what is wrong in one, is refused with what DuckDB says', async () => {
  const location = temporaryFolder();
  await market(location);
  await over({ location, source: 'simulated', maxRows: 5 }, async (db) => {
    for (const [text, says] of [
      ['select price from nowhere', /Table with name nowhere does not exist/],
      ['select 1; select 2', /2 statements/],
      [' -- nothing', /holds no statement/],
      [`copy (select 1) to '${location}/simulated/raw/trades/x.csv'`, /not COPY/],
      [`copy (select 1) to '${location}/x.csv'`, /disabled by configuration/],
      ['create table t (a int)', /not CREATE/],
      ["select * from read_text('/etc/hostname')", /disabled by configuration/],
      ["set memory_limit = '9GB'", /not SET/],
      ['install httpfs', /./],
      ['selec 1', /syntax error/],
    ] as const) {
      await expect(db.sql(text), text).rejects.toMatchObject({
        code: 'INPUT_INVALID',
        message: expect.stringMatching(says),
      });
    }
    await expect(db.sql('select * from trades')).rejects.toThrow(/more than 5 rows.*LIMIT/);
    let seen = 0;
    for await (const batch of db.stream('select * from trades')) seen += batch.rowCount;
    expect(seen).toBe(60);
  });
  await expect(openSql({ location, source: 'live' })).rejects.toMatchObject({ code: 'TABLE_INVALID' });
  await expect(openSql({ location, source: 'simulated', memory: 'much' })).rejects.toMatchObject({
    code: 'INPUT_INVALID',
  });
});

test('without DuckDB, the error names the package and how to get it', async () => {
  const absent = Object.assign(new Error("Cannot find package '@duckdb/node-api' imported from x"), {
    code: 'ERR_MODULE_NOT_FOUND',
  });
  await expect(duckDb(() => Promise.reject(absent))).rejects.toMatchObject({
    code: 'PACKAGE_MISSING',
    message: expect.stringMatching(/is not installed\. .*npm install @duckdb\/node-api@\d/),
  });
});

/** A walk with spikes and turns, of two days. */
function walk(seed: number): Candle[] {
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  let price = 100;
  return Array.from({ length: 2_000 }, (_, i) => {
    const open = price;
    price *= 1 + (random() - 0.5) / 50;
    const volume = (i % 311 === 200 ? 40 : 1) * (1 + random());
    return {
      openTime: DAY + i * 60_000,
      open,
      high: Math.max(open, price) * 1.001,
      low: Math.min(open, price) * 0.999,
      close: price,
      volume,
      closeTime: DAY + i * 60_000 + 59_999,
      quoteVolume: volume * price,
      tradeCount: 3,
      takerBuyVolume: volume / 2,
      takerBuyQuoteVolume: (volume * price) / 2,
    };
  });
}

test('the ready views answer as the functions of the same names do', async () => {
  const location = temporaryFolder();
  await market(location);
  const table = await openCandleTable({ location, source: 'simulated' });
  const walks = { BTCUSDT: walk(3), ETHUSDT: walk(8) };
  for (const [symbol, candles] of Object.entries(walks)) await table.upsert(symbol, '1m', candles);
  await over({ location, source: 'simulated' }, async (db) => {
    expect(await rows(db, 'select symbol, rank, priceChangePercent from top_performers')).toEqual([
      { symbol: 'ETHUSDT', rank: 1, priceChangePercent: 3 },
      { symbol: 'BTCUSDT', rank: 2, priceChangePercent: -1 },
    ]);
    for (const [symbol, candles] of Object.entries(walks)) {
      const series = new CandleSeries('1m', { symbol });
      series.load(candles, { at: candles.at(-1)!.closeTime + 1 });
      const spikes = await rows(db, 'select * from volume_spikes where symbol = $1 order by open_time', [
        symbol,
      ]);
      const expected = volumeSpikes(series);
      expect(expected.length).toBeGreaterThan(4);
      expect(spikes.map(({ open_time }) => open_time)).toEqual(expected.map(({ openTime }) => openTime));
      for (const [at, { ratio, zScore, direction }] of expected.entries()) {
        expect(spikes[at]!.direction).toBe(direction);
        expect(spikes[at]!.ratio).toBeCloseTo(ratio, 9);
        expect(spikes[at]!.z_score).toBeCloseTo(zScore, 9);
      }
      const turns = await rows(db, 'select * from trend_reversals where symbol = $1 order by open_time', [
        symbol,
      ]);
      const reversals = trendReversals(series);
      expect(reversals.length).toBeGreaterThan(10);
      expect(turns.map(({ open_time, direction, price }) => [open_time, direction, price])).toEqual(
        reversals.map(({ openTime, direction, price }) => [openTime, direction, price]),
      );
      expect(turns[1]!.move_since_percent).toBeCloseTo(reversals[1]!.moveSincePercent!, 9);
    }
    const [hour] = await rows(
      db,
      "select * from hourly_summary where symbol = 'BTCUSDT' order by hour limit 1",
    );
    const first = walks.BTCUSDT.slice(0, 60);
    expect(hour).toMatchObject({
      hour: DAY,
      open: first[0]!.open,
      close: first[59]!.close,
      high: Math.max(...first.map(({ high }) => high)),
      trades: 180,
      minutes: 60,
      date: '2026-11-24',
    });
  });
});

test('any Delta table: awkward partition values, columns that came later', async () => {
  const folder = temporaryFolder();
  const delta = await DeltaTable.openOrCreate(localFiles(folder), {
    fields: [field('who', 'string'), field('n', 'integer')],
    partitionColumns: ['who'],
  });
  const names = ['a b', "o'hara", '=%/ü', '__HIVE_DEFAULT_PARTITION__x', null];
  await delta.append({ rowCount: 5, columns: { who: names, n: [1, 2, 3, 4, 5] } });
  await delta.addColumns([field('late', 'timestamp')]);
  await delta.append({ rowCount: 1, columns: { who: ['a b'], n: [6], late: BigInt64Array.of(1_000_500n) } });
  await over({ tables: { 'my table': folder } }, async (db) => {
    expect(await rows(db, 'select * from "my table" order by n')).toEqual([
      ...names.map((who, at) => ({ who, n: at + 1, late: null })),
      { who: 'a b', n: 6, late: 1000.5 },
    ]);
    expect(await rows(db, 'select n from "my table" where who = $who', { who: '=%/ü' })).toEqual([{ n: 3 }]);
  });
});

test('on ADLS Gen2, only the days that a query needs are fetched, once', async () => {
  const adls = await startLoopbackAdls();
  process.env.AZURE_STORAGE_CONNECTION_STRING = adls.connectionString;
  const location = 'abfss://tables@lake.dfs.core.windows.net/sql';
  try {
    await market(location);
    await over({ location, source: 'simulated' }, async (db) => {
      let files = 0;
      adls.fault = ({ method, path }) => {
        if (method === 'GET' && path.endsWith('.parquet') && !path.includes('_delta_log')) files++;
        return undefined;
      };
      const fetched = async (text: string) => {
        files = 0;
        return [await rows(db, text), files];
      };
      const lastDay = "select count(*) as n from trades where date > '2026-11-25'";
      expect(await fetched(lastDay)).toEqual([[{ n: 20 }], 1]);
      expect(await fetched(lastDay)).toEqual([[{ n: 20 }], 0]);
      expect(await fetched("select max(price) as p from trades where symbol = 'BTCUSDT'")).toEqual([
        [{ p: 103.125 }],
        2,
      ]);
      expect(await fetched('select 1 as one')).toEqual([[{ one: 1 }], 0]);
      expect((await rows(db, 'from top_performers')).length).toBe(2);
      await expect(db.sql('select nothing from trades')).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    });
    await over({ location, source: 'simulated', copyBytes: 10 }, (db) =>
      expect(db.sql('from trades')).rejects.toThrow(/needs \d+ bytes of abfss:.* raise copyBytes/),
    );
  } finally {
    delete process.env.AZURE_STORAGE_CONNECTION_STRING;
    await adls.close();
  }
});
