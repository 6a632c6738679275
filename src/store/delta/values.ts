import { CandlebookError } from '../../market/index.ts';
import { compareBytes } from '../files/index.ts';
import { compareDecimals, fromUnscaled, toUnscaled } from './decimal.ts';
import { mapKey } from './parquet-encode.ts';
import { decimalOf } from './schema.ts';
import type { Batch, Column, DataType, Field, Value } from './types.ts';

const INTEGER_BITS: Partial<Record<string, number>> = { integer: 32, short: 16, byte: 8 };
const DATE = /^\d{4}-\d\d-\d\d$/;
const LEAST_LONG = -(2n ** 63n);
const MOST_LONG = 2n ** 63n - 1n;

const EXPECTED_NESTED = {
  struct: 'an object with the fields of the struct and no others',
  array: 'an array of its element type',
  map: 'an object whose keys and values are of the types of the map',
};

/** How a column's values are checked before they are written; says what is expected. */
export function expected(type: DataType): string {
  if (typeof type !== 'string') return EXPECTED_NESTED[type.type];
  const decimal = decimalOf(type);
  if (decimal) return `a text of at most ${decimal.precision} digits, ${decimal.scale} after the point`;
  const bits = INTEGER_BITS[type];
  if (bits) return `a whole number of ${bits} bits`;
  if (type === 'long') return 'a bigint of 64 bits';
  if (type.startsWith('timestamp')) return 'a bigint, microseconds since 1970';
  if (type === 'date') return 'a text such as "2026-11-24"';
  if (type === 'binary') return 'bytes';
  if (type === 'double' || type === 'float') return 'a number';
  return `a ${type}`;
}

export function fits(value: Value, type: DataType): boolean {
  switch (type) {
    case 'string':
      return typeof value === 'string';
    case 'double':
    case 'float':
      return typeof value === 'number';
    case 'integer':
    case 'short':
    case 'byte': {
      const bound = 2 ** (INTEGER_BITS[type]! - 1);
      return Number.isInteger(value) && (value as number) >= -bound && (value as number) < bound;
    }
    case 'long':
    case 'timestamp':
    case 'timestamp_ntz':
      return typeof value === 'bigint' && value >= LEAST_LONG && value <= MOST_LONG;
    case 'boolean':
      return typeof value === 'boolean';
    case 'date':
      return typeof value === 'string' && DATE.test(value) && !Number.isNaN(Date.parse(value));
    case 'binary':
      return value instanceof Uint8Array;
    case 'void':
      return false;
    default:
      return typeof type === 'string'
        ? toUnscaled(value, decimalOf(type)!) !== undefined
        : fitsNested(value, type);
  }
}

function fitsNested(value: Value, type: Exclude<DataType, string>): boolean {
  const fitsOrNull = (inner: unknown, innerType: DataType, nullable: boolean) =>
    inner === null || inner === undefined ? nullable : fits(inner as Value, innerType);
  if (type.type === 'array') {
    return (
      Array.isArray(value) && value.every((inner) => fitsOrNull(inner, type.elementType, type.containsNull))
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value))
    return false;
  const entries = Object.entries(value);
  if (type.type === 'map') {
    return entries.every(
      ([key, inner]) =>
        fits(mapKey(key, type.keyType) as Value, type.keyType) &&
        fitsOrNull(inner, type.valueType, type.valueContainsNull),
    );
  }
  const names = new Set(type.fields.map(({ name }) => name));
  return (
    entries.every(([key]) => names.has(key)) &&
    type.fields.every((field) =>
      fitsOrNull((value as Record<string, unknown>)[field.name], field.type, field.nullable),
    )
  );
}

export type Order = (a: Value, b: Value) => number;

/** The order of values of a type, neither null. */
export function orderOf(type: DataType): Order {
  return decimalOf(type) ? (compareDecimals as Order) : compareValues;
}

