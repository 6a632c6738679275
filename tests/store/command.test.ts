import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeAll, expect, test, vi } from 'vitest';
import { tableCommand } from '../../src/store/command/index.ts';
import { DeltaTable, field } from '../../src/store/delta/index.ts';
import { localFiles } from '../../src/store/files/index.ts';
import { openRecorder } from '../../src/store/index.ts';
import { candlebook } from '../fixtures/cli.ts';
import { ticker, trade } from '../fixtures/market.ts';
import { temporaryFolder } from './folder.ts';

const DAY = Date.UTC(2026, 10, 24);

/** What `candlebook table …` prints, in this process; errors are thrown. */
async function table(...args: string[]): Promise<string> {
  let out = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text;
    return true;
  });
  try {
    await tableCommand().exitOverride().parseAsync(args, { from: 'user' });
  } catch (error) {
    if ((error as { code?: string }).code !== 'commander.helpDisplayed') throw error;
  } finally {
    write.mockRestore();
  }
  return out;
}

async function recorded(): Promise<string> {
  const location = temporaryFolder();
  const recorder = await openRecorder({ location, source: 'simulated', maintenance: false });
  for (let id = 1; id <= 6; id++) {
    recorder.take(trade('BTCUSDT', { id, price: 100 + id, time: DAY + id, eventTime: DAY + id }));
    recorder.take(ticker('BTCUSDT', { lastPrice: 100 + id, priceChangePercent: id, eventTime: DAY + id }));
    if (id % 2 === 0) await recorder.flush();
  }
  await recorder.close();
  return location;
}

beforeAll(() => {
  delete process.env.CANDLEBOOK_TABLES;
});

test('info and history say what lies there', async () => {
  const location = await recorded();
  const info = await table('info', 'raw/trades', '--tables', location);
  expect(info).toMatch(/version +3, committed 20\d\d-/);
  expect(info).toMatch(/rows +6\nfiles +3, /);
  expect(info).toMatch(/SIMULATED/);
  expect(info).toMatch(/tradeId +long +consecutive within the symbol/);
  const json = JSON.parse(await table('info', `${location}/simulated/raw/trades`, '--json'));
  expect(json).toMatchObject({ version: 3, rows: 6, files: 3, partitions: ['2026-11-24'] });
  const history = await table('history', 'raw/trades', '--tables', location, '--limit', '2');
  expect(history.trim().split('\n')).toHaveLength(4);
  expect(history).toMatch(/\n +3 {2}.*WRITE +.*numOutputRows 2.*candlebook\//);
  const lines = (await table('history', 'raw/trades', '--tables', location, '--json')).trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).version)).toEqual([3, 2, 1, 0]);
}, 60_000);

test('sql: a table for people, CSV and JSON for programs; as the tables were', async () => {
  const location = await recorded();
  const at = ['--tables', location];
  const shown = await table(
    'sql',
    'select symbol, price, event_time from tickers order by price limit 2',
    ...at,
  );
  expect(shown.split('\n')).toEqual([
    'symbol   price  event_time',
    '-------  -----  -----------------------',
    'BTCUSDT    101  2026-11-24 00:00:00.001',
    'BTCUSDT    102  2026-11-24 00:00:00.002',
    '(2 rows)',
    '',
  ]);
  const csv = await table(
    'sql',
    `select 'a,"b' as x, null as y, price from top_performers`,
    ...at,
    '--format',
    'csv',
  );
  expect(csv).toBe('x,y,price\n"a,""b",,106\n');
  const json = await table('sql', 'select count(*) as n from trades', ...at, '--format', 'json');
  expect(json).toBe('{"n":6}\n');
  await expect(table('sql', 'select 1', ...at, '--as-of', '2020-01-01')).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    message: expect.stringMatching(/as of 2020-01-01/),
  });
}, 60_000);

