import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DeltaTable, type Field, field } from '../../../src/store/delta/index.ts';
import { type Files, localFiles, memoryFiles } from '../../../src/store/files/index.ts';
import { testWithPython } from '../../fixtures/python.ts';
import { temporaryFolder } from '../folder.ts';
import { readWithDeltaRs } from '../readers/delta-rs.ts';
import { type Row, rowsOf, sorted, toBatch } from './rows.ts';

const FIELDS: Field[] = [field('part', 'string'), field('key', 'integer'), field('value', 'double')];
const PARTS = ['a', 'b=%/ü', null];
const batch = (rows: readonly Row[]) => toBatch(rows, FIELDS);

const aRow = fc.record({
  part: fc.constantFrom(...PARTS),
  key: fc.integer({ min: 0, max: 12 }),
  value: fc.integer({ min: 0, max: 9 }),
}) as fc.Arbitrary<Row>;
const someRows = fc.array(aRow, { minLength: 1, maxLength: 6 });
const keyed = fc.uniqueArray(aRow, { minLength: 1, maxLength: 6, selector: ({ key }) => key });

type Step =
  | { verb: 'append' | 'overwrite'; rows: Row[] }
  | { verb: 'merge'; rows: Row[]; ignore: boolean }
  | { verb: 'overwritePart' | 'deletePart'; part: string | null; rows: Row[] }
  | { verb: 'deleteBelow'; value: number }
  | { verb: 'optimize' }
  | { verb: 'restore'; back: number }
  | { verb: 'addColumn' };

const aStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ verb: fc.constant('append' as const), rows: someRows }) },
  { weight: 1, arbitrary: fc.record({ verb: fc.constant('overwrite' as const), rows: someRows }) },
  {
    weight: 3,
    arbitrary: fc.record({ verb: fc.constant('merge' as const), rows: keyed, ignore: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      verb: fc.constantFrom('overwritePart' as const, 'deletePart' as const),
      part: fc.constantFrom(...PARTS),
      rows: someRows,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      verb: fc.constant('deleteBelow' as const),
      value: fc.integer({ min: 0, max: 6 }),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ verb: 'optimize' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ verb: fc.constant('restore' as const), back: fc.integer({ min: 1, max: 4 }) }),
  },
);

/** Does a step to the table, and to the plain rows that it should hold. */
async function take(table: DeltaTable, rows: Row[], step: Step, past: Map<number, Row[]>): Promise<Row[]> {
  switch (step.verb) {
    case 'append':
      await table.append(batch(step.rows));
      return [...rows, ...step.rows];
    case 'overwrite':
      await table.overwrite(batch(step.rows));
      return step.rows;
    case 'merge': {
      const whenMatched = step.ignore ? 'ignore' : 'update';
      await table.merge(batch(step.rows), { on: ['key'], whenMatched });
      const known = new Set(rows.map(({ key }) => key));
      const coming = new Set(step.rows.map(({ key }) => key));
      if (step.ignore) return [...rows, ...step.rows.filter(({ key }) => !known.has(key))];
      return [...rows.filter(({ key }) => !coming.has(key)), ...step.rows];
    }
    case 'overwritePart': {
      const fresh = step.rows.map((row) => ({ ...row, part: step.part }));
      await table.overwrite(batch(fresh), { part: step.part });
      return [...rows.filter(({ part }) => part !== step.part), ...fresh];
    }
    case 'deletePart':
      await table.delete({ part: step.part });
      return rows.filter(({ part }) => part !== step.part);
    case 'deleteBelow':
      await table.delete({ value: { lt: step.value } });
      return rows.filter(({ value }) => (value as number) >= step.value);
    case 'restore': {
      const version = Math.max(1, table.version - step.back);
      await table.restore(version);
      return past.get(version)!;
    }
    default:
      await table.optimize({ sortBy: ['key'] });
      return rows;
  }
}

