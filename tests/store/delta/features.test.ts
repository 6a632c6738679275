import { expect, test } from 'vitest';
import type { Action, DeletionVector } from '../../../src/store/delta/actions.ts';
import { deletedRows } from '../../../src/store/delta/deletion-vector.ts';
import { DeltaTable, field } from '../../../src/store/delta/index.ts';
import { type Files, memoryFiles } from '../../../src/store/files/index.ts';
import { rowsOf } from './rows.ts';

const name = (version: number) => `_delta_log/${String(version).padStart(20, '0')}.json`;

async function actionsOf(files: Files, version: number): Promise<Action[]> {
  const text = new TextDecoder().decode(await files.read(name(version)));
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** Appends a commit that somebody else could have made. */
async function foreign(files: Files, version: number, actions: readonly object[]): Promise<void> {
  const lines = actions.map((action) => `${JSON.stringify(action)}\n`).join('');
  expect(await files.putIfAbsent(name(version), Buffer.from(lines))).toBe(true);
}

const withFeatures = (...features: string[]) => ({
  protocol: { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: features, writerFeatures: features },
});

const Z85 = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';

function z85(bytes: Buffer): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 4) {
    const value = bytes.readUInt32BE(at);
    for (let power = 4; power >= 0; power--) text += Z85[Math.floor(value / 85 ** power) % 85];
  }
  return text;
}

type Container = { readonly high: number; readonly list?: number[]; readonly runs?: [number, number][] };

/** A bitmap in the portable format, as its specification lays it out; lists of more than 4096 become bitmaps. */
function bitmap(containers: readonly Container[], withRuns: boolean): Buffer {
  const out: Buffer[] = [];
  const u16 = (...values: number[]) => {
    const bytes = Buffer.alloc(values.length * 2);
    for (const [at, value] of values.entries()) bytes.writeUInt16LE(value, at * 2);
    out.push(bytes);
  };
  const u32 = (value: number) => u16(value & 0xffff, value >>> 16);
  const count = ({ list, runs }: Container) =>
    list ? list.length : runs!.reduce((sum, [, more]) => sum + more + 1, 0);
  u32(1_681_511_377);
  u32(1);
  u32(0);
  u32(0);
  if (withRuns) {
    u16(12_347, containers.length - 1);
    const flags = Buffer.alloc(Math.ceil(containers.length / 8));
    for (const [at, { runs }] of containers.entries()) if (runs) flags[at >> 3]! |= 1 << (at & 7);
    out.push(flags);
  } else {
    u32(12_346);
    u32(containers.length);
  }
  for (const container of containers) u16(container.high, count(container) - 1);
  if (!withRuns || containers.length >= 4) for (const _ of containers) u32(0); // offsets, which nobody needs in order
  for (const { list, runs } of containers) {
    if (runs) u16(runs.length, ...runs.flat());
    else if (list!.length <= 4096) u16(...list!);
    else {
      const bits = Buffer.alloc(8192);
      for (const low of list!) bits[low >> 3]! |= 1 << (low & 7);
      out.push(bits);
    }
  }
  return Buffer.concat(out);
}

const padded = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);

function inline(bytes: Buffer, cardinality: number): DeletionVector {
  return { storageType: 'i', pathOrInlineDv: z85(padded(bytes)), sizeInBytes: bytes.length, cardinality };
}

const range = (from: number, to: number, step = 1) =>
  Array.from({ length: Math.ceil((to - from) / step) }, (_, at) => from + at * step);

test.each<[string, Container[], boolean, number[]]>([
  ['a list', [{ high: 0, list: [1, 3, 40_000] }], false, [1, 3, 40_000]],
  ['a list beyond 65,536', [{ high: 2, list: [5] }], false, [131_077]],
  [
    'a bitmap after a list',
    [
      { high: 0, list: [7] },
      { high: 1, list: range(0, 10_000, 2) },
    ],
    false,
    [7, ...range(65_536, 75_536, 2)],
  ],
  [
    'runs',
    [
      {
        high: 0,
        runs: [
          [2, 3],
          [10, 0],
        ],
      },
    ],
    true,
    [2, 3, 4, 5, 10],
  ],
  [
    'runs beside lists, with offsets',
    [
      { high: 0, list: [1] },
      { high: 1, runs: [[0, 1]] },
      { high: 2, list: [2] },
      { high: 3, list: [3] },
    ],
    true,
    [1, 65_536, 65_537, 131_074, 196_611],
  ],
])('a deletion vector of %s', async (_, containers, withRuns, expected) => {
  const bytes = bitmap(containers, withRuns);
  expect([...(await deletedRows(memoryFiles(), inline(bytes, expected.length)))]).toEqual(expected);
  const files = memoryFiles();
  const framed = Buffer.alloc(4);
  framed.writeInt32BE(bytes.length);
  await files.write(
    'ab/deletion_vector_00010203-0405-0607-0809-0a0b0c0d0e0f.bin',
    Buffer.concat([Buffer.alloc(1, 1), framed, bytes, Buffer.alloc(4)]),
  );
  const beside: DeletionVector = {
    storageType: 'u',
    pathOrInlineDv: `ab${z85(Buffer.from(range(0, 16)))}`,
    offset: 1,
    sizeInBytes: bytes.length,
    cardinality: expected.length,
  };
  expect([...(await deletedRows(files, beside))]).toEqual(expected);
  await expect(deletedRows(files, { ...beside, cardinality: 99 })).rejects.toMatchObject({
    code: 'TABLE_INVALID',
    message: expect.stringMatching(/the log says 99/),
  });
  await expect(deletedRows(memoryFiles(), beside)).rejects.toThrow(/the file is missing/);
});

