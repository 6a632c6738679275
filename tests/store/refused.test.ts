import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openTickerTable } from '../../src/store/index.ts';
import { ticker } from '../fixtures/market.ts';
import { temporaryFolder } from './folder.ts';

const open = (location: string) => openTickerTable({ location, source: 'simulated' });

/** A table with two commits, damaged or changed by `change`, which gets its log folder. */
async function changedTable(change: (log: string) => void): Promise<string> {
  const location = temporaryFolder();
  const table = await open(location);
  table.append([ticker('BTCUSD')]);
  await table.close();
  change(join(table.location, '_delta_log'));
  return location;
}

const commit = (version: number) => `${String(version).padStart(20, '0')}.json`;

test('a file where a folder should be', async () => {
  const file = join(temporaryFolder(), 'tables');
  writeFileSync(file, 'not a folder');
  await expect(open(file)).rejects.toMatchObject({
    code: 'TABLE_UNWRITABLE',
    message: expect.stringMatching(/tables.*a file stands where a folder should be.*Move that file away/),
  });
});

test('a folder without permission', async () => {
  const location = temporaryFolder();
  chmodSync(location, 0o555);
  const root = process.geteuid?.() === 0;
  if (root) process.seteuid!(65_534);
  try {
    await expect(open(location)).rejects.toMatchObject({
      code: 'TABLE_UNWRITABLE',
      message: expect.stringMatching(/permission is denied \(EACCES\)\. Give this user write permission/),
    });
  } finally {
    if (root) process.seteuid!(0);
    chmodSync(location, 0o755);
  }
});

const namespaces = spawnSync('unshare', ['-rm', 'true']).status === 0;

