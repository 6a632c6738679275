import { setTimeout as sleep } from 'node:timers/promises';
import { type DataType, DeltaTable, type Field, field, type Value } from '../../src/store/delta/index.ts';
import { type Files, openFiles } from '../../src/store/files/index.ts';
import { canonicalRows } from './canonical.ts';

type Row = Readonly<Record<string, Value>>;

/** A table that we made, and the rows that every version has to have, kept by hand and not read from it. */
export interface Ours {
  readonly name: string;
  readonly location: string;
  readonly table: DeltaTable;
  readonly versions: ReadonlyMap<
    number,
    { readonly fields: readonly Field[]; readonly rows: readonly string[] }
  >;
}

const NESTED: Field[] = [
  field('list', { type: 'array', elementType: 'long', containsNull: true }),
  field('map', { type: 'map', keyType: 'string', valueType: 'double', valueContainsNull: true }),
  field('one', {
    type: 'struct',
    fields: [
      field('a', 'string'),
      field('days', { type: 'array', elementType: 'date', containsNull: false }),
      field('m', 'decimal(20,4)'),
    ],
  }),
];
const SIMPLE: Field[] = (
  [
    'string', 'long', 'integer', 'short', 'byte', 'float', 'double', 'boolean', 'binary', 'date', 'timestamp',
    'decimal(9,2)', 'decimal(18,6)', 'decimal(38,18)',
  ] as DataType[]
).map((type) => field((type as string).replace(/\W+/g, '_'), type)); // biome-ignore format: as one list

const EXTREMES: Row[] = [
  {
    string: 'é 日本 \u{1d11e} \'"\\\n\t', long: 2n ** 63n - 1n, integer: 2 ** 31 - 1, short: -(2 ** 15), byte: 127,
    float: Math.fround(0.1), double: 5e-324, boolean: true, binary: Uint8Array.of(0, 255, 128),
    date: '1901-02-03', timestamp: -304_959_294_999_995n, decimal_9_2_: '-1234567.89',
    decimal_18_6_: '999999999999.999999', decimal_38_18_: '99999999999999999999.999999999999999999',
    list: [1n, null, -(2n ** 63n)], map: { a: 1.5, 'é=%': null }, one: { a: 'x', days: ['2026-11-24'], m: '-0.0001' },
  },
  {
    string: '', long: -(2n ** 63n), integer: -(2 ** 31), short: 2 ** 15 - 1, byte: -128,
    float: Math.fround(-3.4e38), double: Number.NaN, boolean: false, binary: new Uint8Array(),
    date: '2100-12-31', timestamp: 4_102_444_800_000_000n, decimal_9_2_: '0.00', decimal_18_6_: '-0.000001',
    decimal_38_18_: '-0.000000000000000001', list: [], map: {}, one: { a: null, days: [], m: null },
  },
  { string: 'x'.repeat(100), double: Number.POSITIVE_INFINITY, float: Number.NEGATIVE_INFINITY, long: 2n ** 53n + 1n },
  {},
]; // biome-ignore format: as a table
const AWKWARD = [
  'plain', 'a b', ' lead', 'a=b', '50%', '%20', 'é/日本', 'q?#&+', 'x:y\'z"[]{}^', '..', 'a\\b', '\u{1d11e}', 'a,b;c', null,
]; // biome-ignore format: as one list

function filled(rows: readonly Row[], fields: readonly Field[]): Row[] {
  return rows.map((row) => Object.fromEntries(fields.map(({ name }) => [name, row[name] ?? null])));
}

class Ledger {
  readonly table: DeltaTable;
  readonly versions = new Map<number, { fields: readonly Field[]; rows: readonly string[] }>();
  rows: Row[] = [];

  constructor(table: DeltaTable) {
    this.table = table;
    this.note();
  }

  /** What the newest version has to hold from here on. */
  note(): void {
    const { fields, version } = this.table;
    this.versions.set(version, { fields, rows: canonicalRows(filled(this.rows, fields), fields) });
  }

  async append(rows: readonly Row[]): Promise<void> {
    const { fields } = this.table;
    const all = filled(rows, fields);
    const columns = Object.fromEntries(fields.map(({ name }) => [name, all.map((row) => row[name]!)]));
    await this.table.append({ rowCount: rows.length, columns });
    this.rows = [...this.rows, ...rows];
    this.note();
  }
}

