/**
 * Other people's readers and writers on our tables, and we on theirs, on disk and in a loopback ADLS: every row of every
 * version equal. Exit code 1 where one is not.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openFiles } from '../../src/store/files/index.ts';
import { say, step } from '../fixtures/step.ts';
import { ACCOUNT, KEY, type LoopbackAdls, startLoopbackAdls } from '../store/adls/server.ts';
import { chdb } from './chdb.ts';
import { Checks } from './checks.ts';
import { duckdb } from './duckdb.ts';
import { readTheirs } from './foreign.ts';
import { installReaders } from './install.ts';
import { PythonReader } from './python-reader.ts';
import type { Reader, Writer } from './reader.ts';
import { makeOurs, rowsOfOurs } from './tables.ts';
import { together } from './together.ts';

/** Seen with 1.6.6, in tables of its own making too. */
const DELTA_RS_FAULTS = { 'by-decimal_9_2_': 'it takes -1.50 in a partition for -1.-50' };
const NAMES = ['delta-rs', 'spark', 'chdb', 'duckdb'];
const PLACES = ['disk', 'adls'];
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    on: { type: 'string' },
    brief: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});
if (values.help) {
  console.log(`npm run test:readers [-- --only ${NAMES.join(',')}] [--on ${PLACES.join(',')}] [--brief]

Other people's software on our Delta tables, and we on theirs; it is installed outside the checkout at the first run.
  --brief   two versions of each table instead of all, and tables of others on disk alone

Example: npm run test:readers -- --only spark --on disk`);
  process.exit(0);
}
const wanted = values.only?.split(',') ?? NAMES;
const places = values.on?.split(',') ?? PLACES;
const unknown = [...wanted, ...places].find((word) => !NAMES.includes(word) && !PLACES.includes(word));
if (unknown !== undefined) {
  console.error(
    `Nobody and nowhere is called ${unknown}. Allowed: --only ${NAMES.join(',')} --on ${PLACES.join(',')}.`,
  );
  process.exit(1);
}

const installed = await installReaders();
const folder = mkdtempSync(join(tmpdir(), 'candlebook-readers-'));
const adls = await startLoopbackAdls();
process.env.AZURE_STORAGE_CONNECTION_STRING = adls.connectionString;
const readers: Reader[] = [];
const checks = new Checks();
try {
  readers.push(...(await start(adls)));
  for (const place of places) {
    const root =
      place === 'disk' ? join(folder, 'tables') : 'abfss://tables@lake.dfs.core.windows.net/tables';
    const here = readers.filter((reader) => place === 'disk' || reader.adls);
    await readOurs(place, root, here);
    for (const writer of here.filter((reader): reader is Writer => 'append' in reader)) {
      await step(`${place}: ${writer.name} and we write to one table in turn`, () =>
        together(
          checks,
          `${place}, in turn with ${writer.name}`,
          `${root}/with-${writer.name}`,
          writer,
          here,
        ),
      );
      if (values.brief && place !== 'disk') continue;
      await step(`${place}: tables made by ${writer.name}`, () =>
        readTheirs(checks, place, `${root}/made-by-${writer.name}`, writer),
      );
    }
  }
} finally {
  for (const reader of readers) await reader.close();
  await adls.close();
  rmSync(folder, { recursive: true, force: true });
}
checks.print();
process.exitCode = checks.failed > 0 || checks.passed === 0 ? 1 : 0;

async function start({ url }: LoopbackAdls): Promise<Reader[]> {
  const { python, jars, packages } = installed;
  const found: Reader[] = [];
  if (wanted.includes('delta-rs')) {
    const options = {
      azure_storage_account_name: ACCOUNT,
      azure_storage_account_key: KEY,
      azure_storage_endpoint: `${url}/${ACCOUNT}`,
      allow_http: 'true',
    };
    found.push(new PythonReader('delta-rs', python, 'delta_rs.py', options, DELTA_RS_FAULTS));
  }
  if (wanted.includes('spark') && jars) {
    const access = { account: ACCOUNT, key: KEY, endpoint: new URL(url).host };
    found.push(new PythonReader('Spark', python, 'spark.py', { jars, folder, adls: access }));
  }
  if (wanted.includes('chdb')) found.push(await chdb(packages));
  if (wanted.includes('duckdb')) found.push(await duckdb(packages));
  return found;
}

async function readOurs(place: string, root: string, here: readonly Reader[]): Promise<void> {
  const tables = await step(`${place}: our tables`, () => makeOurs(root));
  for (const { name, location, versions } of tables) {
    const files = await openFiles(location);
    for (const [version, { fields, rows }] of versions) {
      const what = `${place}, ${name} at version ${version}`;
      await checks.equal(`${what}: ourselves`, rows, () => rowsOfOurs(files, version, fields));
    }
  }
  for (const reader of here) {
    await step(`${place}: our tables read by ${reader.name}`, async () => {
      for (const { name, location, versions } of tables) {
        const fault = reader.faults[name];
        if (fault) {
          say(`  ${reader.name} is not asked for ${name}: ${fault}`);
          continue;
        }
        for (const [version, { fields, rows }] of chosen([...versions])) {
          const readable = fields.filter((field) => reader.reads(field));
          const positions = readable.map((field) => fields.indexOf(field));
          const expected = rows.map((row) => pick(row, positions)).sort();
          await checks.equal(`${place}, ${name} at version ${version}: ${reader.name}`, expected, () =>
            reader.rows(location, version, readable),
          );
        }
      }
    });
  }
  say(`  ${tables.length} tables, ${tables.reduce((sum, { versions }) => sum + versions.size, 0)} versions`);
}

function chosen<T>(all: readonly T[]): readonly T[] {
  return values.brief ? [...new Set([all[all.length >> 1]!, all.at(-1)!])] : all;
}

function pick(row: string, positions: readonly number[]): string {
  const all: unknown[] = JSON.parse(row);
  return JSON.stringify(positions.map((at) => all[at]));
}
