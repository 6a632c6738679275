import { expect, test } from 'vitest';
import { append } from '../../../src/store/delta/append.ts';
import { writeCheckpoint } from '../../../src/store/delta/checkpoint-write.ts';
import { cleanLog } from '../../../src/store/delta/clean-log.ts';
import { openOrCreate } from '../../../src/store/delta/create.ts';
import { DeltaTable, field } from '../../../src/store/delta/index.ts';
import { loadSnapshot } from '../../../src/store/delta/load.ts';
import type { Log } from '../../../src/store/delta/log.ts';
import { Scan } from '../../../src/store/delta/scan.ts';
import { type Files, localFiles, memoryFiles } from '../../../src/store/files/index.ts';
import { testWithPython } from '../../fixtures/python.ts';
import { temporaryFolder } from '../folder.ts';
import { readWithDeltaRs } from '../readers/delta-rs.ts';

const name = (version: number) => `_delta_log/${String(version).padStart(20, '0')}`;
const DAY_MS = 86_400_000;

async function tableOf(
  files: Files,
  commits: number,
  configuration: Record<string, string> = {},
): Promise<Log> {
  const log = await openOrCreate(files, {
    name: 'numbers',
    fields: [field('n', 'long'), field('part', 'string')],
    partitionColumns: ['part'],
    configuration,
  });
  for (let n = 1; n <= commits; n++) {
    await append(
      log,
      { rowCount: 1, columns: { n: [BigInt(n)], part: [n % 3 === 0 ? null : `a b=%${n % 3}é`] } },
      { txn: { appId: `app ${n % 2}`, version: n } },
    );
  }
  return log;
}

async function numbers(files: Files, version?: number): Promise<number[]> {
  const found: number[] = [];
  for await (const { columns } of new Scan(files, (await loadSnapshot(files, version))!)) {
    found.push(...Array.from(columns.n!, Number));
  }
  return found.sort((a, b) => a - b);
}

async function listed(files: Files): Promise<string[]> {
  const paths: string[] = [];
  for await (const { path } of files.list('_delta_log')) paths.push(path);
  return paths;
}

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

test('every tenth version; state and rows are the same without the commits before it', async () => {
  const files = memoryFiles();
  const log = await tableOf(files, 23);
  expect((await listed(files)).filter((path) => path.includes('checkpoint'))).toEqual([
    `${name(10)}.checkpoint.parquet`,
    `${name(20)}.checkpoint.parquet`,
    '_delta_log/_last_checkpoint',
  ]);
  for (let version = 0; version < 20; version++) await files.delete(`${name(version)}.json`);
  const loaded = (await loadSnapshot(files))!;
  expect(loaded.version).toBe(23);
  expect(loaded.metadata).toEqual(log.latest.metadata);
  expect(loaded.protocol).toEqual(log.latest.protocol);
  expect(Object.fromEntries([...loaded.txns].map(([appId, { version }]) => [appId, version]))).toEqual({
    'app 0': 22,
    'app 1': 23,
  });
  const plain = (adds: typeof loaded.files) =>
    [...adds].map(([path, add]) => [path, { ...add, dataChange: true }]).sort();
  expect(plain(loaded.files)).toEqual(plain(log.latest.files));
  expect(await numbers(files)).toEqual(upTo(23));
  expect(await numbers(files, 21)).toEqual(upTo(21));
  await expect(numbers(files, 19)).rejects.toMatchObject({ code: 'TABLE_INVALID' });
});

test('tags of a file survive a checkpoint', async () => {
  const files = memoryFiles();
  const log = await tableOf(files, 3, { 'delta.checkpointInterval': '4' });
  const [path, add] = [...log.latest.files][0]!;
  const tagged = { add: { ...add, tags: { ZCUBE_ID: 'a b', empty: '' } } };
  await files.write(`${name(4)}.json`, new TextEncoder().encode(JSON.stringify(tagged)));
  const seen = (await loadSnapshot(files))!;
  await writeCheckpoint(files, seen);
  await files.delete(`${name(0)}.json`);
  expect((await loadSnapshot(files))!.files.get(path)!.tags).toEqual({ ZCUBE_ID: 'a b', empty: '' });
});

