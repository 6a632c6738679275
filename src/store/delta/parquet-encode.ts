import { toUnscaled } from './decimal.ts';
import { decimalOf } from './schema.ts';
import type { Column, DataType } from './types.ts';

const DAY_MS = 86_400_000;

/** A column's values as the Parquet writer takes them; they fit the type. */
export function encodeColumn(column: Column, type: DataType): ArrayLike<unknown> {
  const encode = encoder(type);
  return encode ? Array.from(column, (value) => (value === null ? null : encode(value))) : column;
}

type Encode = (value: unknown) => unknown;

/** `undefined` where values go as they are. */
function encoder(type: DataType): Encode | undefined {
  if (type === 'date') return (value) => Date.parse(value as string) / DAY_MS;
  const decimal = decimalOf(type);
  if (decimal) return (value) => toUnscaled(value, decimal);
  if (typeof type === 'string') return undefined;
  switch (type.type) {
    case 'array': {
      const element = orNull(encoder(type.elementType));
      return (value) => (value as unknown[]).map(element);
    }
    case 'struct': {
      const fields = type.fields.map((field) => [field.name, orNull(encoder(field.type))] as const);
      return (value) =>
        Object.fromEntries(
          fields.map(([name, encode]) => [name, encode((value as Record<string, unknown>)[name])]),
        );
    }
    case 'map': {
      const [key, inner] = [orNull(encoder(type.keyType)), orNull(encoder(type.valueType))];
      return (value) =>
        Object.entries(value as object).map(([text, one]) => ({
          key: key(mapKey(text, type.keyType)),
          value: inner(one),
        }));
    }
  }
}

function orNull(encode: Encode | undefined): Encode {
  return (value) => (value === null || value === undefined ? null : encode ? encode(value) : value);
}

/** The keys of an object are texts: what one stands for in a map with keys of that type. */
export function mapKey(text: string, type: DataType): unknown {
  switch (type) {
    case 'long':
    case 'timestamp':
    case 'timestamp_ntz':
      return /^-?\d+$/.test(text) ? BigInt(text) : text;
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'integer':
    case 'short':
    case 'byte':
    case 'double':
    case 'float':
      return text.trim() === '' ? text : Number(text);
    default:
      return text;
  }
}
