import { execFileSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { type Batch, DeltaTable, type Field, field } from '../../../src/store/delta/index.ts';
import { openFiles } from '../../../src/store/files/index.ts';
import { exportSql, exportTable, openSql } from '../../../src/store/index.ts';
import { describeWithPython } from '../../fixtures/python.ts';
import { temporaryFolder } from '../folder.ts';

const START = BigInt(Date.UTC(2026, 10, 24)) * 1000n;
const FIELDS: Field[] = [
  field('symbol', 'string', false),
  field('price', 'double'),
  field('id', 'long'),
  field('count', 'integer'),
  field('exact', 'decimal(30,4)'),
  field('event_time', 'timestamp'),
  field('local', 'timestamp_ntz'),
  field('day', 'date'),
  field('up', 'boolean'),
  field('note', 'string'),
];

/** Row by row: values that lose something in a careless writer, and nulls. */
function rows(from: number, to: number): Batch {
  const of = <T>(make: (row: number) => T) => Array.from({ length: to - from }, (_, at) => make(from + at));
  const orNull = <T>(value: T, row: number) => (row % 7 === 3 ? null : value);
  return {
    rowCount: to - from,
    columns: {
      symbol: of((row) => ['BTCUSDT', 'ETHUSDT', '1000SATSUSDT'][row % 3]!),
      price: of((row) => orNull(0.1 * row, row)),
      id: of((row) => 2n ** 53n + 1n + BigInt(row)),
      count: of((row) => orNull(-row, row)),
      exact: of((row) => `${row}${'1'.repeat(20)}.0001`),
      event_time: of((row) => START + BigInt(row) * 1_000_001n),
      local: of((row) => orNull(BigInt(row) - 5n, row)),
      day: of((row) => `2026-11-${10 + (row % 3)}`),
      up: of((row) => row % 2 === 0),
      note: of((row) => ['plain', 'a "quoted", text', 'two\nlines', '', null][row % 5]!),
    },
  };
}

async function table(count: number, each: number, files = temporaryFolder()): Promise<DeltaTable> {
  const made = await DeltaTable.openOrCreate(await openFiles(files), {
    fields: FIELDS,
    partitionColumns: ['day'],
  });
  for (let from = 0; from < count; from += each) await made.append(rows(from, Math.min(count, from + each)));
  return made;
}

async function ask(sql: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone = 'UTC'");
    return (await connection.runAndReadAll(sql)).getRowsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Rows that are in only one of two answers; each row counts as often as it is there. */
async function difference(a: string, b: string): Promise<unknown[][]> {
  return ask(`(FROM ${a} EXCEPT ALL FROM ${b}) UNION ALL (FROM ${b} EXCEPT ALL FROM ${a})`);
}

const TYPES = `{'symbol': 'VARCHAR', 'price': 'DOUBLE', 'id': 'BIGINT', 'count': 'INTEGER', 'exact': 'DECIMAL(30,4)',
  'event_time': 'TIMESTAMPTZ', 'local': 'TIMESTAMP', 'day': 'DATE', 'up': 'BOOLEAN', 'note': 'VARCHAR'}`;
const csvOf = (file: string) => `read_csv('${file}', header = true, columns = ${TYPES}, nullstr = '')`;

test('a whole table as CSV and as Parquet: DuckDB reads the same rows in both', async () => {
  const folder = temporaryFolder();
  const source = await table(3_000, 700);
  const csv = join(folder, 'all.csv');
  const parquet = join(folder, 'all.parquet');
  const told: number[] = [];
  const report = await exportTable(source, { file: csv, onRows: (count) => told.push(count) });
  expect(report).toMatchObject({ rows: 3_000, file: csv, bytes: (await readFile(csv)).length });
  expect(told.at(-1)).toBe(3_000);
  expect(told.length).toBeGreaterThan(10);
  expect((await exportTable(source, { file: parquet })).rows).toBe(3_000);
  const types = await ask(`SELECT column_type FROM (DESCRIBE FROM read_parquet('${parquet}'))`);
  expect(types.flat()).toEqual([
    ...['VARCHAR', 'DOUBLE', 'BIGINT', 'INTEGER', 'DECIMAL(30,4)', 'TIMESTAMP WITH TIME ZONE'],
    ...['TIMESTAMP', 'DATE', 'BOOLEAN', 'VARCHAR'],
  ]);
  // What a CSV can not say of DuckDB's reader: an empty text from none.
  const same = `(SELECT * REPLACE (nullif(note, '') AS note) FROM read_parquet('${parquet}'))`;
  expect(await difference(csvOf(csv), same)).toEqual([]);
  expect(await ask(`SELECT count(*) FROM ${csvOf(csv)}`)).toEqual([['3000']]);
}, 60_000);

describeWithPython('by pyarrow', ['pyarrow'], (python) => {
  test('every value of a Parquet file, as it was put into the table', async () => {
    const file = join(temporaryFolder(), 'all.parquet');
    await exportTable(await table(3_000, 700), { file });
    const script = `import pyarrow.parquet as q, json, sys
t = q.read_table(sys.argv[1]).sort_by('event_time')
print(json.dumps([t.num_rows, *[str(t.column(n)[i].as_py()) for n in t.column_names for i in (3, 4)]]))`;
    const own = rows(0, 3_000).columns;
    expect(JSON.parse(execFileSync(python, ['-c', script, file], { encoding: 'utf8' }))).toEqual([
      3_000,
      ...['BTCUSDT', 'ETHUSDT', 'None', '0.4', String(own.id![3]), String(own.id![4]), 'None', '-4'],
      ...[own.exact![3], own.exact![4]],
      ...['2026-11-24 00:00:03.000003+00:00', '2026-11-24 00:00:04.000004+00:00'],
      ...['None', '1969-12-31 23:59:59.999999', '2026-11-10', '2026-11-11', 'False', 'True', '', 'None'],
    ]);
  }, 60_000);
});

test('the text of a CSV: microseconds, nulls, an empty text, quotes, times before 1970', async () => {
  const file = join(temporaryFolder(), 'few.csv');
  await exportTable(await table(5, 5), { file });
  const text = await readFile(file, 'utf8');
  const sorted = text.slice(text.indexOf('\n') + 1);
  expect(text.split('\n')[0]).toBe(FIELDS.map(({ name }) => name).join(','));
  expect(sorted).toContain(
    'BTCUSDT,,9007199254740996,,311111111111111111111.0001,2026-11-24T00:00:03.000003Z,,2026-11-10,false,""\n',
  );
  expect(sorted).toContain('1969-12-31T23:59:59.999996,2026-11-11,false,"a ""quoted"", text"\n');
});

test('by symbol, time and columns, and as the table was', async () => {
  const file = join(temporaryFolder(), 'some.parquet');
  const source = await table(900, 300);
  const where = {
    symbol: { in: ['ETHUSDT', 'NONE'] },
    event_time: { gte: Number(START / 1000n) + 100_000, lt: Number(START / 1000n) + 200_000 },
  };
  const { rows: count } = await exportTable(source, { file, where, columns: ['event_time', 'symbol'] });
  const want = Array.from({ length: 900 }, (_, row) => row).filter(
    (row) => row % 3 === 1 && row * 1000.001 >= 100_000 && row * 1000.001 < 200_000,
  );
  expect(count).toBe(want.length);
  expect(await ask(`SELECT epoch_us(event_time), symbol FROM read_parquet('${file}') ORDER BY 1`)).toEqual(
    want.map((row) => [String(START + BigInt(row) * 1_000_001n), 'ETHUSDT']),
  );
  expect((await exportTable(source, { file, replace: true, version: 1 })).rows).toBe(300);
  await expect(exportTable(source, { file, replace: true, columns: ['nope'] })).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    hint: expect.stringContaining('symbol, price'),
  });
});

