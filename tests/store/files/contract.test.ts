import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { adlsFiles } from '../../../src/store/files/adls.ts';
import { type Files, localFiles, memoryFiles } from '../../../src/store/files/index.ts';
import { type LoopbackAdls, startLoopbackAdls } from '../adls/server.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const servers: LoopbackAdls[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function adls(pageSize: number): Promise<Files> {
  const server = await startLoopbackAdls();
  servers.push(server);
  server.pageSize = pageSize;
  return adlsFiles({
    account: 'lake.dfs.core.windows.net',
    container: 'tables',
    path: 'a table/in here',
    credential: { kind: 'connectionString', connectionString: server.connectionString },
    attempts: { waitMs: 1, timeoutMs: 5_000 },
  });
}

const IMPLEMENTATIONS: [name: string, make: () => Files | Promise<Files>][] = [
  ['memory', memoryFiles],
  [
    'local disk',
    () => {
      folders.push(mkdtempSync(join(tmpdir(), 'candlebook-files-')));
      return localFiles(join(folders.at(-1)!, 'made at the first write'));
    },
  ],
  ['ADLS Gen2', () => adls(5_000)],
  ['ADLS Gen2, pages of one', () => adls(1)],
];

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (read: Uint8Array | undefined) => read && new TextDecoder().decode(read);

async function paths(files: Files, ...args: Parameters<Files['list']>): Promise<string[]> {
  const found: string[] = [];
  for await (const { path } of files.list(...args)) found.push(path);
  return found;
}

describe.each(IMPLEMENTATIONS)('files: %s', (_, make) => {
  test('what is not there reads as undefined, lists as nothing and may be deleted', async () => {
    const files = await make();
    expect(await files.read('a/b')).toBeUndefined();
    expect(await files.read('a/b', { start: 0, end: 1 })).toBeUndefined();
    expect(await paths(files, 'a')).toEqual([]);
    await files.delete('a/b');
  });

  test('write creates and replaces, in folders that are made on the way', async () => {
    const files = await make();
    await files.write('a/b/c', bytes('one'));
    await files.write('a/b/c', bytes('twice'));
    expect(text(await files.read('a/b/c'))).toBe('twice');
  });

  test('a range is half-open and is cut at the end of the file', async () => {
    const files = await make();
    await files.write('f', bytes('0123456789'));
    expect(text(await files.read('f', { start: 2, end: 5 }))).toBe('234');
    expect(text(await files.read('f', { start: 8, end: 20 }))).toBe('89');
    expect(text(await files.read('f', { start: 20, end: 30 }))).toBe('');
    expect(text(await files.read('f', { start: 3, end: 3 }))).toBe('');
  });

  test('putIfAbsent leaves what was there first', async () => {
    const files = await make();
    expect(await files.putIfAbsent('log/0', bytes('first'))).toBe(true);
    expect(await files.putIfAbsent('log/0', bytes('second'))).toBe(false);
    expect(text(await files.read('log/0'))).toBe('first');
  });

  test('of many that put the same file at once, one wins, and its bytes are there', async () => {
    const files = await make();
    const tries = Array.from({ length: 20 }, (_, i) => files.putIfAbsent('log/1', bytes(`writer ${i}`)));
    const won = (await Promise.all(tries)).flatMap((yes, i) => (yes ? [i] : []));
    expect(won).toHaveLength(1);
    expect(text(await files.read('log/1'))).toBe(`writer ${won[0]}`);
  });

  test('a reader never sees half of a file', async () => {
    const files = await make();
    const [a, b] = [bytes('a'.repeat(300_000)), bytes('b'.repeat(300_000))];
    await files.write('whole', a);
    let writing = true;
    const writer = (async () => {
      for (let i = 0; i < 30; i++) await files.write('whole', i % 2 ? a : b);
      writing = false;
    })();
    while (writing) {
      const seen = (await files.read('whole'))!;
      expect(seen.length).toBe(300_000);
      expect(seen[0]).toBe(seen.at(-1));
    }
    await writer;
  });

  test('list: byte order, from a name on, one folder or all below it, with sizes and times', async () => {
    const files = await make();
    const before = Date.now() - 5_000;
    for (const path of ['t/b', 't/a', 't/B', 't/ü', 't/𝄞', 't/\uffee', 't/x/y', 't/x/z/w', 'u/other', 'root'])
      await files.write(path, bytes(path));
    expect(await paths(files, 't')).toEqual(['t/B', 't/a', 't/b', 't/ü', 't/\uffee', 't/𝄞']);
    expect(await paths(files, 't', { from: 't/b' })).toEqual(['t/b', 't/ü', 't/\uffee', 't/𝄞']);
    expect(await paths(files, 't/x', { recursive: true })).toEqual(['t/x/y', 't/x/z/w']);
    expect(await paths(files, '')).toEqual(['root']);
    expect((await paths(files, '', { recursive: true })).length).toBe(10);
    for await (const file of files.list('u')) {
      expect(file).toMatchObject({ path: 'u/other', size: 7 });
      expect(file.modifiedAt).toBeGreaterThan(before);
      expect(file.modifiedAt).toBeLessThan(Date.now() + 5_000);
    }
  });

  test('what a killed writer left half-written is listed only on demand', async () => {
    const files = await make();
    for (const path of ['t/a.json', 't/.a.json.1.tmp', 't/sub/.b.parquet.2.tmp', 't/x.tmp'])
      await files.write(path, bytes(path));
    expect(await paths(files, 't', { recursive: true })).toEqual(['t/a.json', 't/x.tmp']);
    expect(await paths(files, 't', { recursive: true, unfinished: true })).toHaveLength(4);
  });

  test('delete removes the one file', async () => {
    const files = await make();
    await files.write('d/1', bytes('1'));
    await files.write('d/2', bytes('2'));
    await files.delete('d/1');
    expect(await paths(files, 'd')).toEqual(['d/2']);
  });

  test('names with spaces, percent signs and other scripts are names', async () => {
    const files = await make();
    const path = "p=a b%20c/d=50%/e='é+&日本";
    await files.write(path, bytes('here'));
    expect(await paths(files, '', { recursive: true })).toEqual([path]);
    expect(text(await files.read(path))).toBe('here');
  });

  test('bytes that were handed in or out are copies', async () => {
    const files = await make();
    const mine = bytes('abc');
    await files.write('f', mine);
    mine[0] = 0;
    (await files.read('f'))![1] = 0;
    expect(text(await files.read('f'))).toBe('abc');
  });
});