test('rows that a deletion vector names are not there; the table is read and not written', async () => {
  const files = memoryFiles();
  const table = await DeltaTable.openOrCreate(files, { fields: [field('n', 'long')] });
  await table.append({ rowCount: 5, columns: { n: [0n, 1n, 2n, 3n, 4n] } });
  const { add } = (await actionsOf(files, 1)).find((action) => action.add)!;
  const deletionVector = inline(bitmap([{ high: 0, list: [1, 4] }], false), 2);
  await foreign(files, 2, [
    withFeatures('deletionVectors'),
    { remove: { path: add!.path, dataChange: true, deletionTimestamp: 1 } },
    { add: { ...add, deletionVector } },
  ]);
  expect((await rowsOf(table)).map(({ n }) => n)).toEqual([0n, 2n, 3n]);
  const scan = await table.read({ where: { n: { gte: 2 } } });
  const found: unknown[] = [];
  for await (const { columns } of scan) found.push(...columns.n!);
  expect(found).toEqual([2n, 3n]);
  expect((await rowsOf(table, 1)).length).toBe(5);
  await expect(table.append({ rowCount: 1, columns: { n: [5n] } })).rejects.toMatchObject({
    code: 'TABLE_UNSUPPORTED',
    value: ['deletionVectors'],
  });
});

test('mapped columns are found by their names in the files, in statistics and in partitions', async () => {
  const files = memoryFiles();
  const table = await DeltaTable.openOrCreate(files, {
    fields: [
      field('col-1', 'long'),
      field('col-2', 'string'),
      field('col-3', { type: 'struct', fields: [field('col-4', 'long')] }),
    ],
    partitionColumns: ['col-2'],
  });
  for (const n of [1n, 2n])
    await table.append({
      rowCount: 1,
      columns: { 'col-1': [n], 'col-2': [`p${n}`], 'col-3': [{ 'col-4': n }] },
    });
  const { metaData } = (await actionsOf(files, 0)).find((action) => action.metaData)!;
  const mapped = (own: string, stored: string, type: unknown, id: number) => ({
    name: own,
    type,
    nullable: true,
    metadata: { 'delta.columnMapping.id': id, 'delta.columnMapping.physicalName': stored },
  });
  const schemaString = JSON.stringify({
    type: 'struct',
    fields: [
      mapped('a number', 'col-1', 'long', 1),
      mapped('part', 'col-2', 'string', 2),
      mapped('nested', 'col-3', { type: 'struct', fields: [mapped('inner', 'col-4', 'long', 4)] }, 3),
    ],
  });
  const configuration = { 'delta.columnMapping.mode': 'name' };
  await foreign(files, 3, [
    withFeatures('columnMapping'),
    { metaData: { ...metaData, schemaString, partitionColumns: ['part'], configuration } },
  ]);
  const scan = await table.read({ where: { 'a number': 2, part: 'p2' } });
  const rows: unknown[] = [];
  for await (const { columns } of scan)
    rows.push([columns['a number']![0], columns.part![0], columns.nested![0]]);
  expect(rows).toEqual([[2n, 'p2', { inner: 2n }]]);
  expect(scan.report).toMatchObject({ files: 2, filesSkippedByPartition: 1 });
  await expect(table.append({ rowCount: 0, columns: {} })).rejects.toMatchObject({
    value: ['columnMapping'],
  });
  await foreign(files, 4, [{ metaData: { ...metaData, partitionColumns: ['col-2'] } }]);
  expect(await rowsOf(table)).toHaveLength(2);
});

test('columns that were widened since: older files are read in the new type', async () => {
  const files = memoryFiles();
  const table = await DeltaTable.openOrCreate(files, {
    fields: [
      field('l', 'integer'),
      field('d', 'float'),
      field('m', 'decimal(4,1)'),
      field('w', 'short'),
      field('t', 'date'),
    ],
  });
  await table.append({
    rowCount: 2,
    columns: { l: [-5, null], d: [0.5, null], m: ['-12.5', null], w: [7, null], t: ['2026-11-24', null] },
  });
  const { metaData } = (await actionsOf(files, 0)).find((action) => action.metaData)!;
  const fields = [
    field('l', 'long'),
    field('d', 'double'),
    field('m', 'decimal(10,3)'),
    field('w', 'decimal(7,2)'),
    field('t', 'timestamp_ntz'),
  ];
  await foreign(files, 2, [
    withFeatures('typeWidening', 'timestampNtz'),
    { metaData: { ...metaData, schemaString: JSON.stringify({ type: 'struct', fields }) } },
  ]);
  const noon = BigInt(Date.UTC(2026, 10, 24, 12)) * 1000n;
  await table.append({
    rowCount: 1,
    columns: { l: [2n ** 40n], d: [1e300], m: ['0.125'], w: ['1'], t: [noon] },
  });
  expect(await rowsOf(table)).toEqual([
    { l: -5n, d: 0.5, m: '-12.500', w: '7.00', t: noon - 43_200_000_000n },
    { l: null, d: null, m: null, w: null, t: null },
    { l: 2n ** 40n, d: 1e300, m: '0.125', w: '1.00', t: noon },
  ]);
  expect(await rowsOf(table, 1)).toHaveLength(2);
});