test('no rows are a header, or a Parquet file with columns', async () => {
  const folder = temporaryFolder();
  const source = await table(0, 1);
  for (const name of ['a.csv', 'a.parquet'])
    expect((await exportTable(source, { file: join(folder, name) })).rows).toBe(0);
  expect(await readFile(join(folder, 'a.csv'), 'utf8')).toBe(`${FIELDS.map(({ name }) => name).join(',')}\n`);
  expect(await ask(`SELECT count(*), max(price) FROM read_parquet('${folder}/a.parquet')`)).toEqual([
    ['0', null],
  ]);
});

test('small batches make row groups of 100,000 rows', async () => {
  const file = join(temporaryFolder(), 'groups.parquet');
  const files = await openFiles(temporaryFolder());
  const source = await DeltaTable.openOrCreate(files, { fields: [field('id', 'integer', false)] });
  const id = (from: number) => Int32Array.from({ length: 30_000 }, (_, at) => from + at);
  for (let from = 0; from < 210_000; from += 30_000)
    await source.append({ rowCount: 30_000, columns: { id: id(from) } });
  await exportTable(source, { file });
  const groups = await ask(
    `SELECT DISTINCT row_group_id, row_group_num_rows FROM parquet_metadata('${file}') ORDER BY 1`,
  );
  expect(groups.map(([, count]) => Number(count))).toEqual([100_000, 20_000, 90_000]);
  expect(await ask(`SELECT count(DISTINCT id), max(id) FROM read_parquet('${file}')`)).toEqual([
    ['210000', 209_999],
  ]);
}, 60_000);

