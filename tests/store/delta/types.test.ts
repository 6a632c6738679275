import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareDecimals, fromUnscaled, toUnscaled } from '../../../src/store/delta/decimal.ts';
import { type DataType, DeltaTable, type Field, field, type Value } from '../../../src/store/delta/index.ts';
import { memoryFiles } from '../../../src/store/files/index.ts';
import { rowsOf } from './rows.ts';

const struct = (...fields: Field[]): DataType => ({ type: 'struct', fields });
const array = (elementType: DataType, containsNull = true): DataType => ({
  type: 'array',
  elementType,
  containsNull,
});
const map = (keyType: DataType, valueType: DataType): DataType => ({
  type: 'map',
  keyType,
  valueType,
  valueContainsNull: true,
});

const tableOf = (fields: Field[], partitionColumns: string[] = []) =>
  DeltaTable.openOrCreate(memoryFiles(), { fields, partitionColumns });

const CASES: [DataType, Value[]][] = [
  ['decimal(9,2)', ['0.00', '-1234567.89', '9999999.99', null]],
  ['decimal(18,0)', ['0', '-999999999999999999', '999999999999999999']],
  ['decimal(38,18)', ['99999999999999999999.999999999999999999', '-0.000000000000000001', null]],
  ['decimal(38,38)', ['0.12345678901234567890123456789012345678']],
  [array('long'), [[1n, null, -(2n ** 63n)], [], null]],
  [array(array('string')), [[['a'], [], null], null, []]],
  [map('string', 'double'), [{ a: 1.5, b: null }, {}, null]],
  [map('long', 'decimal(5,1)'), [{ '-5': '1.5' }]],
  [map('date', 'boolean'), [{ '2026-11-24': true }]],
  [struct(field('x', 'long'), field('y', 'string')), [{ x: 1n, y: null }, null, { x: null, y: 'é' }]],
  [
    array(struct(field('at', 'timestamp'), field('m', map('string', array('integer'))))),
    [[{ at: 5n, m: { k: [1, null] } }, null], [{ at: null, m: null }]],
  ],
  [struct({ ...field('needed', 'date'), nullable: false }), [{ needed: '1969-12-31' }, null]],
];

test.each(CASES.map(([type, values]) => ({ name: JSON.stringify(type), type, values })))(
  '$name comes back as it went in, and through OPTIMIZE too',
  async ({ type, values }) => {
    const table = await tableOf([field('v', type), field('n', 'long')]);
    for (const [n, value] of values.entries())
      await table.append({ rowCount: 1, columns: { v: [value], n: [BigInt(n)] } });
    const rows = async () =>
      (await rowsOf(table)).sort((a, b) => Number(a.n) - Number(b.n)).map(({ v }) => v);
    expect(await rows()).toEqual(values);
    await table.optimize();
    expect(await rows()).toEqual(values);
  },
);

test('decimals are compared as numbers: in filters, in partitions, in keys, in constraints and sorted', async () => {
  const table = await tableOf([field('d', 'decimal(6,2)'), field('p', 'decimal(4,1)')], ['p']);
  const d = ['9.5', '10', '-3', '0.07', null];
  await table.append({ rowCount: 5, columns: { d, p: ['9', '10', '-1.5', null, '2'] } });
  const found = async (where: object) => {
    const rows: Value[] = [];
    const scan = await table.read({ where: where as never });
    for await (const { columns } of scan) rows.push(...columns.d!);
    return { rows: rows.sort(), skipped: scan.report.filesSkippedByPartition };
  };
  expect((await found({ d: { gt: '9.4999' } })).rows).toEqual(['10.00', '9.50']);
  expect((await found({ d: { lt: 1 } })).rows).toEqual(['-3.00', '0.07']);
  expect(await found({ p: { gte: 9.5 } })).toEqual({ rows: ['10.00'], skipped: 4 });
  await table.merge({ rowCount: 1, columns: { d: ['10.000'], p: ['10.0'] } }, { on: ['d', 'p'] });
  expect((await found({ d: 10 })).rows).toEqual(['10.00']);
  await table.addConstraint('small', 'd < 1000.00 OR d IS NULL');
  await expect(table.append({ rowCount: 1, columns: { d: ['1000'], p: [null] } })).rejects.toMatchObject({
    code: 'SCHEMA_MISMATCH',
  });
});

test('a decimal keeps its value through its form, and their order is that of numbers', () => {
  const decimal = fc.tuple(
    fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
    fc.integer({ min: 0, max: 20 }),
  );
  fc.assert(
    fc.property(decimal, decimal, ([a, s], [b, t]) => {
      const [x, y] = [fromUnscaled(a, s), fromUnscaled(b, t)];
      expect(toUnscaled(x, { precision: 38, scale: s })).toBe(a);
      const order = a * 10n ** BigInt(t) - b * 10n ** BigInt(s);
      expect(Math.sign(compareDecimals(x, y))).toBe(order < 0n ? -1 : order > 0n ? 1 : 0);
    }),
  );
});

const MISFITS: [DataType, unknown, RegExp][] = [
  ['decimal(4,2)', '100', /at most 4 digits, 2 after the point/],
  ['decimal(4,2)', '1.234', /at most 4 digits/],
  ['decimal(4,2)', 1.5, /a text/],
  [array('long'), [1], /an array of its element type/],
  [array('long', false), [null], /an array/],
  [struct(field('x', 'long')), { x: 1n, z: 2n }, /fields of the struct and no others/],
  [struct({ ...field('x', 'long'), nullable: false }), {}, /fields of the struct/],
  [map('long', 'string'), { a: 'b' }, /keys and values/],
];

test.each(MISFITS.map(([type, value, message]) => ({ name: JSON.stringify(type), type, value, message })))(
  '$name refuses what does not fit it',
  async ({ type, value, message }) => {
    const table = await tableOf([field('v', type)]);
    await expect(table.append({ rowCount: 1, columns: { v: [value as Value] } })).rejects.toMatchObject({
      code: 'SCHEMA_MISMATCH',
      message: expect.stringMatching(message),
    });
    expect(table.version).toBe(0);
  },
);
