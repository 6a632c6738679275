import { CandlebookError } from '../../market/index.ts';
import type { PartitionValues } from './actions.ts';
import { picked } from './columns.ts';
import { fromUnscaled, toUnscaled } from './decimal.ts';
import { decimalOf } from './schema.ts';
import type { Batch, Column, DataType, Field, Value } from './types.ts';

/** Rows that share their partition values; `columns` are without the partition columns. */
export interface Part {
  readonly partitionValues: PartitionValues;
  readonly batch: Batch;
}

/** Splits rows by the values of the partition columns, in the order in which the values first come. */
export function splitByPartition(
  batch: Batch,
  fields: readonly Field[],
  partitionColumns: readonly string[],
): Part[] {
  if (partitionColumns.length === 0) return [{ partitionValues: {}, batch }];
  const keys = partitionColumns.map((name) => {
    const { type } = fields.find((candidate) => candidate.name === name)!;
    return { name, type, column: batch.columns[name]! };
  });
  const rowsOf = new Map<string, { values: Record<string, string | null>; rows: number[] }>();
  let last: { values: Record<string, string | null>; rows: number[] } | undefined;
  for (let row = 0; row < batch.rowCount; row++) {
    // Rows mostly come in the order of time, and then a partition comes in one piece.
    if (!last || keys.some(({ column }) => column[row] !== column[row - 1])) {
      const values: Record<string, string | null> = {};
      for (const { name, type, column } of keys) values[name] = writePartitionValue(column[row]!, type);
      const key = JSON.stringify(Object.values(values));
      last = rowsOf.get(key);
      if (!last) {
        last = { values, rows: [] };
        rowsOf.set(key, last);
      }
    }
    last.rows.push(row);
  }
  const kept = Object.entries(batch.columns).filter(([name]) => !partitionColumns.includes(name));
  return [...rowsOf.values()].map(({ values, rows }) => ({
    partitionValues: values,
    batch: {
      rowCount: rows.length,
      columns: Object.fromEntries(kept.map(([name, column]) => [name, pick(column, rows, batch.rowCount)])),
    },
  }));
}

function pick(column: Column, rows: readonly number[], rowCount: number): Column {
  return rows.length === rowCount ? column : picked(column, rows);
}

/** A value as the log writes it; null for null and, as the protocol has it, for the empty text. */
function writePartitionValue(value: Value, type: DataType): string | null {
  if (value === null || value === undefined || value === '') return null;
  if (type === 'timestamp' || type === 'timestamp_ntz') return writeTimestamp(value as bigint, type);
  if (value instanceof Uint8Array) return String.fromCharCode(...value);
  return String(value);
}

/** The value of a text in the log. @throws CandlebookError TABLE_INVALID when it does not fit the type */
export function readPartitionValue(text: string | null | undefined, { name, type }: Field): Value {
  if (text === null || text === undefined || text === '') return null;
  const value = parse(text, type);
  if (value !== undefined) return value;
  throw new CandlebookError(
    'TABLE_INVALID',
    `Partition column ${name} has the value ${JSON.stringify(text)}, which is not of type ${JSON.stringify(type)}.`,
    { value: text, hint: 'The log was damaged or written by a faulty writer.' },
  );
}

function parse(text: string, type: DataType): Value | undefined {
  switch (type) {
    case 'string':
      return text;
    case 'long':
      return /^[+-]?\d+$/.test(text) ? BigInt(text) : undefined;
    case 'integer':
    case 'short':
    case 'byte':
      return /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
    case 'float':
    case 'double':
      return text === 'NaN' || !Number.isNaN(Number(text)) ? Number(text) : undefined;
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined;
    case 'date':
      return /^[+-]?\d{4,}-\d\d-\d\d$/.test(text) ? text : undefined;
    case 'timestamp':
    case 'timestamp_ntz':
      // Only a day where the column was a date once.
      return parseTimestamp(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text} 00:00:00` : text);
    case 'binary':
      return Uint8Array.from(text, (character) => character.charCodeAt(0));
    default:
      return decimalText(text, type);
  }
}

function decimalText(text: string, type: DataType): string | undefined {
  const decimal = decimalOf(type);
  const unscaled = decimal && toUnscaled(text, decimal);
  return unscaled === undefined ? undefined : fromUnscaled(unscaled, decimal!.scale);
}

const TIMESTAMP = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)?$/;

/** Microseconds since 1970; a text without a zone is taken as UTC. */
export function parseTimestamp(text: string): bigint | undefined {
  const match = TIMESTAMP.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = match;
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`);
  return BigInt(ms) * 1000n + BigInt(fraction.padEnd(6, '0').slice(0, 6));
}

function writeTimestamp(micros: bigint, type: 'timestamp' | 'timestamp_ntz'): string {
  const ms = micros / 1000n - (micros % 1000n < 0n ? 1n : 0n);
  const rest = String(micros - ms * 1000n).padStart(3, '0');
  const iso = `${new Date(Number(ms)).toISOString().slice(0, -1)}${rest}`;
  return type === 'timestamp' ? `${iso}Z` : iso.replace('T', ' ');
}

/** Characters that Hive, and so every Delta writer, escapes in the name of a partition's folder. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the ones to be escaped
const UNSAFE_IN_FOLDER = /[\u0000-\u001f"#%'*/:=?\\\u007f{[\]^]/g;

/** `date=2026-11-24/symbol=A%2FB`: where the files of a partition lie. Not yet URI-encoded. */
export function partitionFolder(values: PartitionValues): string {
  return Object.entries(values)
    .map(
      ([name, value]) =>
        `${escapeName(name)}=${value === null ? '__HIVE_DEFAULT_PARTITION__' : escapeName(value)}`,
    )
    .join('/');
}

function escapeName(text: string): string {
  return text.replace(
    UNSAFE_IN_FOLDER,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

/** A path in the storage as the log writes it: URI-encoded. */
export function logPath(path: string): string {
  return encodeURI(path).replace(/[?#]/g, encodeURIComponent);
}

/** A path of the log, decoded. Absolute ones are without what may be left out of a `file:` address. */
export function dataPath(path: string): string {
  const decoded = path.includes('%') ? decode(path) : path;
  return decoded.replace(/^file:(?:\/\/[^/]*(?=\/))?/, '');
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/**
 * Where a file of the log lies below the table's root.
 *
 * @throws CandlebookError TABLE_UNSUPPORTED for one outside, as shallow clones have them
 */
export function fileOf(path: string, location: string): string {
  const decoded = dataPath(path);
  if (!/^(\/|[a-z][a-z0-9+.-]*:)/i.test(decoded)) return decoded;
  if (decoded.startsWith(`${location}/`)) return decoded.slice(location.length + 1);
  throw new CandlebookError(
    'TABLE_UNSUPPORTED',
    `The table at ${location} has a file outside of its folder, as a shallow clone has: ${decoded}.`,
    { value: decoded, hint: 'Read it with Spark, or make a whole copy of the table.' },
  );
}
