import { expect, test } from 'vitest';
import { matchingRows } from '../../../src/store/delta/expression.ts';
import { DeltaTable, type Field, field } from '../../../src/store/delta/index.ts';
import { parseSql } from '../../../src/store/delta/sql-expression.ts';
import { localFiles, memoryFiles } from '../../../src/store/files/index.ts';
import { testWithPython } from '../../fixtures/python.ts';
import { temporaryFolder } from '../folder.ts';
import { readWithDeltaRs } from '../readers/delta-rs.ts';
import { type Row, rowsOf, toBatch } from './rows.ts';

const FIELDS: Field[] = [
  field('symbol', 'string'),
  field('low price', 'double'),
  field('high', 'double'),
  field('n', 'long'),
  field('day', 'date'),
  field('at', 'timestamp'),
  field('ok', 'boolean'),
];
const ROWS: Row[] = [
  { symbol: 'BTC', 'low price': 1, high: 2, n: 5n, day: '2026-11-24', at: 1_795_478_400_000_000n, ok: true },
  { symbol: "O'ETH", 'low price': 3, high: 2, n: -5n, day: '2025-01-01', at: 0n, ok: false },
  { symbol: null, 'low price': null, high: Number.NaN, n: null, day: null, at: null, ok: null },
];

test.each<[sql: string, rows: number[]]>([
  ["symbol = 'BTC'", [0]],
  ["'BTC' = SYMBOL", [0]],
  ["symbol <> 'BTC'", [1]],
  ["symbol = 'O''ETH'", [1]],
  ['`low price` <= high', [0]],
  ['NOT (`low price` <= high)', [1]],
  ['high > 1.5e0', [0, 1]],
  ['-5 = n', [1]],
  ['n > -5.5', [0, 1]],
  ['n BETWEEN -5 AND 0', [1]],
  ['n NOT BETWEEN -5 AND 0', [0]],
  ["symbol IN ('BTC', 'DOGE') OR n IS NULL", [0, 2]],
  ["symbol NOT IN ('BTC')", [1]],
  ['symbol IS NOT NULL AND ok', [0]],
  ['NOT ok', [1]],
  ['ok = true', [0]],
  ["day >= DATE '2026-01-01'", [0]],
  ["at > '2020-01-01' and at<=timestamp '2026-11-24 00:00:00'", [0]],
  ['1 < n AND n < 9 OR n < 0', [0, 1]],
  ['n != 5', [1]],
])('%s', (sql, rows) => {
  expect(matchingRows(parseSql(sql, FIELDS), toBatch(ROWS, FIELDS))).toEqual(rows);
});

test.each([
  ['length(symbol) > 3', /length is not understood/],
  ['n + 1 > 3', /\+ 1 > 3 is not understood/],
  ['n >', /ends too early/],
  ['(n > 3', /\) is missing before the end/],
  ['n > 3)', /\) is not understood/],
  ['nothing > 3', /no column nothing/],
  ["n > 'three'", /n is compared with three/],
  ['n > high', /different types/],
  ['1 > 2', /two values/],
  ["symbol LIKE 'B%'", /symbol is compared with true/],
  ["ok LIKE 'B%'", /LIKE is not understood/],
  ['', /ends too early/],
])('what is not understood is refused, never guessed: %s', (sql, message) => {
  expect(() => parseSql(sql, FIELDS)).toThrow(message);
});

const batch = (n: number | null, symbol: string | null = 'BTC') => ({
  rowCount: 2,
  columns: { n: [1n, n === null ? null : BigInt(n)], symbol: ['BTC', symbol] },
});
const define = { fields: [field('n', 'long'), field('symbol', 'string')] };

test('rows that do not meet a constraint are refused whole, with the constraint, the row and its values', async () => {
  const table = await DeltaTable.openOrCreate(memoryFiles(), define);
  await table.append(batch(2));
  await expect(table.addConstraint('large', 'n > 1')).rejects.toMatchObject({ code: 'SCHEMA_MISMATCH' });
  expect(table.version).toBe(1);
  await table.addConstraint('Positive', "n > 0 AND symbol <> 'X'");
  await expect(table.append(batch(0))).rejects.toMatchObject({
    code: 'SCHEMA_MISMATCH',
    message: expect.stringMatching(
      /Row 1 does not meet constraint positive \(n > 0 AND symbol <> 'X'\): n = 0, symbol = BTC\./,
    ),
  });
  for (const broken of [batch(null), batch(3, null), batch(3, 'X')]) {
    await expect(table.append(broken)).rejects.toMatchObject({ value: 'positive' });
  }
  await table.append(batch(7));
  expect(await rowsOf(table)).toHaveLength(4);
  await expect(table.addConstraint('positive', 'n > -1')).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  await expect(table.addConstraint('odd', 'n % 2 = 1')).rejects.toMatchObject({ code: 'TABLE_UNSUPPORTED' });
  await table.setProperties({ mine: 'kept' });
  await expect(table.append(batch(-1))).rejects.toMatchObject({ value: 'positive' });
});

test('NaN meets no constraint: engines do not agree on its order', async () => {
  const table = await DeltaTable.openOrCreate(memoryFiles(), { fields: [field('x', 'double')] });
  await table.addConstraint('small', 'NOT (x > 5)');
  const rows = (x: number) => ({ rowCount: 1, columns: { x: [x] } });
  await table.append(rows(5));
  await expect(table.append(rows(6))).rejects.toMatchObject({ value: 'small' });
  await expect(table.append(rows(Number.NaN))).rejects.toMatchObject({ value: 'small' });
});

test('invariants of a column hold too; one that can not be checked closes the table for writing, not for reading', async () => {
  const invariant = (expression: string) => ({
    fields: [
      {
        ...field('n', 'long'),
        metadata: { 'delta.invariants': JSON.stringify({ expression: { expression } }) },
      },
      field('symbol', 'string'),
    ],
  });
  const table = await DeltaTable.openOrCreate(memoryFiles(), invariant('n < 5'));
  await table.append(batch(4));
  await expect(table.append(batch(5))).rejects.toMatchObject({ value: 'invariant of n' });
  const strange = await DeltaTable.openOrCreate(memoryFiles(), invariant('sqrt(n) < 5'));
  await expect(strange.append(batch(4))).rejects.toMatchObject({
    code: 'TABLE_UNSUPPORTED',
    message: expect.stringContaining('sqrt(n) < 5'),
  });
  expect(await rowsOf(strange)).toEqual([]);
});

testWithPython('delta-rs finds the constraint and the protocol that it needs', async (python) => {
  const folder = temporaryFolder();
  const table = await DeltaTable.openOrCreate(localFiles(folder), define);
  await table.append(batch(2));
  await table.addConstraint('positive', 'n > 0');
  await table.append(batch(3));
  const seen = await readWithDeltaRs(python, folder);
  expect(seen.protocol).toEqual([1, 3]);
  expect(seen.configuration).toEqual({ 'delta.constraints.positive': 'n > 0' });
  expect(seen.rows).toHaveLength(4);
});
