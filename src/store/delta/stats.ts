import { decimalOf } from './schema.ts';
import type { Batch, Column, DataType, Field, Value } from './types.ts';
import { orderOf } from './values.ts';

/** Statistics of one data file; `minValues` and `maxValues` in their JSON forms. */
export interface Stats {
  readonly numRecords: number;
  readonly minValues?: Readonly<Record<string, unknown>>;
  readonly maxValues?: Readonly<Record<string, unknown>>;
  readonly nullCount?: Readonly<Record<string, unknown>>;
}

/** Characters of a text that are kept, as Spark does. */
const PREFIX = 32;
const LAST_CHARACTER = '\u{10ffff}';

/** Statistics of the first `indexed` columns; no bounds for columns that hold NaN, or bytes, or truth values. */
export function statsOf(batch: Batch, fields: readonly Field[], indexed: number): string {
  const minValues: Record<string, unknown> = {};
  const maxValues: Record<string, unknown> = {};
  const nullCount: Record<string, number> = {};
  for (const { name, type } of fields.slice(0, indexed)) {
    const column = batch.columns[name];
    if (!column || typeof type !== 'string') continue;
    const bounds = typedBounds(column) ?? boundsOf(column, type);
    nullCount[name] = bounds.nulls;
    if (bounds.least === undefined || !hasBounds(type) || bounds.odd) continue;
    minValues[name] = writeBound(bounds.least, type, 'least');
    maxValues[name] = writeBound(bounds.most!, type, 'most');
  }
  return stringify({ numRecords: batch.rowCount, minValues, maxValues, nullCount });
}

function hasBounds(type: DataType): boolean {
  return type !== 'binary' && type !== 'boolean';
}

function boundsOf(
  column: Column,
  type: DataType,
): { least?: Value; most?: Value; nulls: number; odd: boolean } {
  const order = orderOf(type);
  let least: Value | undefined;
  let most: Value | undefined;
  let nulls = 0;
  let odd = false;
  for (let row = 0; row < column.length; row++) {
    const value = column[row];
    if (value === null || value === undefined) {
      nulls++;
    } else if (least === undefined) {
      least = value;
      most = value;
      odd = isOdd(value);
    } else if (isOdd(value)) {
      odd = true;
    } else if (order(value, least) < 0) {
      least = value;
    } else if (order(value, most!) > 0) {
      most = value;
    }
  }
  return { ...(least === undefined ? {} : { least, most: most! }), nulls, odd };
}

/** The same for a column in a typed array, whose elements compare as numbers; many times as fast. */
function typedBounds(column: Column): ReturnType<typeof boundsOf> | undefined {
  if (column instanceof Float64Array) return numericBounds(column);
  if (column instanceof BigInt64Array) return numericBounds(column);
  return undefined;
}

function numericBounds<T extends number | bigint>(
  column: ArrayLike<T>,
): ReturnType<typeof boundsOf> | undefined {
  if (column.length === 0) return undefined;
  let least = column[0]!;
  let most = least;
  for (let row = 0; row < column.length; row++) {
    const value = column[row]!;
    if (value < least) least = value;
    else if (value > most) most = value;
    else if (Number.isNaN(value)) return undefined; // the plain way knows what to do
  }
  return { least, most, nulls: 0, odd: isOdd(least) || isOdd(most) };
}

/** Numbers that JSON can not write. */
function isOdd(value: Value): boolean {
  return typeof value === 'number' && !Number.isFinite(value);
}

function writeBound(value: Value, type: DataType, side: 'least' | 'most'): unknown {
  if (type === 'timestamp' || type === 'timestamp_ntz') return writeMilliseconds(value as bigint, type);
  if (decimalOf(type)) return raw(value as string);
  if (typeof value !== 'string') return value;
  const characters = value.length > PREFIX ? [...value] : [];
  if (characters.length <= PREFIX) return value;
  const prefix = characters.slice(0, PREFIX).join('');
  return side === 'least' ? prefix : prefix + LAST_CHARACTER;
}

/** Cut down to the millisecond, as the protocol has it: a reader adds one to an upper bound. */
function writeMilliseconds(micros: bigint, type: 'timestamp' | 'timestamp_ntz'): string {
  const ms = micros / 1000n - (micros % 1000n < 0n ? 1n : 0n);
  const iso = new Date(Number(ms)).toISOString();
  return type === 'timestamp' ? iso : iso.slice(0, -1);
}

/** JSON with bigints as plain numbers, digit for digit. */
function stringify(stats: Stats): string {
  return JSON.stringify(stats, (_, value) => (typeof value === 'bigint' ? raw(String(value)) : value));
}

/** A number that goes into JSON with just these digits. */
function raw(digits: string): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(digits);
}
