import { CandlebookError } from '../../market/index.ts';
import type { Files } from '../files/index.ts';
import type { Add } from './actions.ts';
import { openParquet } from './parquet-read.ts';
import { dataPath, readPartitionValue } from './partition.ts';
import type { Snapshot } from './snapshot.ts';
import type { Batch, Column, Field } from './types.ts';

export interface ScanOptions {
  /** Columns to read, in this order; by default all. */
  readonly columns?: readonly string[];
}

/** The table's rows, one row group at a time, in no promised order. */
export async function* scan(
  files: Files,
  snapshot: Snapshot,
  options: ScanOptions = {},
): AsyncGenerator<Batch> {
  const wanted = chosen(snapshot, options.columns);
  for (const add of snapshot.files.values()) yield* scanFile(files, snapshot, add, wanted);
}

async function* scanFile(
  files: Files,
  { metadata }: Snapshot,
  add: Add,
  wanted: readonly Field[],
): AsyncGenerator<Batch> {
  const stored = wanted.filter(({ name }) => !metadata.partitionColumns.includes(name));
  const parquet = await openParquet(files, dataPath(add.path), add.size);
  for (const index of parquet.metadata.row_groups.keys()) {
    const group = await parquet.readGroup(index, stored);
    const columns = wanted.map((field): [string, Column] => [
      field.name,
      group.columns[field.name] ??
        new Array(group.rowCount).fill(readPartitionValue(add.partitionValues[field.name], field)),
    ]);
    yield { rowCount: group.rowCount, columns: Object.fromEntries(columns) };
  }
}

function chosen({ fields }: Snapshot, columns: readonly string[] | undefined): readonly Field[] {
  if (!columns) return fields;
  return columns.map((name) => {
    const found = fields.find((field) => field.name === name);
    if (found) return found;
    throw new CandlebookError('INPUT_INVALID', `The table has no column ${name}.`, {
      value: name,
      hint: `Its columns are ${fields.map((field) => field.name).join(', ')}.`,
    });
  });
}
