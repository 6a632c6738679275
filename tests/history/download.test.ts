import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Exchange, startExchange } from '../../src/exchange/index.ts';
import { createRest, type RestClient } from '../../src/fetcher/index.ts';
import {
  type DownloadProgress,
  downloadCandles,
  downloadToFile,
  downloadToTable,
  type HistorySource,
} from '../../src/history/index.ts';
import { type Candle, type Interval, nextOpenTime } from '../../src/market/index.ts';
import { openCandleTable } from '../../src/store/index.ts';
import { candlebook } from '../fixtures/cli.ts';

const NOW = Date.UTC(2026, 10, 24, 14, 30, 17, 421);
const HOUR = 3_600_000;
const MINUTE = 60_000;
let exchange: Exchange;
let rest: RestClient;
let folder: string;

beforeAll(async () => {
  exchange = await startExchange({ seed: 7, startTime: NOW, clock: 'manual', weightLimit: 100_000 });
  rest = createRest(exchange);
  folder = await mkdtemp(join(tmpdir(), 'history-'));
});
afterAll(async () => {
  await rest.close();
  await exchange.close();
  await rm(folder, { recursive: true, force: true });
});

/** The client, with what `change` makes of the rows of each answer. */
function changed(change: (rows: Candle[], call: number) => Candle[]): HistorySource {
  let calls = 0;
  return {
    klines: async (...asked) => change(await rest.klines(...asked), ++calls),
    exchangeInfo: (symbols) => rest.exchangeInfo(symbols),
    serverTime: () => rest.serverTime(),
    source: 'simulated',
    url: rest.url,
    usedWeight: 0,
    weightLimit: 6_000,
  };
}

const consecutive = (candles: readonly Candle[], interval: Interval) =>
  candles.every(
    ({ openTime }, i) => i === 0 || openTime === nextOpenTime(candles[i - 1]!.openTime, interval),
  );

test('several pages at the same time: in order, each once, up to the forming bar, with progress', async () => {
  const seen: DownloadProgress[] = [];
  const from = NOW - 60 * HOUR - MINUTE;
  const { candles, outages, rows, source } = await downloadCandles({
    rest,
    symbol: 'ETHUSD',
    interval: '1m',
    from,
    onProgress: (progress) => seen.push(progress),
  });
  expect([rows, source, outages]).toEqual([3_600, 'simulated', []]);
  expect(consecutive(candles, '1m')).toBe(true);
  expect(candles[0]!.openTime).toBe(Math.ceil(from / MINUTE) * MINUTE);
  expect(candles.at(-1)!.openTime).toBe(Math.floor(NOW / MINUTE) * MINUTE - MINUTE);
  expect(seen.map(({ pages, of }) => [pages, of])).toEqual([0, 1, 2, 3, 4].map((pages) => [pages, 4]));
  expect(seen.at(-1)).toMatchObject({ rows: 3_600, leftMs: 0, weightLimit: 100_000 });
  const asked = await rest.klines('ETHUSD', '1m', { startTime: candles[1_500]!.openTime, limit: 1 });
  expect(candles[1_500]).toEqual(asked[0]);
});

test.each([
  ['1s', 2_500 / 3600],
  ['3m', 80],
  ['8h', 12 * 24],
  ['3d', 50 * 24],
  ['1w', 100 * 24],
  ['1M', 250 * 24],
] as const)('interval %s', async (interval, hours) => {
  const { candles, outages } = await downloadCandles({
    rest,
    symbol: 'DOTUSD',
    interval,
    from: NOW - hours * HOUR,
  });
  expect(outages).toEqual([]);
  expect(candles.length).toBeGreaterThan(5);
  expect(consecutive(candles, interval)).toBe(true);
});

test('begins with the listing; nothing before it is an outage', async () => {
  const { candles, from, outages } = await downloadCandles({
    rest,
    symbol: 'DOTUSD',
    interval: '1M',
    from: 0,
  });
  expect(from).toBe(candles[0]!.openTime);
  expect([candles.length > 12, outages]).toEqual([true, []]);
});