async function walk(
  files: Files,
  steps: readonly Step[],
): Promise<{ table: DeltaTable; past: Map<number, Row[]> }> {
  const table = await DeltaTable.openOrCreate(files, { fields: FIELDS, partitionColumns: ['part'] });
  await table.append(batch([{ part: 'a', key: 0, value: 0 }]));
  let rows: Row[] = [{ part: 'a', key: 0, value: 0 }];
  const past = new Map([[1, rows]]);
  for (const step of steps) {
    const before = table.version;
    const after = await take(table, rows, step, past);
    // What has nothing to do makes no version; optimize makes several, all with the same rows.
    for (let version = before + 1; version <= table.version; version++) past.set(version, after);
    rows = after;
    expect(sorted(await rowsOf(table))).toEqual(sorted(rows));
  }
  return { table, past };
}

test('whatever is done in whatever order, the rows are those of a plain list, at every version', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(aStep, { minLength: 3, maxLength: 14 }), async (steps) => {
      const files = memoryFiles();
      const { past } = await walk(files, steps);
      const table = await DeltaTable.open(files);
      for (const [version, rows] of past) expect(sorted(await rowsOf(table, version))).toEqual(sorted(rows));
    }),
    { numRuns: 60 },
  );
}, 60_000);

testWithPython(
  'delta-rs sees the same rows at every version, checkpoints, OPTIMIZE, RESTORE and all',
  async (python) => {
    const folder = temporaryFolder();
    const rows = (from: number, count: number) =>
      Array.from({ length: count }, (_, i) => ({ part: PARTS[i % 3]!, key: from + i, value: i }));
    const { table, past } = await walk(localFiles(folder), [
      { verb: 'append', rows: rows(1, 5) },
      { verb: 'append', rows: rows(6, 5) },
      { verb: 'optimize' },
      { verb: 'merge', rows: rows(4, 8), ignore: false },
      { verb: 'deleteBelow', value: 2 },
      { verb: 'overwritePart', part: PARTS[1]!, rows: rows(40, 3) },
      { verb: 'append', rows: rows(60, 7) },
      { verb: 'optimize' },
      { verb: 'restore', back: 4 },
      { verb: 'deletePart', part: null, rows: [] },
      { verb: 'append', rows: rows(80, 4) },
    ]);
    await table.addColumns([field('note', 'string')]);
    await table.append({ rowCount: 1, columns: { part: ['a'], key: [99], value: [9], note: ['new'] } });
    expect(table.version).toBeGreaterThan(15);
    for (const version of [table.version, ...[...past.keys()].filter((version) => version % 3 === 0)]) {
      const seen = await readWithDeltaRs(python, folder, version);
      expect(sorted(seen.rows.map((row) => ordered(row)))).toEqual(
        sorted((await rowsOf(table, version)).map(ordered)),
      );
    }
  },
  120_000,
);

const ordered = (row: Record<string, unknown>) => Object.fromEntries(Object.entries(row).sort()) as Row;

test('a merge refuses two rows with one key, and keys with null are always new', async () => {
  const table = await DeltaTable.openOrCreate(memoryFiles(), { fields: FIELDS });
  const twice = batch([
    { part: 'a', key: 1, value: 1 },
    { part: 'a', key: 1, value: 2 },
  ]);
  await expect(table.merge(twice, { on: ['key'] })).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    value: '[1]',
  });
  await expect(table.merge(twice, { on: ['nothing'] })).rejects.toMatchObject({ value: 'nothing' });
  const open = batch([{ part: 'a', key: null, value: 1 }]);
  await table.merge(open, { on: ['key'] });
  const done = await table.merge(open, { on: ['key'] });
  expect(done!.metrics).toEqual({ numTargetRowsInserted: 1, numTargetRowsUpdated: 0 });
  expect(await rowsOf(table)).toHaveLength(2);
});

test('what replaces a part of the table has to belong to it', async () => {
  const table = await DeltaTable.openOrCreate(memoryFiles(), { fields: FIELDS });
  const rows = batch([{ part: 'a', key: 1, value: 1 }]);
  await expect(table.overwrite(rows, { part: 'b' })).rejects.toMatchObject({ code: 'SCHEMA_MISMATCH' });
  expect(table.version).toBe(0);
});