/** Runs the script in a private mount namespace where `folder` is mounted as `options` say. */
function mounted(
  folder: string,
  mount: string,
  script: string,
): { code: string; message: string; left: number } {
  const program = `
    import { openTickerTable } from ${JSON.stringify(new URL('../../src/store/index.ts', import.meta.url).href)};
    import { ticker } from ${JSON.stringify(new URL('../fixtures/market.ts', import.meta.url).href)};
    ${script}`;
  const path = join(temporaryFolder(), 'script.ts');
  writeFileSync(path, program);
  const { stdout, stderr, status } = spawnSync(
    'unshare',
    ['-rm', 'sh', '-c', `${mount} && exec "$0" "$1"`, process.execPath, path],
    {
      encoding: 'utf8',
      cwd: fileURLToPath(new URL('../../', import.meta.url)),
      env: { ...process.env, FOLDER: folder },
    },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

test.skipIf(!namespaces)(
  'failure: disk full: what is in stays, what waits goes in when there is room again',
  async () => {
    const folder = temporaryFolder();
    const seen = mounted(
      folder,
      'mount -t tmpfs -o size=300k none "$FOLDER"',
      `
    import { rmSync, writeFileSync } from 'node:fs';
    const table = await openTickerTable({ location: process.env.FOLDER, source: 'simulated' });
    table.append([ticker('BTCUSD')]);
    await table.flush();
    try { writeFileSync(process.env.FOLDER + '/ballast', Buffer.alloc(400_000)); } catch {}
    const failed = table.append([ticker('ETHUSD')]).catch((error) => error);
    await table.flush().catch(() => undefined);
    const told = await failed;
    const waiting = table.waitingRows;
    rmSync(process.env.FOLDER + '/ballast');
    await table.close();
    console.log(JSON.stringify({ code: told.code, message: told.message, waiting, left: table.waitingRows, rows: (await table.read()).map((r) => r.symbol) }));
    `,
    );
    expect(seen).toMatchObject({ code: 'TABLE_UNWRITABLE', waiting: 1, left: 0, rows: ['BTCUSD', 'ETHUSD'] });
    expect(seen.message).toMatch(/the disk is full \(ENOSPC\)\. Free some space/);
  },
);

test.skipIf(!namespaces)('a read-only disk', async () => {
  const folder = temporaryFolder();
  const seen = mounted(
    folder,
    'mount -t tmpfs -o ro none "$FOLDER"',
    `
    const told = await openTickerTable({ location: process.env.FOLDER, source: 'simulated' }).catch((error) => error);
    console.log(JSON.stringify({ code: told.code, message: told.message }));
    `,
  );
  expect(seen.code).toBe('TABLE_UNWRITABLE');
  expect(seen.message).toMatch(/the file system is read-only \(EROFS\)\. Set the table location/);
});

test.each([
  ['cut short', (text: string) => text.slice(0, -20), /00001\.json, line 3: it is not JSON/],
  ['empty', () => '', /00001\.json: it is empty/],
  [
    'zeroes after a power cut',
    (text: string) => '\0'.repeat(text.length),
    /00001\.json, line 1: it is not JSON/,
  ],
  ['not an object', (text: string) => `${text}[1]\n`, /00001\.json, line 4: it is not a JSON object/],
  ['an add without a path', (text: string) => text.replace('"path"', '"p"'), /line 3: add\.path is missing/],
])('a damaged commit: %s', async (_, damage, message) => {
  const location = await changedTable((log) => {
    const path = join(log, commit(1));
    writeFileSync(path, damage(readFileSync(path, 'utf8')));
  });
  await expect(open(location)).rejects.toMatchObject({
    code: 'TABLE_INVALID',
    message: expect.stringMatching(message),
  });
});

test('a hole in the log names the missing file', async () => {
  const location = await changedTable((log) => {
    writeFileSync(join(log, commit(3)), readFileSync(join(log, commit(1))));
  });
  await expect(open(location)).rejects.toMatchObject({
    code: 'TABLE_INVALID',
    message: expect.stringContaining(`_delta_log/${commit(2)} is missing`),
  });
});

test.each([
  [
    {
      minReaderVersion: 3,
      minWriterVersion: 7,
      readerFeatures: ['variantType', 'timestampNtz'],
      writerFeatures: ['variantType', 'timestampNtz'],
    },
    /can not be read: .*: variantType\./,
  ],
  [
    {
      minReaderVersion: 3,
      minWriterVersion: 7,
      readerFeatures: ['deletionVectors', 'columnMapping'],
      writerFeatures: ['deletionVectors', 'columnMapping'],
    },
    /can not be written: .*: deletionVectors\./,
  ],
  [
    { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['rowTracking', 'appendOnly'] },
    /written.*: rowTracking\./,
  ],
  [{ minReaderVersion: 9, minWriterVersion: 9 }, /reader version 9/],
])('a protocol that is not implemented is refused by name: %j', async (protocol, message) => {
  const location = await changedTable((log) => {
    writeFileSync(join(log, commit(2)), `${JSON.stringify({ protocol })}\n`);
  });
  const write = open(location).then(async (table) => {
    const told = table.append([ticker('BTCUSD')]);
    await table.close().catch(() => undefined);
    return told;
  });
  await expect(write).rejects.toMatchObject({
    code: 'TABLE_UNSUPPORTED',
    message: expect.stringMatching(message),
  });
});

test('a table with other columns', async () => {
  const location = await changedTable((log) => {
    const path = join(log, commit(0));
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace('price\\",\\"type\\":\\"double', 'price\\",\\"type\\":\\"string'),
    );
  });
  await expect(open(location)).rejects.toMatchObject({ code: 'SCHEMA_MISMATCH', value: 'price' });
});

test('a data file that is missing, cut short or not Parquet is named', async () => {
  for (const [change, message] of [
    [() => undefined, /it is missing/],
    [(bytes: Buffer) => bytes.subarray(0, 500), /ends before byte/],
    [(bytes: Buffer) => Buffer.alloc(bytes.length, 7), /footer/],
  ] as const) {
    const location = temporaryFolder();
    const table = await open(location);
    table.append([ticker('BTCUSD')]);
    await table.close();
    const [folder] = readdirSync(table.location).filter((name) => name.startsWith('date='));
    const [name] = readdirSync(join(table.location, folder!));
    const path = join(table.location, folder!, name!);
    const changed = change(readFileSync(path));
    if (changed) writeFileSync(path, changed);
    else unlinkSync(path);
    await expect(table.read()).rejects.toMatchObject({
      code: 'TABLE_INVALID',
      message: expect.stringMatching(message),
      value: `${folder}/${name}`,
    });
  }
});