/** Our tables below a location; with each the rows of each version. */
export async function makeOurs(root: string): Promise<Ours[]> {
  const made: Ours[] = [];
  const start = async (name: string, fields: readonly Field[], partitionColumns: string[] = []) => {
    const location = `${root}/${name}`;
    const ledger = new Ledger(
      await DeltaTable.openOrCreate(await openFiles(location), { fields, partitionColumns }),
    );
    made.push({ name, location, table: ledger.table, versions: ledger.versions });
    return ledger;
  };

  const types = await start('types', [...SIMPLE, ...NESTED]);
  await types.append(EXTREMES);
  const wallClock = await start('ntz', [field('n', 'long'), field('t', 'timestamp_ntz')]);
  await wallClock.append([{ n: 1n, t: -1n }, { n: 2n, t: 1_700_000_000_000_001n }, { n: 3n }]);
  for (const by of [
    'string',
    'long',
    'integer',
    'short',
    'byte',
    'double',
    'boolean',
    'date',
    'timestamp',
    'decimal(9,2)',
  ]) {
    const name = by.replace(/\W+/g, '_');
    const ledger = await start(`by-${name}`, [field('n', 'long'), field(name, by as DataType)], [name]);
    const extremes = EXTREMES.slice(0, 2).map((row) => row[name]!);
    const values: Value[] =
      by === 'string' ? AWKWARD : [...extremes.filter((value) => !Number.isNaN(value)), null];
    await ledger.append(values.map((value, n) => ({ n: BigInt(n), [name]: value })));
  }
  await lived(
    await start(
      'lived',
      [field('n', 'long'), field('symbol', 'string'), field('t', 'timestamp'), field('price', 'double')],
      ['symbol'],
    ),
  );
  return made;
}

/** A table with a past: checkpoints, every verb, and a column that came later. */
async function lived(ledger: Ledger): Promise<void> {
  const { table } = ledger;
  const row = (n: number, price = n / 4): Row => ({
    n: BigInt(n),
    symbol: [`BTC USD`, 'ETH=%', null][n % 3]!,
    t: 1_700_000_000_000_000n - BigInt(n),
    price,
  });
  for (let n = 0; n < 36; n += 3) await ledger.append([row(n), row(n + 1), row(n + 2)]);
  await table.delete({ n: { in: [4, 5] } });
  ledger.rows = ledger.rows.filter(({ n }) => n !== 4n && n !== 5n);
  ledger.note();
  const merged = [row(6, -6), row(100)];
  await table.merge(
    {
      rowCount: 2,
      columns: Object.fromEntries(
        Object.keys(merged[0]!).map((name) => [name, merged.map((one) => one[name]!)]),
      ),
    },
    { on: ['n', 'symbol'] },
  );
  ledger.rows = [...ledger.rows.filter(({ n }) => n !== 6n), ...merged];
  ledger.note();
  const before = { version: table.version, rows: ledger.rows };
  await table.overwrite(
    { rowCount: 1, columns: { n: [200n], symbol: ['ETH=%'], t: [null], price: [null] } },
    { symbol: 'ETH=%' },
  );
  ledger.rows = [
    ...ledger.rows.filter(({ symbol }) => symbol !== 'ETH=%'),
    { n: 200n, symbol: 'ETH=%', t: null, price: null },
  ];
  ledger.note();
  const { version } = await table.optimize({ sortBy: ['symbol', 't'] });
  if (version === undefined) throw new Error('OPTIMIZE found nothing to do');
  ledger.note();
  await table.restore(before.version);
  ledger.rows = before.rows;
  ledger.note();
  await table.addColumns([field('note', 'string'), field('more', NESTED[2]!.type)]);
  ledger.note();
  await ledger.append([{ ...row(300), note: 'later', more: { a: 'y', days: [], m: '1.0000' } }]);
  await table.addConstraint('known', 'n >= 0 AND n < 1000');
  ledger.note();
  await ledger.append([row(301)]);
  await table.optimize({ sortBy: ['symbol', 't'] });
  ledger.note();
  await sleep(1_100); // storages that count whole seconds
  await table.vacuum({ olderThanMs: 0, force: true });
  // Its files are gone: only what the newest version needs is left.
  for (const old of [...ledger.versions.keys()]) if (old < table.version) ledger.versions.delete(old);
  await ledger.append([row(302)]);
}

export async function rowsOfOurs(files: Files, version: number, fields: readonly Field[]): Promise<string[]> {
  const table = await DeltaTable.open(files);
  const rows: Row[] = [];
  for await (const { rowCount, columns } of await table.read({ version })) {
    for (let at = 0; at < rowCount; at++)
      rows.push(Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column[at]!])));
  }
  return canonicalRows(rows, fields);
}
