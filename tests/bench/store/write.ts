import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DeltaTable } from '../../../src/store/delta/index.ts';
import { localFiles } from '../../../src/store/files/index.ts';
import { say } from '../../fixtures/step.ts';
import { collectGarbage, type MeasuredRow } from '../measure/turns.ts';
import { DEFINITION, rows } from './work.ts';

const ROWS = 1_000_000;
/** Rows of a chunk in DuckDB's own format. */
const CHUNK = 2_048;

/** Milliseconds by the clock and of all processors, of ourselves and of DuckDB, round by round. */
export interface Writes {
  readonly clock: MeasuredRow;
  readonly cpu: MeasuredRow;
}

/**
 * A million rows of 12 columns in the memory of this process: into a Delta table by us, with checks, statistics and the
 * commit; into one Parquet file by DuckDB, through its own chunks. The same codec, one of them after the other.
 */
export async function writes(folder: string, rounds: number): Promise<Writes> {
  const duckdb = await parquetByDuckdb(join(folder, 'duckdb.parquet'));
  const taken = { clock: { candlebook: [], DuckDB: [] }, cpu: { candlebook: [], DuckDB: [] } } as Record<
    'clock' | 'cpu',
    Record<'candlebook' | 'DuckDB', number[]>
  >;
  const subjects = [
    ['candlebook', () => deltaByUs(join(folder, 'million'))],
    ['DuckDB', duckdb.write],
  ] as const;
  for (let round = -1; round < rounds; round++) {
    for (const [name, write] of round % 2 === 0 ? subjects : subjects.toReversed()) {
      collectGarbage();
      const [began, busy] = [performance.now(), process.cpuUsage()];
      await write();
      const { user, system } = process.cpuUsage(busy);
      if (round < 0) continue; // engines compile what they have seen run
      taken.clock[name].push(performance.now() - began);
      taken.cpu[name].push((user + system) / 1_000);
    }
    say(`· a million rows: ${round < 0 ? 'warmed up' : `round ${round + 1}/${rounds}`}`);
  }
  duckdb.close();
  const row = (what: string, rounds: Record<string, number[]>): MeasuredRow => ({ what, rounds });
  return {
    clock: row('write 1,000,000 x 12', taken.clock),
    cpu: row('write 1,000,000 x 12, CPU', taken.cpu),
  };
}

const million = rows(ROWS);

async function deltaByUs(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  const table = await DeltaTable.openOrCreate(localFiles(folder), DEFINITION);
  await table.append(million);
}

async function parquetByDuckdb(path: string) {
  const { BIGINT, DOUBLE, DuckDBDataChunk, DuckDBInstance, INTEGER, VARCHAR } = await import(
    '@duckdb/node-api'
  );
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  // The same columns are stored: that of the partition is not.
  const names = Object.keys(million.columns).filter((name) => name !== 'date');
  const typeOf = (name: string) =>
    name === 'symbol' ? VARCHAR : name === 'hour' ? INTEGER : name.endsWith('_time') ? BIGINT : DOUBLE;
  const types = names.map(typeOf);
  await connection.run(
    `CREATE TABLE t (${names.map((name, at) => `${name} ${types[at]!.toString()}`).join(', ')})`,
  );
  const selected = names.map((name) =>
    name.endsWith('_time') ? `make_timestamptz(${name}) AS ${name}` : name,
  );
  return {
    async write(): Promise<void> {
      await connection.run('TRUNCATE t');
      const appender = await connection.createAppender('t');
      for (let start = 0; start < ROWS; start += CHUNK) {
        const end = Math.min(ROWS, start + CHUNK);
        const chunk = DuckDBDataChunk.create(types, end - start);
        chunk.setColumns(
          names.map((name) => Array.from(million.columns[name]!.slice(start, end)) as never[]),
        );
        appender.appendDataChunk(chunk);
      }
      appender.closeSync();
      await connection.run(
        `COPY (SELECT ${selected.join(', ')} FROM t) TO '${path}' (FORMAT parquet, CODEC zstd)`,
      );
    },
    close: () => connection.closeSync(),
  };
}
