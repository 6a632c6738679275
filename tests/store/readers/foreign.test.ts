import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { DeltaTable, type Field, field, type Value } from '../../../src/store/delta/index.ts';
import { localFiles } from '../../../src/store/files/index.ts';
import { testWithPython } from '../../fixtures/python.ts';
import { collect, type Row, rowsOf, sorted } from '../delta/rows.ts';
import { temporaryFolder } from '../folder.ts';
import { readWithDeltaRs } from './delta-rs.ts';

const makeTables = fileURLToPath(new URL('make_tables.py', import.meta.url));

function micros(value: bigint): string {
  const ms = value / 1000n - (value % 1000n < 0n ? 1n : 0n);
  return new Date(Number(ms)).toISOString().slice(0, -1) + String(value - ms * 1000n).padStart(3, '0');
}

/** A row in the plain form of the scripts. */
function plain(row: Row, fields: readonly Field[]): Record<string, unknown> {
  const form = (value: Value, type: unknown): unknown => {
    if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
    if (value !== null && String(type).startsWith('timestamp')) return micros(value as bigint);
    if (type === 'long' || type === 'integer' || type === 'short' || type === 'byte')
      return value === null ? null : `int ${value}`;
    if (value === Number.POSITIVE_INFINITY) return 'inf';
    if (value === Number.NEGATIVE_INFINITY) return '-inf';
    return Object.is(value, -0) ? 0 : value;
  };
  return Object.fromEntries(
    fields
      .map(({ name, type }) => [name, form(row[name]!, type)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

testWithPython(
  'tables of delta-rs are read value for value, and what we can not read is refused by name',
  async (python) => {
    const folder = temporaryFolder();
    const { stdout } = await promisify(execFile)(python, [makeTables, folder], { maxBuffer: 2 ** 26 });
    const expected = JSON.parse(stdout) as Record<string, Row[]>;
    for (const [name, rows] of Object.entries(expected)) {
      const table = await DeltaTable.open(localFiles(`${folder}/${name}`));
      const ours = (await rowsOf(table)).map((row) => plain(row, table.fields) as Row);
      const theirs = rows.map((row) =>
        Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1))),
      );
      expect(sorted(ours), name).toEqual(
        sorted(theirs.map((row) => JSON.parse(JSON.stringify(row).replaceAll('-0.0', '0')))),
      );
    }
    const nested = await DeltaTable.open(localFiles(`${folder}/nested`));
    expect(await rowsOf(nested)).toEqual([
      { list: [1n, 2n], one: { a: 'x' } },
      { list: [], one: { a: null } },
      { list: null, one: null },
    ]);
    const decimal = await DeltaTable.open(localFiles(`${folder}/decimal`));
    expect(await rowsOf(decimal)).toEqual([{ n: '1.25' }]);
    // We go on with a table that delta-rs began, and it goes on reading it.
    const begun = await DeltaTable.open(localFiles(`${folder}/checkpointed`));
    const old = await collect(await begun.read({ version: 3 }));
    expect(old.map(({ n }) => Number(n)).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 100, 101, 102, 103]);
    await begun.append({ rowCount: 1, columns: { n: [700n], note: ['ours'] } });
    await begun.delete({ n: { in: [600, 110] } });
    const seen = await readWithDeltaRs(python, `${folder}/checkpointed`);
    expect(
      sorted(seen.rows.map(({ n, note }) => ({ n: BigInt(n as number), note: note as string | null }))),
    ).toEqual(sorted((await rowsOf(begun)).map(({ n, note }) => ({ n: n!, note: note ?? null }))));
  },
);

const FIELDS: Field[] = (
  [
    'string',
    'long',
    'integer',
    'short',
    'byte',
    'float',
    'double',
    'boolean',
    'binary',
    'date',
    'timestamp',
  ] as const
).map((type) => field(type, type));
const ROWS: Row[] = [
  {
    string: 'é 日本 \u{1d11e}',
    long: 2n ** 63n - 1n,
    integer: 2 ** 31 - 1,
    short: -(2 ** 15),
    byte: 127,
    float: Math.fround(0.1),
    double: 5e-324,
    boolean: true,
    binary: Uint8Array.of(0, 255),
    date: '1901-02-03',
    timestamp: -304_959_294_999_995n,
  },
  {
    string: '',
    long: -(2n ** 63n),
    integer: -(2 ** 31),
    short: 2 ** 15 - 1,
    byte: -128,
    float: Math.fround(-3.4e38),
    double: 1e300,
    boolean: false,
    binary: new Uint8Array(),
    date: '2100-12-31',
    timestamp: 4_102_444_800_000_000n,
  },
  Object.fromEntries(FIELDS.map(({ name }) => [name, null])),
];
const AWKWARD = ['plain', 'a b', 'a=b', '50%', 'é/日本', 'q?#&+', null, 'x:y\'z"[]{}^', '..', '\u{1d11e}'];

testWithPython(
  'delta-rs reads every type that we write, as a column and as a partition, awkward values and all',
  async (python) => {
    for (const by of [
      undefined,
      'string',
      'long',
      'integer',
      'short',
      'byte',
      'double',
      'boolean',
      'date',
      'timestamp',
    ]) {
      const folder = temporaryFolder();
      const table = await DeltaTable.openOrCreate(localFiles(folder), {
        fields: FIELDS,
        partitionColumns: by ? [by] : [],
      });
      const rows: Row[] = by === 'string' ? AWKWARD.map((string) => ({ ...ROWS[0]!, string })) : ROWS;
      const columns = Object.fromEntries(FIELDS.map(({ name }) => [name, rows.map((row) => row[name]!)]));
      await table.append({ rowCount: rows.length, columns });
      const ours = (await rowsOf(table)).map((row) => plain(row, FIELDS));
      expect(sorted(ours as Row[]), `our own, by ${by}`).toEqual(
        sorted(rows.map((row) => plain(row, FIELDS)) as Row[]),
      );
      const seen = await readWithDeltaRs(python, folder);
      const digits = new Set(['long', 'integer', 'short', 'byte']);
      const theirs = seen.rows.map((row) =>
        Object.fromEntries(
          Object.entries(row)
            .map(
              ([name, value]) => [name, digits.has(name) && value !== null ? `int ${value}` : value] as const,
            )
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        ),
      );
      // Longs beyond 2^53 do not survive the script's JSON: they are compared by the first digits.
      const short = (row: Record<string, unknown>) => ({
        ...row,
        long: row.long && String(row.long).slice(0, 18),
      });
      expect(sorted(theirs.map(short) as Row[]), `delta-rs, by ${by}`).toEqual(
        sorted(ours.map(short) as Row[]),
      );
    }
  },
  120_000,
);
