import type { DataType, Field, Value } from '../../src/store/delta/index.ts';

/*
 * One text for one value, whoever read it: whole numbers and microseconds as digits, doubles by their bits, decimals
 * with all digits of their scale, bytes as hex, a map in the order of its keys.
 */

const view = new DataView(new ArrayBuffer(8));

export function bits(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, '0');
}

export function canonical(value: Value | undefined, type: DataType): unknown {
  if (value === null || value === undefined) return null;
  if (typeof type === 'string') {
    if (type === 'double' || type === 'float') return bits(value as number);
    if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
    return typeof value === 'boolean' ? value : String(value);
  }
  switch (type.type) {
    case 'array':
      return (value as Value[]).map((inner) => canonical(inner, type.elementType));
    case 'struct':
      return type.fields.map(({ name, type: inner }) =>
        canonical((value as Record<string, Value>)[name], inner),
      );
    case 'map':
      return Object.entries(value as Record<string, Value>)
        .map(([key, inner]) => [key, canonical(inner, type.valueType)])
        .sort(([a], [b]) => (a! < b! ? -1 : 1));
  }
}

/** Rows as texts, in an order of their own: equal when the rows are, whatever their order. */
export function canonicalRows(
  rows: readonly Readonly<Record<string, Value>>[],
  fields: readonly Field[],
): string[] {
  return rows.map((row) => JSON.stringify(fields.map(({ name, type }) => canonical(row[name], type)))).sort();
}
