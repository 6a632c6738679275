import { CandlebookError } from '../../market/index.ts';
import type { Metadata } from './actions.ts';
import type { DataType, Field, StructType } from './types.ts';

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
  'void',
]);
const DECIMAL = /^decimal\((\d+),\s*(\d+)\)$/;

/** Name of a field in data files and in the log; it differs from its own where columns are mapped. */
export function physicalName({ name, metadata }: Field): string {
  return (metadata?.['delta.columnMapping.physicalName'] as string | undefined) ?? name;
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

/** Do names in data files and in the log differ from those of the schema? */
export function isMapped({ configuration }: Pick<Metadata, 'configuration'>): boolean {
  return (configuration['delta.columnMapping.mode'] ?? 'none') !== 'none';
}

/**
 * The fields of a schemaString; names and ids of mapped columns only where `mapped` says that they count.
 *
 * @throws CandlebookError TABLE_INVALID, or TABLE_UNSUPPORTED naming the type
 */
export function readSchema(schemaString: string, mapped = true): readonly Field[] {
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
  return mapped ? schema.fields : schema.fields.map(unmapped);
}

function unmapped(field: Field): Field {
  const {
    'delta.columnMapping.physicalName': name,
    'delta.columnMapping.id': id,
    ...metadata
  } = field.metadata ?? {};
  return name === undefined && id === undefined ? field : { ...field, metadata };
}

function checkType(type: DataType, name: string): void {
  if (typeof type === 'string') {
    const decimal = decimalOf(type);
    if (decimal ? decimal.precision <= 38 && decimal.scale <= decimal.precision : PRIMITIVES.has(type))
      return;
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
