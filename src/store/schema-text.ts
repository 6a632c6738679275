import type { DataType } from './delta/index.ts';
import { TABLE_SCHEMAS, type TableSchema } from './schema.ts';

const SPARK: Readonly<Record<string, string>> = {
  string: 'STRING',
  double: 'DOUBLE',
  float: 'FLOAT',
  long: 'BIGINT',
  integer: 'INT',
  short: 'SMALLINT',
  byte: 'TINYINT',
  boolean: 'BOOLEAN',
  binary: 'BINARY',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  timestamp_ntz: 'TIMESTAMP_NTZ',
};

/** A column type as Spark SQL writes it. */
function sparkType(type: DataType): string {
  return typeof type === 'string' ? (SPARK[type] ?? type.toUpperCase()) : JSON.stringify(type);
}

/** The columns as Spark SQL states them, a line each: for a table, or for `from_json` and readers. */
export function sparkColumns({ columns }: Pick<TableSchema, 'columns'>): string {
  return columns
    .map(({ name, type, meaning }) => `  \`${name}\` ${sparkType(type)} COMMENT ${quoted(meaning)}`)
    .join(',\n');
}

/** `CREATE TABLE` of Spark SQL and Databricks for the table as it is made here. */
export function sparkTable(schema: TableSchema): string {
  const { path, description, partitionColumns, appendOnly } = schema;
  const partitions = partitionColumns.map((name) => `\`${name}\``).join(', ');
  return [
    `CREATE TABLE IF NOT EXISTS \`${path.replace('/', '_')}\` (`,
    sparkColumns(schema),
    ')',
    'USING DELTA',
    `PARTITIONED BY (${partitions})`,
    `COMMENT ${quoted(description)}`,
    ...(appendOnly ? ["TBLPROPERTIES ('delta.appendOnly' = 'true')"] : []),
  ].join('\n');
}

/** The tables as a page of Markdown. */
export function schemaPage(schemas: readonly TableSchema[] = TABLE_SCHEMAS): string {
  return schemas.map(section).join('\n\n');
}

function section({
  path,
  description,
  columns,
  partitionColumns,
  clusteredBy,
  appendOnly,
}: TableSchema): string {
  return [
    `### \`${path}\``,
    '',
    `${description}. Partitioned by ${list(partitionColumns)}; compacted files are sorted by ${list(clusteredBy)}.${appendOnly ? ' Append-only.' : ''}`,
    '',
    '| column | type | meaning |',
    '| --- | --- | --- |',
    ...columns.map(({ name, type, meaning }) => `| \`${name}\` | ${String(type)} | ${meaning} |`),
  ].join('\n');
}

function list(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "\\'")}'`;
}