test('a file that is there is refused, and one that fails or is stopped leaves nothing', async () => {
  const folder = temporaryFolder();
  const source = await table(2_000, 500);
  const file = join(folder, 'a.csv');
  await writeFile(file, 'mine');
  await expect(exportTable(source, { file })).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    message: expect.stringMatching(/is there already/),
  });
  const stop = new AbortController();
  const stopped = exportTable(source, {
    file,
    replace: true,
    signal: stop.signal,
    onRows: () => stop.abort(),
  });
  await expect(stopped).rejects.toMatchObject({ code: 'STOPPED' });
  expect(await readFile(file, 'utf8')).toBe('mine');
  expect(await readdir(folder)).toEqual(['a.csv']);
  await expect(exportTable(source, { file: join(folder, 'a.xlsx') })).rejects.toMatchObject({
    message: expect.stringContaining('no known ending'),
  });
  await expect(exportTable(source, { file: join(folder, 'no', 'a.csv') })).rejects.toMatchObject({
    code: 'INPUT_INVALID',
  });
});

test('an answer in SQL keeps its values: both files say what DuckDB says of the table', async () => {
  const folder = temporaryFolder();
  const made = await table(600, 200);
  const database = await openSql({ tables: { t: made.location } });
  try {
    const query = `SELECT symbol, count(*) AS n, sum(id) AS wide, avg(price) AS mean, max(event_time) AS last,
      max(day) AS day, min(local) AS first, bool_and(up) AS up, list(count ORDER BY count)[1:2] AS two
      FROM t WHERE count > $1 GROUP BY symbol ORDER BY symbol`;
    for (const name of ['a.csv', 'a.parquet'])
      expect((await exportSql(database, query, { file: join(folder, name), parameters: [-500] })).rows).toBe(
        3,
      );
    const [from] = (await database.sql(query, [-500])).rows();
    const wide = BigInt(from!.wide as bigint);
    const shown = await ask(
      `SELECT symbol, n, wide, mean, epoch_us(last), epoch_us(first), day::VARCHAR, up, two FROM read_parquet('${folder}/a.parquet')`,
    );
    expect(shown[0]).toEqual([
      from!.symbol,
      // DuckDB adds in the order in which its threads come: the last digit is not always the same.
      ...[String(from!.n), String(wide), expect.closeTo(from!.mean as number, 9)],
      ...[
        String(Math.round((from!.last as number) * 1000)),
        String(Math.round((from!.first as number) * 1000)),
      ],
      ...[from!.day, from!.up, JSON.stringify(from!.two)],
    ]);
    expect(wide > 2n ** 53n).toBe(true);
    const lines = (await readFile(join(folder, 'a.csv'), 'utf8')).split('\n');
    expect(lines[0]).toBe('symbol,n,wide,mean,last,day,first,up,two');
    expect(lines[1]).toMatch(
      new RegExp(`^1000SATSUSDT,\\d+,${wide},[\\d.]+,2026-11-24T00:\\d\\d:\\d\\d\\.\\d{6}Z,`),
    );
    const marked = join(folder, 'marked.csv');
    await exportSql(database, 'SELECT 1 AS x WHERE false', { file: marked, source: 'simulated' });
    expect(await readFile(marked, 'utf8')).toBe('x,source\n');
    const refused = exportSql(database, 'SELECT nothing', { file: join(folder, 'no.csv') });
    await expect(refused).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect((await readdir(folder)).sort()).toEqual(['a.csv', 'a.parquet', 'marked.csv']);
  } finally {
    await database.close();
  }
}, 60_000);