/** Order of two values of one type other than decimal, neither null. NaN sorts after every number. */
export function compareValues(a: Value, b: Value): number {
  if (typeof a === 'string') return compareBytes(a, b as string);
  if (a instanceof Uint8Array) return Buffer.compare(a, b as Uint8Array);
  if (a === b) return 0;
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  if (Number.isNaN(b)) return -1;
  return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0;
}

/**
 * Holds rows against a schema: every column there and none besides (a nullable one may be left out), every
 * value of its type, no null where none is allowed.
 *
 * @returns the batch with the schema's columns in the schema's order
 * @throws CandlebookError SCHEMA_MISMATCH naming the column, the row and the value; TABLE_UNSUPPORTED for a
 *   type that can not be written
 */
export function conform(batch: Batch, fields: readonly Field[]): Batch {
  const unknown = Object.keys(batch.columns).filter((name) => !fields.some((known) => known.name === name));
  if (unknown.length > 0) {
    throw mismatch(`The table has no column ${unknown.join(', ')}.`, unknown[0], fields);
  }
  const columns = fields.map((one) => [one.name, conformColumn(batch, one)] as const);
  return { rowCount: batch.rowCount, columns: Object.fromEntries(columns) };
}

function conformColumn(batch: Batch, { name, type, nullable }: Field): Column {
  if (type === 'void') {
    throw new CandlebookError(
      'TABLE_UNSUPPORTED',
      `Column ${name} has the type "void", which can be read but not written.`,
      { value: type, hint: 'Give the column a type, with Spark.' },
    );
  }
  const column = batch.columns[name];
  if (!column) {
    if (nullable) return new Array(batch.rowCount).fill(null);
    throw mismatch(`Column ${name} is missing, and it may not be null.`, name);
  }
  if (column.length !== batch.rowCount) {
    throw mismatch(`Column ${name} has ${column.length} values for ${batch.rowCount} rows.`, column.length);
  }
  const stored = storedForm(type);
  const inForm = () => (stored ? (Array.from(column, stored) as Column) : column);
  if (ArrayBuffer.isView(column) && typed(column, type)) return inForm();
  let good: Value | undefined;
  for (let row = 0; row < column.length; row++) {
    const value = column[row];
    if (value === good && value !== undefined) continue; // as the row before: symbols and days repeat
    if (value === null || value === undefined) {
      if (!nullable) throw mismatch(`Column ${name} is null in row ${row}, and it may not be.`, value);
    } else if (!fits(value, type)) {
      throw mismatch(
        `Column ${name} is ${shown(value)} in row ${row}; it has to be ${expected(type)}.`,
        value,
      );
    } else {
      good = value;
    }
  }
  return inForm();
}

/** A value as the file will hold it, so that statistics, keys and rows say the same; `undefined` where it is that already. */
function storedForm(type: DataType): ((value: Value) => Value) | undefined {
  if (type === 'float') return (value) => (typeof value === 'number' ? Math.fround(value) : value);
  const decimal = decimalOf(type);
  if (!decimal) return undefined;
  return (value) =>
    typeof value === 'string' ? fromUnscaled(toUnscaled(value, decimal)!, decimal.scale) : value;
}

/** Typed arrays whose every element fits the column by its kind. */
function typed(column: object, type: DataType): boolean {
  if (column instanceof Float64Array) return type === 'double' || type === 'float';
  if (column instanceof BigInt64Array)
    return type === 'long' || type === 'timestamp' || type === 'timestamp_ntz';
  return column instanceof Int32Array && type === 'integer';
}

function shown(value: Value): string {
  const text =
    typeof value === 'bigint'
      ? `${value}n`
      : (JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? String(inner) : inner)) ??
        String(value));
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function mismatch(message: string, value: unknown, fields?: readonly Field[]): CandlebookError {
  return new CandlebookError('SCHEMA_MISMATCH', message, {
    value,
    hint: fields
      ? `Its columns are ${fields.map(({ name }) => name).join(', ')}.`
      : 'Nothing of these rows was written: correct them and append again.',
  });
}
