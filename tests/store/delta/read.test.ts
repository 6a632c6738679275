import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Batch,
  DeltaTable,
  type Field,
  type Filter,
  field,
  type Value,
} from '../../../src/store/delta/index.ts';
import { type Files, memoryFiles } from '../../../src/store/files/index.ts';
import { collect, fromBatch, type Row, sorted, toBatch } from './rows.ts';

const FIELDS: Field[] = [
  field('part', 'string'),
  field('n', 'long'),
  field('x', 'double'),
  field('s', 'string'),
  field('day', 'date'),
  field('t', 'timestamp'),
  field('flag', 'boolean'),
];
async function tableOf(
  groups: readonly (readonly Row[])[],
  files: Files = memoryFiles(),
): Promise<DeltaTable> {
  const table = await DeltaTable.openOrCreate(files, { fields: FIELDS, partitionColumns: ['part'] });
  for (const rows of groups) await table.append(toBatch(rows, FIELDS));
  return table;
}

/** What a filter means, said again without any of the code under test: true, false, or null for unknown. */
function holds(filter: Filter, row: Row): boolean | null {
  if ('and' in filter) return (filter.and as Filter[]).map((one) => holds(one, row)).reduce(and, true);
  if ('or' in filter) {
    const inner = (filter.or as Filter[]).map((one) => not(holds(one, row))).reduce(and, true);
    return not(inner);
  }
  if ('not' in filter) return not(holds(filter.not as Filter, row));
  return Object.entries(filter)
    .map(([name, wanted]) => {
      const value = row[name] as number | null;
      const [[op, operand]] = Object.entries(wanted as object) as [[string, number]];
      if (op === 'isNull') return (value === null) === (operand as unknown);
      if (value === null) return null;
      const compared = name === 't' ? BigInt(operand) * 1000n : operand;
      if (op === 'eq') return value === compared;
      if (op === 'ne') return value !== compared;
      if (op === 'lt') return value < compared;
      if (op === 'lte') return value <= compared;
      if (op === 'gt') return value > compared;
      return value >= compared;
    })
    .reduce(and, true);
}
const not = (truth: boolean | null) => (truth === null ? null : !truth);
const and = (a: boolean | null, b: boolean | null) =>
  a === false || b === false ? false : a === null || b === null ? null : true;

const VALUES: Record<string, fc.Arbitrary<Value>> = {
  part: fc.constantFrom<Value>('a', 'b c', 'ü=%', null),
  n: fc.option(fc.bigInt({ min: -5n, max: 5n })),
  x: fc.option(
    fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(Number.NaN, 0.5, Number.POSITIVE_INFINITY)),
  ),
  s: fc.option(
    fc.constantFrom('', 'a', 'b', 'x'.repeat(40), `${'x'.repeat(40)}y`, 'é', '\u{1d11e}', '\uffee'),
  ),
  day: fc.option(fc.constantFrom('2026-01-01', '2026-11-24', '1969-12-31')),
  t: fc.option(fc.bigInt({ min: 999_000n, max: 1_002_500n })),
  flag: fc.option(fc.boolean()),
};
const aRow = fc.record(VALUES) as fc.Arbitrary<Row>;
const aLeaf: fc.Arbitrary<Filter> = fc.constantFrom(...Object.keys(VALUES)).chain((name) => {
  const operand =
    name === 't'
      ? fc.integer({ min: 999, max: 1002 })
      : VALUES[name]!.filter((value) => value !== null && !Number.isNaN(value));
  return fc
    .oneof(
      fc.record({ op: fc.constantFrom('eq', 'ne', 'lt', 'lte', 'gt', 'gte'), operand }),
      fc.record({ op: fc.constant('isNull'), operand: fc.boolean() }),
    )
    .map(({ op, operand: value }) => ({ [name]: { [op]: value } }) as Filter);
});
const aFilter = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small' },
    aLeaf,
    fc.record({ not: tie('filter') }),
    fc.record({ and: fc.array(tie('filter'), { maxLength: 3 }) }),
    fc.record({ or: fc.array(tie('filter'), { maxLength: 3 }) }),
  ) as fc.Arbitrary<Filter>,
})).filter;

// UTF-16 order is not the table's order; the oracle compares texts by it, so keep to where both agree.
const agrees = (row: Row) => row.s !== '\u{1d11e}' && row.s !== '\uffee';

test('whatever is skipped, the rows are those that the filter means', async () => {
  const skipped = { files: 0, byPartition: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(aRow.filter(agrees), { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 }),
      fc.array(aFilter, { minLength: 8, maxLength: 8 }),
      async (groups, filters) => {
        const table = await tableOf(groups);
        const rows = groups.flat().map((row) => ({ ...row }));
        for (const where of filters) {
          const scan = await table.read({ where });
          expect(sorted(await collect(scan))).toEqual(
            sorted(rows.filter((row) => holds(where, row) === true)),
          );
          skipped.files += scan.report.filesSkippedByStats;
          skipped.byPartition += scan.report.filesSkippedByPartition;
        }
      },
    ),
    { numRuns: 150 },
  );
  expect(skipped.files).toBeGreaterThan(100);
  expect(skipped.byPartition).toBeGreaterThan(50);
}, 60_000);

