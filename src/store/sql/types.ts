import { type DataType, decimalOf, type Field } from '../delta/index.ts';

const NAMES: Readonly<Record<string, string>> = {
  string: 'VARCHAR',
  long: 'BIGINT',
  integer: 'INTEGER',
  short: 'SMALLINT',
  byte: 'TINYINT',
  float: 'FLOAT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  binary: 'BLOB',
  date: 'DATE',
  timestamp: 'TIMESTAMPTZ',
  timestamp_ntz: 'TIMESTAMP',
  void: 'INTEGER',
};

/** The type of a table's column as DuckDB calls it. */
export function duckType(type: DataType): string {
  if (typeof type === 'string') {
    const decimal = decimalOf(type);
    return decimal ? `DECIMAL(${decimal.precision},${decimal.scale})` : NAMES[type]!;
  }
  if (type.type === 'array') return `${duckType(type.elementType)}[]`;
  if (type.type === 'map') return `MAP(${duckType(type.keyType)}, ${duckType(type.valueType)})`;
  return `STRUCT(${type.fields.map((field) => `${quoted(field.name)} ${duckType(field.type)}`).join(', ')})`;
}

/** A null of each column's type, by name. */
export function emptyRow(fields: readonly Field[]): string {
  return fields.map(({ name, type }) => `CAST(NULL AS ${duckType(type)}) AS ${quoted(name)}`).join(', ');
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