test('a table that dates its versions in the log: later than the one before, whatever the clock does', async () => {
  const files = memoryFiles();
  const configuration = { 'delta.enableInCommitTimestamps': 'true' };
  const table = await DeltaTable.openOrCreate(files, { fields: [field('n', 'long')] });
  const { metaData } = (await actionsOf(files, 0)).find((action) => action.metaData)!;
  const ahead = Date.now() + 3_600_000;
  await foreign(files, 1, [
    { commitInfo: { inCommitTimestamp: ahead, operation: 'X' } },
    { protocol: { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['inCommitTimestamp'] } },
    {
      metaData: {
        ...metaData,
        configuration: { ...configuration, 'delta.inCommitTimestampEnablementVersion': '1' },
      },
    },
  ]);
  await table.refresh();
  for (const n of [1n, 2n]) await table.append({ rowCount: 1, columns: { n: [n] } });
  const first = await actionsOf(files, 2);
  expect(first[0]).toMatchObject({ commitInfo: { inCommitTimestamp: ahead + 1 } });
  expect(await table.versionAt(ahead)).toBe(1);
  expect(await table.versionAt(ahead + 1)).toBe(2);
  expect(await table.versionAt(ahead + 9)).toBe(3);
  expect(await table.versionAt(ahead - 1)).toBe(0);
  const { value } = await table.history().next();
  expect(value).toMatchObject({ version: 3, timestamp: ahead + 2 });
});

test('features that a table names and does not use close it neither for reading nor for writing', async () => {
  const files = memoryFiles();
  const table = await DeltaTable.openOrCreate(files, { fields: [field('n', 'long')] });
  const writerFeatures = [
    'appendOnly', 'invariants', 'checkConstraints', 'changeDataFeed', 'generatedColumns', 'columnMapping',
    'identityColumns', 'domainMetadata', 'allowColumnDefaults',
  ]; // biome-ignore format: as one list
  await foreign(files, 1, [{ protocol: { minReaderVersion: 1, minWriterVersion: 7, writerFeatures } }]);
  expect(await table.append({ rowCount: 1, columns: { n: [1n] } })).toEqual({ version: 2 });
  await table.addConstraint('positive', 'n > 0');
  await expect(table.append({ rowCount: 1, columns: { n: [0n] } })).rejects.toMatchObject({
    code: 'SCHEMA_MISMATCH',
  });
  const { metadata } = table;
  for (const [key, value, feature] of [
    ['delta.enableChangeDataFeed', 'true', 'changeDataFeed'],
    ['delta.columnMapping.mode', 'name', 'columnMapping'],
  ] as const) {
    const version = table.version + 1;
    await foreign(files, version, [
      { metaData: { ...metadata, configuration: { ...metadata.configuration, [key]: value } } },
    ]);
    await table.refresh();
    await expect(table.append({ rowCount: 1, columns: { n: [1n] } })).rejects.toMatchObject({
      value: [feature],
    });
  }
  const nested = field('s', {
    type: 'struct',
    fields: [{ ...field('x', 'long'), metadata: { 'delta.generationExpression': '1' } }],
  });
  await foreign(files, table.version + 1, [
    { metaData: { ...metadata, schemaString: JSON.stringify({ type: 'struct', fields: [nested] }) } },
  ]);
  await table.refresh();
  await expect(table.append({ rowCount: 0, columns: {} })).rejects.toMatchObject({
    value: ['generatedColumns'],
  });
});

test('a file outside of the table’s folder, as a shallow clone has it, is refused by name', async () => {
  const files = memoryFiles();
  const table = await DeltaTable.openOrCreate(files, { fields: [field('n', 'long')] });
  const add = { partitionValues: {}, size: 9, modificationTime: 1, dataChange: true };
  await foreign(files, 1, [{ add: { ...add, path: 'file:///elsewhere/a%20b.parquet' } }]);
  await expect(rowsOf(table)).rejects.toMatchObject({
    code: 'TABLE_UNSUPPORTED',
    value: '/elsewhere/a b.parquet',
  });
  await foreign(files, 2, [{ remove: { path: '/elsewhere/a%20b.parquet', dataChange: true } }]);
  expect(await rowsOf(table)).toEqual([]);
});