test('texts are in the order of their code points, in rows as in statistics', async () => {
  const rows = ['\u{1d11e}', '\uffee'].map((s) => ({ part: 'a', s }));
  const table = await tableOf(rows.map((row) => [row as unknown as Row]));
  const scan = await table.read({ where: { s: { gt: '\uffee' } }, columns: ['s'] });
  expect(await collect(scan)).toEqual([{ s: '\u{1d11e}' }]);
  expect(scan.report.filesSkippedByStats).toBe(1);
});

test('projection gives the columns in the asked order, and filters by others', async () => {
  const table = await tableOf([
    [
      { part: 'a', n: 1n, x: 2, s: 'one' },
      { part: 'b', n: 2n, x: 3, s: 'two' },
    ],
  ] as Row[][]);
  const rows = await collect(await table.read({ columns: ['s', 'part'], where: { n: 2 } }));
  expect(rows).toEqual([{ s: 'two', part: 'b' }]);
  expect(Object.keys(rows[0]!)).toEqual(['s', 'part']);
  await expect(table.read({ columns: ['price'] })).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    value: 'price',
  });
  await expect(table.read({ where: { n: 'two' } })).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    message: expect.stringMatching(/Column n is compared with two\. It has to be a bigint/),
  });
  await expect(table.read({ where: { n: { above: 1 } as object } })).rejects.toMatchObject({
    value: 'above',
  });
});

test('the report says what was skipped: by partition, by statistics, by row group', async () => {
  const files = memoryFiles();
  const table = await DeltaTable.openOrCreate(files, {
    fields: [field('day', 'date'), field('n', 'integer')],
    partitionColumns: ['day'],
  });
  const batch = (day: string, from: number, rowCount: number): Batch => ({
    rowCount,
    columns: {
      day: new Array(rowCount).fill(day),
      n: Int32Array.from({ length: rowCount }, (_, i) => from + i),
    },
  });
  await table.append(batch('2026-01-01', 0, 250_000));
  await table.append(batch('2026-01-01', 250_000, 10));
  await table.append(batch('2026-01-02', 0, 10));
  const scan = await table.read({
    where: { day: '2026-01-01', n: { gte: 200_000, lt: 200_003 } },
    columns: ['n'],
  });
  expect((await collect(scan)).map(({ n }) => n)).toEqual([200_000, 200_001, 200_002]);
  expect(scan.report).toEqual({
    files: 3,
    filesSkippedByPartition: 1,
    filesSkippedByStats: 1,
    rowGroups: 3,
    rowGroupsSkipped: 2,
    rowsRead: 50_000,
    rowsMatched: 3,
  });
});

test('files read: a query of one hour out of a day reads one data file of 48, and no version of the log twice', async () => {
  const inner = memoryFiles();
  const read: string[] = [];
  const files: Files = {
    ...inner,
    read: (path, range) => {
      read.push(path);
      return inner.read(path, range);
    },
  };
  const table = await DeltaTable.openOrCreate(files, {
    fields: [field('symbol', 'string'), field('n', 'integer')],
    partitionColumns: ['symbol'],
  });
  for (let hour = 0; hour < 24; hour++)
    await table.append({
      rowCount: 120,
      columns: {
        symbol: Array.from({ length: 120 }, (_, i) => (i < 60 ? 'BTCUSDT' : 'ETHUSDT')),
        n: Int32Array.from({ length: 120 }, (_, i) => hour * 60 + (i % 60)),
      },
    });
  const hour = { symbol: 'BTCUSDT', n: { gte: 600, lt: 660 } };
  read.length = 0;
  expect(await collect(await table.read({ where: hour }))).toHaveLength(60);
  expect(read).toEqual([
    // Is there a newer version?
    '_delta_log/00000000000000000025.json',
    expect.stringMatching(/^symbol=BTCUSDT\/part-.*\.parquet$/),
  ]);
  read.length = 0;
  expect(await collect(await table.read({ where: { symbol: 'SOLUSDT' } }))).toEqual([]);
  expect(read).toEqual(['_delta_log/00000000000000000025.json']);
});

