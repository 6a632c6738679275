import type { SchemaElement } from 'hyparquet';
import { decimalOf } from './schema.ts';
import type { DataType, Field } from './types.ts';

const TEXT = { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } } as const;

const PRIMITIVES: Record<string, Partial<SchemaElement>> = {
  string: TEXT,
  binary: { type: 'BYTE_ARRAY' },
  boolean: { type: 'BOOLEAN' },
  double: { type: 'DOUBLE' },
  float: { type: 'FLOAT' },
  long: { type: 'INT64' },
  integer: { type: 'INT32' },
  // Without their logical types, which hyparquet-writer 0.17 writes in a form that Arrow refuses.
  short: { type: 'INT32', converted_type: 'INT_16' },
  byte: { type: 'INT32', converted_type: 'INT_8' },
  date: { type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } },
  timestamp: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MICROS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
  },
  timestamp_ntz: {
    type: 'INT64',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MICROS' },
  },
};

/** Parquet's description of such columns, as Spark lays it out. */
export function parquetSchema(fields: readonly Field[]): SchemaElement[] {
  return [{ name: 'root', num_children: fields.length }, ...fields.flatMap(elementsOf)];
}

function elementsOf({ name, type, nullable }: Pick<Field, 'name' | 'type' | 'nullable'>): SchemaElement[] {
  const repetition_type = nullable ? 'OPTIONAL' : 'REQUIRED';
  if (typeof type === 'string') return [{ ...primitive(type), name, repetition_type }];
  const group = (kind: 'LIST' | 'MAP'): SchemaElement => ({
    name,
    repetition_type,
    num_children: 1,
    converted_type: kind,
    logical_type: { type: kind },
  });
  switch (type.type) {
    case 'struct':
      return [
        { name, repetition_type, num_children: type.fields.length },
        ...type.fields.flatMap(elementsOf),
      ];
    case 'array':
      return [
        group('LIST'),
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        ...elementsOf({ name: 'element', type: type.elementType, nullable: type.containsNull }),
      ];
    case 'map':
      return [
        group('MAP'),
        { name: 'key_value', repetition_type: 'REPEATED', num_children: 2 },
        ...elementsOf({ name: 'key', type: type.keyType, nullable: false }),
        ...elementsOf({ name: 'value', type: type.valueType, nullable: type.valueContainsNull }),
      ];
  }
}

function primitive(type: DataType): Partial<SchemaElement> {
  const decimal = decimalOf(type);
  if (!decimal) return PRIMITIVES[type as string]!;
  const annotated = { converted_type: 'DECIMAL', ...decimal } as const;
  if (decimal.precision <= 9) return { type: 'INT32', ...annotated };
  if (decimal.precision <= 18) return { type: 'INT64', ...annotated };
  return { type: 'FIXED_LEN_BYTE_ARRAY', type_length: bytesFor(decimal.precision), ...annotated };
}

/** The fewest bytes that hold so many digits and a sign. */
function bytesFor(precision: number): number {
  return Math.ceil((precision * Math.log2(10) + 1) / 8);
}
