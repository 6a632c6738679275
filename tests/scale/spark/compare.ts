import { join } from 'node:path';
import { PIPELINE_TABLES, type PipelineTable } from '../../../src/cloud/pipeline/tables.ts';
import { openDeltaTable } from '../../../src/store/index.ts';
import { toRows } from '../../../src/store/rows.ts';
import { say } from '../../fixtures/step.ts';

export type Row = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface Differences {
  compared: number;
  missing: number;
  doubled: number;
  /** Rows that are not equal, and rows that should not be there. */
  wrong: number;
}

/** Numbers that differ by less than this part of them are equal: sums of doubles depend on their order. */
const TOLERANCE = 1e-9;
const SHOWN = 3;

/** All rows of a table that Spark wrote, by the store; its columns have to be those of the definition. */
export async function readTable(folder: string, name: string): Promise<Row[]> {
  const table = tableOf(name);
  const delta = await openDeltaTable(join(folder, name));
  const found = delta.fields.map((field) => `${field.name} ${String(field.type)}`);
  const wanted = table.columns.map((column) => `${column.name} ${String(column.type)}`);
  if (found.join() !== wanted.join())
    throw new Error(`${name} has the columns ${found.join(', ')}, and not ${wanted.join(', ')}`);
  const rows: Row[] = [];
  for await (const batch of await delta.read()) for (const row of toRows<Row>(table, batch)) rows.push(row);
  return rows;
}

export const tableOf = (name: string): PipelineTable => PIPELINE_TABLES.find((table) => table.name === name)!;

/** @param expected rows with the columns that are to be equal */
export function compareRows(name: string, found: readonly Row[], expected: readonly Row[]): Differences {
  const { key } = tableOf(name);
  const keyOf = (row: Row) => key.map((column) => row[column]).join(' ');
  const differences: Differences = { compared: expected.length, missing: 0, doubled: 0, wrong: 0 };
  let shown = 0;
  const show = (what: string, ...rows: (Row | undefined)[]) => {
    if (shown++ < SHOWN) say(`  ${name}: ${what} ${rows.map((row) => JSON.stringify(row)).join(' is not ')}`);
  };
  const byKey = new Map<string, Row>();
  for (const row of found) {
    if (byKey.has(keyOf(row))) {
      differences.doubled++;
      show('doubled', row);
    }
    byKey.set(keyOf(row), row);
  }
  for (const row of expected) {
    const other = byKey.get(keyOf(row));
    if (!other) {
      differences.missing++;
      show('missing', row);
    } else if (!Object.entries(row).every(([column, value]) => isEqual(value, other[column]!))) {
      differences.wrong++;
      show('wrong', other, row);
    }
    byKey.delete(keyOf(row));
  }
  differences.wrong += byKey.size;
  for (const row of byKey.values()) show('not expected', row);
  return differences;
}

function isEqual(a: Row[string], b: Row[string]): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return a === b;
  return a === b || Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
}
