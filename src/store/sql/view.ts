import type { DataFile, DataFiles, Field } from '../delta/index.ts';
import { duckType, emptyRow, literal, quoted } from './types.ts';

/** The files of a table that have the same partition values. */
export interface Partition {
  /** SQL of the columns that stand in the log rather than in the files: `CAST('2026-11-24' AS DATE) AS "date"`. */
  readonly constants: string;
  readonly files: readonly DataFile[];
}

export function partitionsOf({ list, fields, partitionColumns }: DataFiles): Partition[] {
  const kinds = fields.filter(({ name }) => partitionColumns.includes(name));
  const found = new Map<string, DataFile[]>();
  for (const file of list) {
    const constants = kinds.map((field) => constantOf(file.partition[field.name] ?? null, field)).join(', ');
    const files = found.get(constants);
    if (files) files.push(file);
    else found.set(constants, [file]);
  }
  return [...found].map(([constants, files]) => ({ constants, files }));
}

function constantOf(text: string | null, { name, type }: Field): string {
  const value = text === null || text === '' ? 'NULL' : literal(text);
  return `CAST(${value} AS ${duckType(type)}) AS ${quoted(name)}`;
}

/**
 * A view over a table's partitions, a branch each, so that DuckDB leaves out those whose values a query rules out.
 *
 * @param rowsOf SQL that reads a partition's files, by the partition's place
 */
export function viewOf(
  name: string,
  fields: readonly Field[],
  partitions: readonly Partition[],
  rowsOf: (partition: Partition, place: number) => string,
): string {
  const branches = partitions.map((partition, place) => {
    const constants = partition.constants === '' ? '' : `, ${partition.constants}`;
    return `SELECT *${constants} FROM ${rowsOf(partition, place)}`;
  });
  // Files that were written before a column was added lack it: the empty row gives every column its name and type.
  const rows = [`SELECT ${emptyRow(fields)} WHERE false`, ...branches].join('\nUNION ALL BY NAME\n');
  return `CREATE OR REPLACE VIEW ${name} AS SELECT ${columnsOf(fields)} FROM (${rows})`;
}

export function readParquet(paths: readonly string[]): string {
  return `read_parquet([${paths.map(literal).join(', ')}], union_by_name = true, hive_partitioning = false)`;
}

/**
 * The usual table's view, over all of its files at once: DuckDB passes over those in whose folder's name the query's
 * condition does not hold, and opens no other before it reads. `undefined` where a file lacks a column, or its
 * folder is not named after its partition to the letter.
 */
export function plainView(
  name: string,
  files: DataFiles,
  pathOf: (file: DataFile) => string,
): string | undefined {
  const { list, fields, partitionColumns } = files;
  if (list.length === 0 || !files.uniform || !list.every((file) => isInItsFolder(file, partitionColumns)))
    return undefined;
  const types = fields
    .filter((field) => partitionColumns.includes(field.name))
    .map((field) => `${quoted(field.name)}: ${duckType(field.type)}`);
  const hive =
    types.length > 0
      ? `hive_partitioning = true, hive_types = {${types.join(', ')}}`
      : 'hive_partitioning = false';
  const paths = list.map((file) => literal(pathOf(file))).join(', ');
  return `CREATE OR REPLACE VIEW ${name} AS SELECT ${columnsOf(fields)} FROM read_parquet([${paths}], ${hive})`;
}

function isInItsFolder({ path, partition }: DataFile, partitionColumns: readonly string[]): boolean {
  const values = partitionColumns.map((column) => partition[column]);
  // Values that have another form in a folder's name, or none, are left to the log.
  if (!values.every((value) => value && /^[\w.-]+$/.test(value))) return false;
  const folder = partitionColumns.map((column, at) => `${column}=${values[at]}/`).join('');
  return path.startsWith(folder) && !path.slice(folder.length).includes('/');
}

function columnsOf(fields: readonly Field[]): string {
  return fields.map((field) => quoted(field.name)).join(', ');
}