test('export: a table, some of it or an answer, marked with its source', async () => {
  const location = await recorded();
  const at = ['--tables', location];
  const file = join(temporaryFolder(), 'out.csv');
  expect(await table('export', 'raw/trades', ...at, '--to', file)).toMatch(
    /^6 rows of raw\/trades \(simulated\): .*out\.csv, \d\.\d kB\.\n$/,
  );
  const [head, ...lines] = (await readFile(file, 'utf8')).trimEnd().split('\n');
  expect(head).toMatch(/^symbol,tradeId,.*,source$/);
  expect(lines.every((line) => line.endsWith(',simulated'))).toBe(true);
  const some = [
    '--symbol',
    'btcusdt',
    '--from',
    `${DAY + 3}`,
    '--until',
    `${DAY + 5}`,
    '--columns',
    'tradeId',
  ];
  await table('export', 'raw/trades', ...at, ...some, '--to', file, '--force');
  expect((await readFile(file, 'utf8')).split('\n')).toEqual(
    expect.arrayContaining(['tradeId,source', '3,simulated', '4,simulated', '']),
  );
  expect((await readFile(file, 'utf8')).split('\n')).toHaveLength(4);
  const query = ['--sql', 'select count(*) as n from trades -- all'];
  expect(await table('export', ...query, ...at, '--to', file, '--force')).toMatch(
    /^1 row of the answer \(sim/,
  );
  expect(await readFile(file, 'utf8')).toBe('n,source\n6,simulated\n');
  for (const wrong of [
    ['export', ...at, '--to', file],
    ['export', 'raw/trades', ...query, ...at, '--to', file],
    ['export', ...query, ...at, '--symbol', 'A', '--to', file],
    ['export', 'raw/trades', ...at, '--to', file],
  ])
    await expect(table(...wrong)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
}, 60_000);

test('export: Ctrl-C in the middle leaves no file, and says so', async () => {
  const location = temporaryFolder();
  const delta = await DeltaTable.openOrCreate(localFiles(location), {
    fields: [field('id', 'integer', false)],
  });
  const rowCount = 250_000;
  for (let from = 0; from < 2_000_000; from += rowCount)
    await delta.append({
      rowCount,
      columns: { id: Int32Array.from({ length: rowCount }, (_, at) => from + at) },
    });
  const folder = temporaryFolder();
  const run = candlebook(['table', 'export', location, '--to', join(folder, 'out.csv')]);
  while (run.child.exitCode === null && (await readdir(folder)).length === 0) await setTimeout(5);
  expect(await readdir(folder)).toEqual([expect.stringMatching(/^out\.csv\.\d+\.tmp$/)]);
  run.child.kill('SIGINT');
  expect((await run.ended)[0]).toBe(1);
  expect(run.output.err).toMatch(/^STOPPED: .*out\.csv was not made/);
  expect(await readdir(folder)).toEqual([]);
}, 60_000);

test('optimize, vacuum and restore', async () => {
  const location = await recorded();
  const at = ['--tables', location];
  expect(await table('optimize', 'raw/trades', ...at)).toBe('3 files became 1, version 4.\n');
  expect(await table('optimize', 'raw/trades', ...at)).toBe('There is nothing to put together.\n');
  expect(await table('vacuum', 'raw/trades', ...at)).toMatch(/^0 files, .* were deleted/);
  await expect(table('vacuum', 'raw/trades', ...at, '--hours', '0')).rejects.toThrow(/force/);
  const dry = await table('vacuum', 'raw/trades', ...at, '--hours', '0', '--force', '--dry-run');
  expect(dry).toMatch(/^3 files, .* would be deleted/);
  const restored = await table('restore', 'processed/tickers', ...at, '--version', '1');
  expect(restored).toBe('The table is what it was at version 1, as version 4.\n');
  const left = await table('sql', 'select count(*) as n from tickers', ...at, '--format', 'json');
  expect(left).toBe('{"n":2}\n');
  await expect(table('restore', 'raw/trades', ...at, '--version', '1')).rejects.toThrow(/append-only/);
  await expect(table('restore', 'raw/trades', ...at)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
}, 60_000);

test('a table that is not there, and each verb has help with an example', async () => {
  const nowhere = temporaryFolder();
  await expect(table('info', 'raw/trades', '--tables', nowhere)).rejects.toMatchObject({
    code: 'TABLE_INVALID',
    message: expect.stringMatching(/There is no table raw\/trades at .*--tables/),
  });
  await expect(table('info', nowhere)).rejects.toMatchObject({ code: 'TABLE_INVALID' });
  for (const verb of ['', 'info', 'history', 'schema', 'sql', 'export', 'optimize', 'vacuum', 'restore']) {
    const help = await table(...(verb ? [verb] : []), '--help');
    expect(help).toMatch(/Examples?:\n +candlebook table/);
  }
});

test('exit codes of the process: 0 done, 1 failed, 2 wrong usage', async () => {
  const location = await recorded();
  const codes = [
    ['info', 'raw/trades', '--tables', location],
    ['info', `${location}/nothing`],
    ['sql', 'select 1', '--format', 'xml'],
  ].map(async (args) => {
    const { ended, output } = candlebook(['table', ...args]);
    const [code] = await ended;
    return [code, output.err.split(':')[0]];
  });
  expect(await Promise.all(codes)).toEqual([
    [0, ''],
    [1, 'TABLE_INVALID'],
    [2, 'INPUT_INVALID'],
  ]);
}, 60_000);