test('progress of an application is kept for ever, or for as long as the table says', async () => {
  const inAMonth = Date.now() + 30 * DAY_MS;
  for (const [configuration, kept] of [
    [{}, ['app 0', 'app 1']],
    [{ 'delta.setTransactionRetentionDuration': 'interval 5 weeks' }, ['app 0', 'app 1']],
    [{ 'delta.setTransactionRetentionDuration': 'interval 7 days' }, []],
  ] as [Record<string, string>, string[]][]) {
    const files = memoryFiles();
    const log = await tableOf(files, 3, configuration);
    await writeCheckpoint(files, log.latest, inAMonth);
    expect([...(await loadSnapshot(files))!.txns.keys()].sort()).toEqual(kept);
  }
});

test('tombstones leave the checkpoint when their time is over', async () => {
  const files = memoryFiles();
  await tableOf(files, 3);
  const table = await DeltaTable.open(files);
  await table.delete({ n: 2 });
  const removed = async (now: number) => {
    await writeCheckpoint(files, (await loadSnapshot(files))!, now);
    return (await loadSnapshot(files))!.tombstones.size;
  };
  expect(await removed(Date.now())).toBe(1);
  expect(await removed(Date.now() + 8 * DAY_MS)).toBe(0);
});

test('the interval is the table property', async () => {
  const files = memoryFiles();
  await tableOf(files, 7, { 'delta.checkpointInterval': '3' });
  expect((await listed(files)).filter((path) => path.endsWith('.parquet'))).toEqual([
    `${name(3)}.checkpoint.parquet`,
    `${name(6)}.checkpoint.parquet`,
  ]);
});

test.each([
  ['points to a version without a checkpoint', '{"version":17,"size":1}'],
  ['points beyond the end', '{"version":4000,"size":1}'],
  ['is not JSON', 'half a poin'],
  ['has no version', '{}'],
])('a _last_checkpoint that %s costs nothing but time', async (_, text) => {
  const files = memoryFiles();
  await tableOf(files, 23);
  await files.write('_delta_log/_last_checkpoint', new TextEncoder().encode(text));
  expect(await numbers(files)).toEqual(upTo(23));
});

test('a damaged checkpoint is passed over while the commits are there, and named when they are not', async () => {
  const files = memoryFiles();
  await tableOf(files, 23);
  const path = `${name(20)}.checkpoint.parquet`;
  await files.write(path, (await files.read(path))!.subarray(0, 300));
  expect(await numbers(files)).toEqual(upTo(23));
  for (let version = 0; version < 10; version++) await files.delete(`${name(version)}.json`);
  expect(await numbers(files)).toEqual(upTo(23));
  for (let version = 10; version < 20; version++) await files.delete(`${name(version)}.json`);
  await files.delete(`${name(10)}.checkpoint.parquet`);
  await expect(numbers(files)).rejects.toMatchObject({
    code: 'TABLE_INVALID',
    message: expect.stringContaining(path),
  });
});

test('a checkpoint that lies is found out: by its protocol, its metadata, and the number of its files', async () => {
  const files = memoryFiles();
  await tableOf(files, 23);
  const path = `${name(20)}.checkpoint.parquet`;
  // Well formed, and of another time: nine files are missing from it.
  await files.write(path, (await files.read(`${name(10)}.checkpoint.parquet`))!);
  expect(await numbers(files)).toEqual(upTo(23));
  for (let version = 0; version < 20; version++) await files.delete(`${name(version)}.json`);
  await files.delete(`${name(10)}.checkpoint.parquet`);
  await expect(numbers(files)).rejects.toMatchObject({
    code: 'TABLE_INVALID',
    message: expect.stringMatching(/20\.checkpoint\.parquet holds 10 files, and its writer counted 20/),
  });
});

test('log clean-up deletes nothing that a damaged checkpoint would be needed for', async () => {
  const files = memoryFiles();
  const { latest } = await tableOf(files, 23);
  const path = `${name(20)}.checkpoint.parquet`;
  await files.write(path, (await files.read(path))!.subarray(0, 300));
  const before = await listed(files);
  await expect(cleanLog(files, latest, Date.now() + 100 * DAY_MS)).rejects.toMatchObject({
    code: 'TABLE_INVALID',
  });
  expect(await listed(files)).toEqual(before);
  expect(await numbers(files)).toEqual(upTo(23));
});