test('an append-only table takes no rows away, and may still be put together', async () => {
  const table = await DeltaTable.openOrCreate(memoryFiles(), {
    fields: FIELDS,
    configuration: { 'delta.appendOnly': 'true' },
  });
  for (const key of [1, 2]) await table.append(batch([{ part: 'a', key, value: key }]));
  for (const act of [
    () => table.delete({ key: 1 }),
    () => table.overwrite(batch([])),
    () => table.restore(0),
  ]) {
    await expect(act()).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringContaining('append-only'),
    });
  }
  expect(await table.optimize()).toEqual({ version: 3, filesRemoved: 2, filesAdded: 1 });
  expect(await rowsOf(table)).toHaveLength(2);
});

test('OPTIMIZE sorts, so that a reader can skip; readers of changes pass over it', async () => {
  const table = await DeltaTable.openOrCreate(memoryFiles(), { fields: FIELDS });
  for (const key of [3, 1, 2]) await table.append(batch([{ part: 'a', key, value: key }]));
  await table.optimize({ sortBy: ['key'] });
  expect((await rowsOf(table)).map(({ key }) => key)).toEqual([1, 2, 3]);
  expect(await table.changes(3).next()).toEqual({ done: true, value: undefined });
  await expect(table.optimize({ sortBy: ['nothing'] })).rejects.toMatchObject({ value: 'nothing' });
});

test('OPTIMIZE makes no file of more rows than it may, and leaves those that have half as many', async () => {
  const table = await DeltaTable.openOrCreate(memoryFiles(), { fields: FIELDS });
  const append = (rows: number) =>
    table.append(batch(Array.from({ length: rows }, (_, key) => ({ part: 'a', key, value: key }))));
  const sizes = async () => (await table.dataFiles()).list.map(({ rows }) => rows).sort();
  for (const rows of [4, 3, 3, 4, 1]) await append(rows);
  await table.optimize({ mostRows: 10 });
  expect(await sizes()).toEqual([10, 5]);
  for (const rows of [1, 1]) await append(rows);
  await table.optimize({ mostRows: 10 });
  expect(await sizes()).toEqual([10, 2, 5]);
});

test('OPTIMIZE and appends at once: neither stops the other', async () => {
  const files = localFiles(temporaryFolder());
  const [writer, keeper] = [
    await DeltaTable.openOrCreate(files, { fields: FIELDS }),
    await DeltaTable.openOrCreate(files, { fields: FIELDS }),
  ];
  let appended = 0;
  let compactions = 0;
  const enough = () => (appended >= 30 && compactions >= 2) || appended >= 400;
  const appends = (async () => {
    for (; !enough(); appended++) await writer.append(batch([{ part: 'a', key: appended, value: appended }]));
  })();
  while (!enough()) if ((await keeper.optimize()).filesRemoved > 0) compactions++;
  await appends;
  expect(compactions).toBeGreaterThan(1);
  expect((await rowsOf(writer)).map(({ key }) => key as number).sort((a, b) => a - b)).toEqual(
    Array.from({ length: appended }, (_, key) => key),
  );
});

test('two deletes at once: the later one is worked out anew', async () => {
  const files = memoryFiles();
  const table = await DeltaTable.openOrCreate(files, { fields: FIELDS });
  await table.append(batch([1, 2, 3, 4].map((key) => ({ part: 'a', key, value: key }))));
  const other = await DeltaTable.open(files);
  await Promise.all([table.delete({ key: 1 }), other.delete({ key: 2 }), other.delete({ key: { gte: 4 } })]);
  expect((await rowsOf(table)).map(({ key }) => key)).toEqual([3]);
});

