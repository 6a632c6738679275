import type { Column, DataType, Value } from './types.ts';

/*
 * Columns as they are moved about. Typed arrays stay what they are: a number in one takes 8 bytes and no work of the
 * collector, a bigint of its own 32.
 */

type Kind = typeof Float64Array | typeof BigInt64Array | typeof Int32Array;

const KINDS: Readonly<Record<string, Kind>> = {
  double: Float64Array,
  long: BigInt64Array,
  timestamp: BigInt64Array,
  timestamp_ntz: BigInt64Array,
  integer: Int32Array,
};

/** The same values in a typed array, where their type has one and none is null. */
export function packed(column: Column, type: DataType): Column {
  const kind = typeof type === 'string' ? KINDS[type] : undefined;
  if (!kind || ArrayBuffer.isView(column) || Array.prototype.includes.call(column, null)) return column;
  return filled(kind, column.length, (row) => column[row]!);
}

/** The parts, one after the other. */
export function joined(parts: readonly Column[]): Column {
  if (parts.length === 1) return parts[0]!;
  const kind = parts[0] && kindOf(parts[0]);
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (!kind || !parts.every((part) => part instanceof kind)) return parts.flatMap((part) => Array.from(part));
  const whole = new kind(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part as unknown as never, at);
    at += part.length;
  }
  return whole;
}

/** The values of some rows, in that order. */
export function picked(column: Column, rows: readonly number[]): Column {
  const kind = kindOf(column);
  return kind ? filled(kind, rows.length, (at) => column[rows[at]!]!) : rows.map((row) => column[row]!);
}

function kindOf(column: Column): Kind | undefined {
  return Object.values(KINDS).find((kind) => column instanceof kind);
}

function filled(kind: Kind, length: number, valueAt: (at: number) => Value): Column {
  const values = new kind(length);
  for (let at = 0; at < length; at++) values[at] = valueAt(at) as never;
  return values;
}