describe('what the exchange does not have', () => {
  const gone = (from: number, to: number) => (rows: Candle[]) =>
    rows.filter(({ openTime }) => openTime < from || openTime >= to);
  const day = Date.UTC(2026, 10, 20);

  test('is named and not filled, also over the end of a page', async () => {
    const outage = { from: day + 990 * MINUTE, to: day + 1_013 * MINUTE, bars: 23 };
    const { candles, outages } = await downloadCandles({
      rest: changed(gone(outage.from, outage.to)),
      symbol: 'BTCUSD',
      interval: '1m',
      from: day,
      to: day + 2_000 * MINUTE,
    });
    expect([candles.length, outages]).toEqual([2_000 - 23, [outage]]);
  });

  test('is asked for twice: what only the first answer lacked is there', async () => {
    const { outages, rows } = await downloadCandles({
      rest: changed((rows) => (rows.length > 100 ? gone(day + 5 * MINUTE, day + 9 * MINUTE)(rows) : rows)),
      symbol: 'BTCUSD',
      interval: '1m',
      from: day,
      to: day + 500 * MINUTE,
    });
    expect([rows, outages]).toEqual([500, []]);
  });

  test('rows out of order or stated twice are put right; contradictions are refused', async () => {
    const ask = (change: (rows: Candle[]) => Candle[]) =>
      downloadCandles({
        rest: changed(change),
        symbol: 'BTCUSD',
        interval: '1m',
        from: day,
        to: day + 50 * MINUTE,
        patienceMs: 1,
      });
    const { candles } = await ask((rows) => [...rows.toReversed(), ...rows.slice(0, 3)]);
    expect([candles.length, consecutive(candles, '1m')]).toEqual([50, true]);
    await expect(ask((rows) => [...rows, { ...rows[0]!, close: 1 }])).rejects.toMatchObject({
      code: 'RESPONSE_INVALID',
      message: expect.stringContaining('comes twice'),
    });
    await expect(ask((rows) => rows.map((row) => ({ ...row, openTime: row.openTime + 1 })))).rejects.toThrow(
      'was not asked for',
    );
  });
});

test('through faults of the exchange', async () => {
  const kinds = ['error500', 'truncated', 'wrongLength', 'reset', 'reordered', 'limit429', 'ban418'] as const;
  for (const kind of kinds) exchange.inject(kind);
  const patient = createRest(exchange);
  const { rows, outages } = await downloadCandles({
    rest: patient,
    symbol: 'SOLUSD',
    interval: '1m',
    from: NOW - 50 * HOUR - MINUTE,
  });
  expect([rows, outages]).toEqual([3_000, []]);
  expect(Object.keys(exchange.counters().faults)).toHaveLength(kinds.length);
  await patient.close();
}, 30_000);

test('CSV and Parquet hold the same numbers, and say where they are from', async () => {
  const options = { rest, symbol: 'ADAUSD', interval: '5m', from: NOW - 100 * HOUR } as const;
  const { candles } = await downloadCandles(options);
  const csv = join(folder, 'ada.csv');
  const parquet = join(folder, 'ada.parquet');
  await downloadToFile({ ...options, file: csv });
  await downloadToFile({ ...options, file: parquet });
  const [head, ...lines] = (await readFile(csv, 'utf8')).trimEnd().split('\n');
  const names = head!.split(',');
  expect(names).toEqual(['symbol', 'interval', ...Object.keys(candles[0]!), 'source']);
  const fromCsv = lines.map((line) => {
    const values = line.split(',');
    expect([values[0], values[1], values.at(-1)]).toEqual(['ADAUSD', '5m', 'simulated']);
    return Object.fromEntries(names.slice(2, -1).map((name, i) => [name, Number(values[i + 2])]));
  });
  expect(fromCsv).toEqual(candles);
  const rows = await parquetReadObjects({ file: await asyncBufferFromFile(parquet) });
  const fromParquet = rows.map(({ symbol, interval, source, openTime, closeTime, tradeCount, ...rest }) => {
    expect([symbol, interval, source]).toEqual(['ADAUSD', '5m', 'simulated']);
    return {
      ...rest,
      openTime: Number(openTime),
      closeTime: Number(closeTime),
      tradeCount: Number(tradeCount),
    };
  });
  expect(fromParquet).toEqual(candles);
  expect((await readdir(folder)).filter((name) => name.includes('.part') || name.includes('.tmp'))).toEqual(
    [],
  );
  await expect(downloadToFile({ ...options, file: join(folder, 'x.txt') })).rejects.toThrow('.csv, .parquet');
  await expect(downloadToFile({ ...options, file: join(csv, 'x.csv') })).rejects.toThrow(
    'can not be written',
  );
});

test('into the table of candles, as often as one likes', async () => {
  const location = join(folder, 'lake');
  const options = {
    rest,
    symbol: 'XRPUSD',
    interval: '1h',
    from: NOW - 100 * HOUR,
    to: NOW,
    location,
  } as const;
  await downloadToTable(options);
  const { rows } = await downloadToTable(options);
  const table = await openCandleTable({ location, source: 'simulated' });
  const found = await table.read();
  expect([rows, found.length]).toEqual([99, 99]);
  expect(found[0]).toMatchObject({ symbol: 'XRPUSD', interval: '1h' });
  await table.close();
});

