import { CandlebookError } from '../../market/index.ts';
import type { DataType, Field, PrimitiveType, StructType } from './types.ts';

const PRIMITIVES = new Set<string>([
  'string',
  'long',
  'integer',
  'short',
  'byte',
  'float',
  'double',
  'boolean',
  'binary',
  'date',
  'timestamp',
  'timestamp_ntz',
]);
const DECIMAL = /^decimal\((\d+),\s*(\d+)\)$/;

export function isPrimitive(type: DataType): type is PrimitiveType {
  return typeof type === 'string';
}

/** Precision and scale of a decimal type, `undefined` for any other. */
export function decimalOf(type: DataType): { precision: number; scale: number } | undefined {
  const match = typeof type === 'string' ? DECIMAL.exec(type) : null;
  return match ? { precision: Number(match[1]), scale: Number(match[2]) } : undefined;
}

/** A field that may be null and has no metadata, which is the usual one. */
export function field(name: string, type: DataType, nullable = true): Field {
  return { name, type, nullable, metadata: {} };
}

export function writeSchema(fields: readonly Field[]): string {
  return JSON.stringify({ type: 'struct', fields });
}

/** The fields of a schemaString. @throws CandlebookError TABLE_INVALID, or TABLE_UNSUPPORTED naming the type */
export function readSchema(schemaString: string): readonly Field[] {
  let schema: StructType;
  try {
    schema = JSON.parse(schemaString);
  } catch (cause) {
    throw new CandlebookError('TABLE_INVALID', "The table's schemaString is not JSON.", {
      value: schemaString,
      hint: 'Restore the log from a backup.',
      cause,
    });
  }
  if (schema?.type !== 'struct' || !Array.isArray(schema.fields)) {
    throw new CandlebookError('TABLE_INVALID', "The table's schemaString does not describe a struct.", {
      value: schemaString,
      hint: 'Restore the log from a backup.',
    });
  }
  for (const { name, type } of schema.fields) checkType(type, name);
  return schema.fields;
}

function checkType(type: DataType, name: string): void {
  if (typeof type === 'string') {
    if (PRIMITIVES.has(type)) return;
  } else if (type?.type === 'struct') {
    for (const inner of type.fields) checkType(inner.type, `${name}.${inner.name}`);
    return;
  } else if (type?.type === 'array') {
    checkType(type.elementType, `${name}.element`);
    return;
  } else if (type?.type === 'map') {
    checkType(type.keyType, `${name}.key`);
    checkType(type.valueType, `${name}.value`);
    return;
  }
  throw new CandlebookError(
    'TABLE_UNSUPPORTED',
    `Column ${name} has the type ${JSON.stringify(type)}, which is not implemented.`,
    { value: type, hint: 'Read this table with Spark or delta-rs.' },
  );
}