test('time travel by version and by moment, on a clock that goes backwards', async () => {
  const clock = [1_000, 2_000, 1_500, 4_000];
  const inner = memoryFiles();
  const files: Files = {
    ...inner,
    async *list(folder, options) {
      for await (const file of inner.list(folder, options)) {
        const version = Number(/(\d+)\.json$/.exec(file.path)?.[1] ?? 0);
        yield { ...file, modifiedAt: clock[version] ?? 9_000 };
      }
    },
  };
  const table = await tableOf(
    [1n, 2n, 3n].map((n) => [{ part: 'a', n }]),
    files,
  );
  const at = async (asOf: object) => (await collect(await table.read(asOf))).map(({ n }) => Number(n)).sort();
  expect(await at({})).toEqual([1, 2, 3]);
  expect(await at({ version: 2 })).toEqual([1, 2]);
  expect(await at({ version: 0 })).toEqual([]);
  expect(await at({ timestamp: 1_999 })).toEqual([]);
  expect(await at({ timestamp: 2_000 })).toEqual([1]);
  expect(await at({ timestamp: 2_001 })).toEqual([1, 2]); // stamped 1,500: counts as just after the one before
  expect(await at({ timestamp: 3_999 })).toEqual([1, 2]);
  expect(await at({ timestamp: 1e12 })).toEqual([1, 2, 3]);
  await expect(at({ timestamp: 999 })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  await expect(at({ version: 9 })).rejects.toMatchObject({
    message: expect.stringContaining('versions 0 to 3'),
  });
});

test('changes since a version, commit by commit; history says who and what', async () => {
  const table = await tableOf([
    [
      { part: 'a', n: 1n },
      { part: 'b', n: 2n },
    ],
    [{ part: 'a', n: 3n }],
    [{ part: 'a', n: 4n }],
  ]);
  const seen: [number, string, number][] = [];
  for await (const { version, kind, batch } of table.changes(1, { where: { n: { lt: 4 } } }))
    for (const { n } of fromBatch(batch)) seen.push([version, kind, Number(n)]);
  expect(seen).toEqual([[2, 'insert', 3]]);
  await expect(table.changes(9).next()).rejects.toMatchObject({ code: 'INPUT_INVALID', value: 9 });
  const entries = [];
  for await (const entry of table.history()) entries.push(entry);
  expect(entries.map(({ version, operation }) => [version, operation])).toEqual([
    [3, 'WRITE'],
    [2, 'WRITE'],
    [1, 'WRITE'],
    [0, 'CREATE TABLE'],
  ]);
  expect(entries[2]).toMatchObject({ operationMetrics: { numOutputRows: '2', numFiles: '2' } });
  expect(entries[0]!.engineInfo).toMatch(/^candlebook\/\d/);
});

test('the next files are fetched while one is read, a few at a time, and each once', async () => {
  const inner = memoryFiles();
  await tableOf(
    Array.from({ length: 12 }, (_, n) => [{ part: 'a', n: BigInt(n) }]),
    inner,
  );
  const reads: string[] = [];
  let inFlight = 0;
  let most = 0;
  const slow: Files = {
    ...inner,
    async read(path, range) {
      if (!path.endsWith('.parquet') || path.startsWith('_delta_log')) return inner.read(path, range);
      reads.push(path);
      most = Math.max(most, ++inFlight);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inFlight--;
      return inner.read(path, range);
    },
  };
  const table = await DeltaTable.open(slow);
  const found = (await collect(await table.read())).map(({ n }) => Number(n));
  expect(found).toEqual(Array.from({ length: 12 }, (_, n) => n));
  expect(new Set(reads).size).toBe(12);
  expect(reads).toHaveLength(12);
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(5);
});

test('a compacted, sorted table: partitions, files and row groups that cannot match are not read, and counted', async () => {
  const table = await DeltaTable.openOrCreate(memoryFiles(), {
    fields: [field('symbol', 'string'), field('n', 'integer'), field('date', 'date')],
    partitionColumns: ['date'],
  });
  const symbols = ['A', 'B', 'C', 'D', 'E'];
  for (const date of ['2026-11-24', '2026-11-25']) {
    for (const from of [0, 25_000]) {
      const rowCount = 25_000;
      const n = Int32Array.from({ length: rowCount }, (_, i) => from + i);
      const symbol = Array.from(n, (value) => symbols[value % 5]!);
      await table.append({ rowCount, columns: { symbol, n, date: new Array(rowCount).fill(date) } });
    }
  }
  await table.optimize({ where: { date: '2026-11-24' }, sortBy: ['symbol', 'n'] });
  const looked = async (where: Filter) => {
    const scan = await table.read({ where, columns: ['n'] });
    let rows = 0;
    for await (const batch of scan) rows += batch.rowCount;
    return { ...scan.report, rows };
  };
  expect(await looked({ date: '2026-11-24', symbol: 'A', n: { lt: 100 } })).toEqual({
    files: 3,
    filesSkippedByPartition: 2,
    filesSkippedByStats: 0,
    rowGroups: 3,
    rowGroupsSkipped: 2,
    rowsRead: 20_000,
    rowsMatched: 20,
    rows: 20,
  });
  expect(await looked({ date: '2026-11-25', n: { gte: 30_000, lt: 30_002 } })).toMatchObject({
    filesSkippedByPartition: 1,
    filesSkippedByStats: 1,
    rowGroupsSkipped: 0,
    rows: 2,
  });
});