test('spans that can not be are refused; an unknown pair is named', async () => {
  const ask = (options: object) =>
    downloadCandles({ rest, symbol: 'BTCUSD', interval: '1m', from: 0, ...options });
  await expect(ask({ from: 5, to: 5 })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  await expect(ask({ from: Number.NaN })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  await expect(ask({ interval: '7m' })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  await expect(ask({ symbol: 'NOPE' })).rejects.toMatchObject({ code: 'SYMBOL_UNKNOWN' });
  await expect(ask({ interval: '1s' })).rejects.toThrow(/too many for memory.*candlebook download/);
  expect((await ask({ from: NOW + HOUR, to: NOW + 2 * HOUR })).candles).toEqual([]);
});

describe('the command', () => {
  const args = (file: string, ...more: string[]) => [
    'download', 'BTCUSD', '--interval', '1s', '--from', '2026-11-23T20:00', '--to', '2026-11-24T14:00Z',
    '--url', exchange.restUrl, '--out', file, '--parallel', '1', ...more,
  ]; // biome-ignore format: as it is typed

  test('killed in the middle, it goes on where it was', async () => {
    const file = join(folder, 'killed.csv');
    const first = candlebook(args(file));
    const pagesOf = async () =>
      (await readdir(`${file}.part`).catch(() => [])).filter((name) => /\d\.csv$/.test(name));
    let before: string[] = [];
    while (before.length < 5 && first.child.exitCode === null) {
      before = await pagesOf();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    first.child.kill('SIGKILL');
    await first.ended;
    before = await pagesOf();
    expect(before.length).toBeGreaterThanOrEqual(5);
    expect(before.length).toBeLessThan(65);
    const asked = exchange.counters().requests['200']!;
    const other = candlebook([...args(file), '--from', '2026-11-22']);
    expect((await other.ended)[0]).toBe(1);
    expect(other.output.err).toMatch(/another download.*--restart/s);
    const second = candlebook(args(file, '--json'));
    expect((await second.ended)[0]).toBe(0);
    const report = JSON.parse(second.output.out);
    expect(report).toMatchObject({ symbol: 'BTCUSD', rows: 64_800, outages: [], source: 'simulated' });
    expect(exchange.counters().requests['200']! - asked).toBeLessThanOrEqual(65 - before.length + 8);
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(64_801);
    const times = lines.slice(1).map((line) => Number(line.split(',')[2]));
    expect(times.every((time, i) => i === 0 || time === times[i - 1]! + 1_000)).toBe(true);
    expect(second.output.err).toMatch(/BTCUSD 1s {2}█+ 100 %/);
  }, 60_000);

  test('what can not be kept is said before anything is downloaded; what is waited for, meanwhile', async () => {
    await mkdir(join(folder, 'folder.csv'), { recursive: true });
    const download = (...words: string[]) =>
      candlebook(['download', 'BTCUSD', '--from', '2026-11-01', ...words]);
    const place = download('--url', exchange.restUrl, '--out', join(folder, 'folder.csv'));
    const both = download('--url', exchange.restUrl, '--out', join(folder, 'x.csv'), '--table', folder);
    const away = download('--url', 'http://127.0.0.1:9', '--out', join(folder, 'away.csv'));
    expect([(await place.ended)[0], place.output.err]).toEqual([
      1,
      expect.stringMatching(/^INPUT_INVALID: .*folder\.csv is a folder\. Choose another name\.\n$/),
    ]);
    expect([(await both.ended)[0], both.output.err]).toEqual([2, expect.stringMatching(/--table.*--out/)]);
    await away.says('It is tried again');
    away.child.kill('SIGINT');
    expect((await away.ended)[0]).toBe(1);
    expect(away.output.err).toMatch(/^HOST_UNREACHABLE: .*tried again for 5 minutes\.\nSTOPPED: /);
  }, 30_000);

  test('says what it did, and what is wrong with what was typed', async () => {
    const file = join(folder, 'said.parquet');
    const run = candlebook([
      'download', 'ethusd', '--interval', '1d', '--from', '2026-10-01', '--url', exchange.restUrl, '--out', file,
    ]); // biome-ignore format: as it is typed
    const help = candlebook(['download', '--help']);
    const wrong = candlebook(['download', 'BTCUSD', '--from', 'yesterday']);
    expect([(await run.ended)[0], (await help.ended)[0], (await wrong.ended)[0]]).toEqual([0, 0, 2]);
    expect(run.output.out).toBe(
      `54 candles of ETHUSD 1d (simulated), 2026-10-01 00:00 UTC to 2026-11-24 00:00 UTC: ${file}\nNo bar is absent.\n`,
    );
    expect(help.output.out).toContain('candlebook download BTCUSDT --interval 1h --from 2024-01-01');
    expect(wrong.output.err).toContain("'yesterday' is invalid. It has to be a date such as 2026-11-24");
  });
});
