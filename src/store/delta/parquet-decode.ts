import type { SchemaTree } from 'hyparquet';
import { fromBytes, fromUnscaled } from './decimal.ts';
import { decimalOf, physicalName } from './schema.ts';
import type { DataType, Field, Value } from './types.ts';

type Decode = (raw: unknown) => Value;

const text = new TextDecoder();

/**
 * Brings what the Parquet reader gives into the form of the table's type: decimals to texts, whole numbers to the
 * kind that the type has (a column may have been widened since the file was written), nested values to the
 * fields and the order of the schema. `undefined` where there is nothing to do.
 */
export function decoder(type: DataType, node: SchemaTree): Decode | undefined {
  if (typeof type === 'string') return primitive(type, node);
  switch (type.type) {
    case 'struct':
      return structure(type.fields, node);
    case 'array':
      return list(type.elementType, node);
    case 'map':
      return map(type.valueType, node);
  }
}

function primitive(type: string, { element }: SchemaTree): Decode | undefined {
  const decimal = decimalOf(type as DataType);
  if (decimal) {
    const shift = 10n ** BigInt(Math.max(0, decimal.scale - (element.scale ?? 0)));
    return (raw) => {
      const unscaled = raw instanceof Uint8Array ? fromBytes(raw) : BigInt(raw as number | bigint);
      return fromUnscaled(unscaled * shift, decimal.scale);
    };
  }
  switch (type) {
    case 'long':
      return element.type === 'INT64' ? undefined : (raw) => BigInt(raw as number);
    case 'integer':
    case 'short':
    case 'byte':
    case 'double':
      return element.type === 'INT64' ? Number : undefined;
    case 'timestamp':
    case 'timestamp_ntz':
      return element.converted_type === 'DATE'
        ? (raw) => BigInt(Date.parse(raw as string)) * 1000n
        : undefined;
    case 'string':
      // Old writers leave out that bytes are a text.
      return (raw) => (raw instanceof Uint8Array ? text.decode(raw) : (raw as string));
    default:
      return undefined;
  }
}

/** The node of a field among the columns of a file or a struct; `undefined` where the file was written before it. */
export function nodeOf(field: Field, { children }: SchemaTree): SchemaTree | undefined {
  const id = field.metadata?.['delta.columnMapping.id'];
  const name = physicalName(field);
  return (
    children.find(({ element }) => element.name === name) ??
    (id === undefined ? undefined : children.find(({ element }) => element.field_id === id))
  );
}

function orNull(decode: Decode | undefined): Decode {
  return (raw) => (raw === null || raw === undefined ? null : decode ? decode(raw) : (raw as Value));
}

function structure(fields: readonly Field[], node: SchemaTree): Decode {
  const parts = fields.map((field) => {
    const child = nodeOf(field, node);
    return {
      name: field.name,
      stored: child?.element.name,
      decode: orNull(child && decoder(field.type, child)),
    };
  });
  return (raw) =>
    Object.fromEntries(
      parts.map(({ name, stored, decode }) => [
        name,
        stored === undefined ? null : decode((raw as Record<string, unknown>)[stored]),
      ]),
    );
}

/** Lists are written with a group around each element, but old writers leave that out. */
function list(type: DataType, { children: [repeated] }: SchemaTree): Decode {
  const [inner] = repeated!.children;
  const bare = !inner || repeated!.children.length > 1 || repeated!.element.name.endsWith('_tuple');
  const decode = orNull(decoder(type, bare ? repeated! : inner));
  return (raw) => (raw as unknown[]).map(decode);
}

function map(type: DataType, { children: [repeated] }: SchemaTree): Decode {
  const decode = orNull(decoder(type, repeated!.children[1]!));
  return (raw) =>
    Object.fromEntries(Object.entries(raw as object).map(([key, value]) => [key, decode(value)]));
}
