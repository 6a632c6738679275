import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { DeltaTable } from '../../../src/store/delta/index.ts';
import { loadSnapshot } from '../../../src/store/delta/load.ts';
import { type Files, openFiles } from '../../../src/store/files/index.ts';
import { type Fault, startLoopbackAdls } from '../adls/server.ts';
import { temporaryFolder } from '../folder.ts';

const WRITERS = 8;
/** `CANDLEBOOK_RACE_COMMITS=200` is the long run. */
const COMMITS = Number(process.env.CANDLEBOOK_RACE_COMMITS ?? 6);
const TIMEOUT_MS = 60_000 + COMMITS * 10_000;
const script = fileURLToPath(new URL('writer.ts', import.meta.url));

afterEach(() => {
  delete process.env.AZURE_STORAGE_CONNECTION_STRING;
});

/** Runs the writers while a reader looks on; then holds the table against what they did. */
async function race(location: string): Promise<void> {
  const done = { yes: false };
  const writing = Promise.all(
    Array.from({ length: WRITERS }, (_, writer) =>
      promisify(execFile)(process.execPath, [script, location, String(writer), String(COMMITS)]),
    ),
  ).finally(() => {
    done.yes = true;
  });
  const files = await openFiles(location);
  const [ended, seen] = await Promise.all([writing, lookOn(files, done)]);
  expect(ended.map(({ stdout }) => Number(stdout))).toEqual(new Array(WRITERS).fill(COMMITS));
  expect(seen).toBeGreaterThan(1);

  const versions: number[] = [];
  for await (const { path } of files.list('_delta_log')) {
    const match = /\/(\d{20})\.json$/.exec(path);
    if (match) versions.push(Number(match[1]));
  }
  expect(versions).toEqual(Array.from({ length: WRITERS * COMMITS + 1 }, (_, version) => version));
  const table = await DeltaTable.open(files);
  const rows: string[] = [];
  for await (const { rowCount, columns } of await table.read()) {
    for (let row = 0; row < rowCount; row++) rows.push(`${columns.writer![row]}:${columns.n![row]}`);
  }
  const all = Array.from(
    { length: WRITERS * COMMITS },
    (_, i) => `${Math.floor(i / COMMITS)}:${i % COMMITS}`,
  );
  expect(rows.sort()).toEqual(all.sort());
  // Checkpoints were written by whoever came by; the state from them is the state from the commits alone.
  const fromCommits = new Set<string>();
  for await (const { batch } of table.changes(-1)) fromCommits.add(String(batch.columns.writer![0]));
  expect(fromCommits.size).toBe(WRITERS);
}

/** Reads the table over and over: each version that it sees is whole. @returns how many different ones it saw */
async function lookOn(files: Files, done: { yes: boolean }): Promise<number> {
  const seen = new Set<number>();
  while (!done.yes) {
    await sleep(20); // the storage of the test is served by this process too
    const snapshot = await loadSnapshot(files);
    if (snapshot && !seen.has(snapshot.version)) {
      seen.add(snapshot.version);
      expect(snapshot.files.size).toBe(snapshot.version);
    }
  }
  return seen.size;
}

test(
  `${WRITERS} processes x ${COMMITS} commits to one table on local disk`,
  () => race(temporaryFolder()),
  TIMEOUT_MS,
);

test(
  `${WRITERS} processes x ${COMMITS} commits to one table on ADLS Gen2, one request in twenty failing`,
  async () => {
    const adls = await startLoopbackAdls();
    let count = 0;
    const faults: Fault[] = [
      { breakAfter: true },
      { breakBefore: true },
      { status: 503, code: 'ServerBusy' },
      { status: 429, code: 'TooManyRequests' },
    ];
    adls.fault = () => (++count % 20 === 0 ? faults[(count / 20) % faults.length] : undefined);
    adls.pageSize = 50;
    process.env.AZURE_STORAGE_CONNECTION_STRING = adls.connectionString;
    try {
      await race('abfss://tables@lake.dfs.core.windows.net/race');
    } finally {
      await adls.close();
    }
  },
  TIMEOUT_MS,
);