test('a multi-part checkpoint is read whole, and not at all with a part missing', async () => {
  const files = memoryFiles();
  await tableOf(files, 12, { 'delta.checkpointInterval': '5' });
  const [whole, early] = [`${name(10)}.checkpoint.parquet`, `${name(5)}.checkpoint.parquet`];
  // Two parts that overlap make the same state: the later one repeats the earlier one's actions.
  for (const [part, bytes] of [
    [1, (await files.read(early))!],
    [2, (await files.read(whole))!],
  ] as const) {
    await files.write(`${name(10)}.checkpoint.000000000${part}.0000000002.parquet`, bytes);
  }
  for (const path of [whole, early]) await files.delete(path);
  expect(await numbers(files)).toEqual(upTo(12));
  for (let version = 0; version < 10; version++) await files.delete(`${name(version)}.json`);
  expect(await numbers(files)).toEqual(upTo(12));
  await files.delete(`${name(10)}.checkpoint.0000000002.0000000002.parquet`);
  await expect(numbers(files)).rejects.toMatchObject({ code: 'TABLE_INVALID' });
});

test('log clean-up keeps the newest checkpoint that is old enough, its commit, and all after it', async () => {
  const files = memoryFiles();
  const log = await tableOf(files, 25, { 'delta.logRetentionDuration': 'interval 2 days' });
  const inOneDay = Date.now() + DAY_MS;
  expect(await cleanLog(files, log.latest, inOneDay)).toBe(0);
  const inFourDays = Date.now() + 4 * DAY_MS;
  expect(await cleanLog(files, log.latest, inFourDays)).toBe(21);
  expect(await listed(files)).toEqual([
    `${name(20)}.checkpoint.parquet`,
    ...[20, 21, 22, 23, 24, 25].map((version) => `${name(version)}.json`),
    '_delta_log/_last_checkpoint',
  ]);
  expect(await numbers(files)).toEqual(upTo(25));
  await expect(loadSnapshot(files, 19)).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    message: expect.stringContaining('versions 20 to 25'),
  });
});

test('no log is cleaned up where the table says so', async () => {
  const files = memoryFiles();
  const log = await tableOf(files, 12, { 'delta.enableExpiredLogCleanup': 'false' });
  expect(await cleanLog(files, log.latest, Date.now() + 400 * DAY_MS)).toBe(0);
});

testWithPython('delta-rs reads our checkpoints', async (python) => {
  const folder = temporaryFolder();
  const files = localFiles(folder);
  await tableOf(files, 23);
  for (let version = 0; version < 20; version++) await files.delete(`${name(version)}.json`);
  const seen = await readWithDeltaRs(python, folder);
  expect(seen.rows.map(({ n }) => n).sort((a, b) => Number(a) - Number(b))).toEqual(upTo(23));
  expect(new Set(seen.rows.map(({ part }) => part))).toEqual(new Set([null, 'a b=%1é', 'a b=%2é']));
});

test('a V2 checkpoint with a sidecar is read', async () => {
  const files = memoryFiles();
  const log = await tableOf(files, 12);
  const whole = `${name(10)}.checkpoint.parquet`;
  const bytes = (await files.read(whole))!;
  await files.write('_delta_log/_sidecars/one.parquet', bytes);
  const protocol = {
    minReaderVersion: 3,
    minWriterVersion: 7,
    readerFeatures: ['v2Checkpoint'],
    writerFeatures: ['v2Checkpoint'],
  };
  const lines = [
    { checkpointMetadata: { version: 10 } },
    { sidecar: { path: 'one.parquet', sizeInBytes: bytes.length, modificationTime: 1 } },
    { protocol },
    { metaData: { ...log.latest.metadata, name: 'from the V2 checkpoint' } },
  ];
  await files.write(
    `${name(10)}.checkpoint.3a0d65cd-4056-49b8-937b-95f9e3ee90e5.json`,
    new TextEncoder().encode(lines.map((line) => JSON.stringify(line)).join('\n')),
  );
  await files.delete(whole);
  for (let version = 0; version < 10; version++) await files.delete(`${name(version)}.json`);
  expect(await numbers(files)).toEqual(upTo(12));
  expect((await loadSnapshot(files))!.metadata.name).toBe('from the V2 checkpoint');
});