test('VACUUM deletes what no recent version needs, keeps the rest, and asks before it goes further', async () => {
  const folder = temporaryFolder();
  const files = localFiles(folder);
  const table = await DeltaTable.openOrCreate(files, { fields: FIELDS, partitionColumns: ['part'] });
  for (const key of [1, 2]) await table.append(batch(PARTS.map((part) => ({ part, key, value: key }))));
  await files.write('part=a/left-over.parquet', Buffer.from('of a writer that was killed'));
  await files.write('_spark_metadata/0', Buffer.from('not ours'));
  await table.optimize();
  expect(await table.vacuum()).toEqual({ deleted: [], bytes: 0 });
  await expect(table.vacuum({ olderThanMs: 0 })).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    message: expect.stringContaining('force: true'),
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  const dry = await table.vacuum({ olderThanMs: 0, force: true, dryRun: true });
  expect(dry.deleted).toHaveLength(7);
  expect(await rowsOf(table, 2)).toHaveLength(6);
  expect(await table.vacuum({ olderThanMs: 0, force: true })).toEqual(dry);
  expect(await rowsOf(table)).toHaveLength(6);
  expect(await files.read('_spark_metadata/0')).toBeDefined();
  await expect(rowsOf(table, 2)).rejects.toMatchObject({ code: 'TABLE_INVALID' });
  await expect(table.restore(2)).rejects.toMatchObject({
    code: 'TABLE_INVALID',
    message: expect.stringContaining('6 of its 6'),
  });
});

test('a column is added for the rows to come; what does not fit the schema is refused, by name', async () => {
  const table = await DeltaTable.openOrCreate(memoryFiles(), {
    fields: [...FIELDS, { ...field('must', 'string'), nullable: false }],
  });
  const good = { part: 'a', key: 1, value: 1, must: 'x' };
  const append = (row: Row) =>
    table.append({
      rowCount: 1,
      columns: Object.fromEntries(Object.entries(row).map(([name, value]) => [name, [value]])),
    });
  await append(good);
  await table.addColumns([field('note', 'long')]);
  await append({ ...good, note: 7n });
  expect((await rowsOf(table)).map(({ note }) => note)).toEqual([null, 7n]);
  for (const [row, message] of [
    [{ ...good, extra: 1 }, /has no column extra/],
    [{ ...good, must: null }, /Column must is null in row 0/],
    [{ part: 'a' }, /Column must is missing/],
    [{ ...good, key: 1.5 }, /Column key is 1\.5 in row 0; it has to be a whole number of 32 bits/],
    [{ ...good, key: 2 ** 31 }, /Column key is 2147483648/],
    [{ ...good, note: 7 }, /Column note is 7 in row 0; it has to be a bigint/],
    [{ ...good, value: '1' }, /Column value is "1" in row 0; it has to be a number/],
  ] as [Row, RegExp][]) {
    await expect(append(row)).rejects.toMatchObject({
      code: 'SCHEMA_MISMATCH',
      message: expect.stringMatching(message),
    });
  }
  await expect(table.addColumns([field('NOTE', 'long')])).rejects.toMatchObject({ value: 'NOTE' });
  await table.setProperties({ 'delta.appendOnly': 'true', mine: 'x' });
  await table.setProperties({ mine: null });
  expect(table.metadata.configuration).toEqual({ 'delta.appendOnly': 'true' });
  await expect(table.setProperties({ 'delta.enableDeletionVectors': 'true' })).rejects.toMatchObject({
    code: 'INPUT_INVALID',
  });
});

test('VACUUM keeps files that were removed lately, however old they are', async () => {
  const inner = memoryFiles();
  const aged: Files = {
    ...inner,
    async *list(folder, options) {
      for await (const file of inner.list(folder, options)) yield { ...file, modifiedAt: 1 };
    },
  };
  const table = await DeltaTable.openOrCreate(aged, { fields: FIELDS });
  for (const key of [1, 2]) await table.append(batch([{ part: 'a', key, value: key }]));
  await aged.write('orphan.parquet', Buffer.from('nobody knows it'));
  await aged.write('_delta_log/.00000000000000000009.json.1.tmp', Buffer.from('half a comm'));
  await table.delete({ key: 1 });
  expect((await table.vacuum()).deleted).toEqual([
    '_delta_log/.00000000000000000009.json.1.tmp',
    'orphan.parquet',
  ]);
  expect(await rowsOf(table, 2)).toHaveLength(2);
});
