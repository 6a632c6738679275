import type { Files } from '../files/index.ts';
import type { Add, PartitionValues } from './actions.ts';
import { readStats } from './bounds.ts';
import { writeParquet } from './parquet-write.ts';
import { fileOf } from './partition.ts';
import { readFiles } from './rewrite.ts';
import { isMapped, physicalName } from './schema.ts';
import type { Snapshot } from './snapshot.ts';
import type { Field } from './types.ts';

/** One data file of a table. */
export interface DataFile {
  /** Below the table's root. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Rows, where the log says how many. */
  readonly rows: number | undefined;
  /** Texts as the log has them, by the columns' names. */
  readonly partition: PartitionValues;
  /** Does the stored file say all: its columns by their names, none of its rows deleted? */
  readonly plain: boolean;
}

/** The data files that make up a table at one version, for whoever reads Parquet by other means. */
export class DataFiles {
  readonly version: number;
  readonly fields: readonly Field[];
  readonly partitionColumns: readonly string[];
  readonly list: readonly DataFile[];
  /**
   * Is it certain that every file has every column, in the type that it has now? Not so where a column was added or
   * widened after a file was written, or where statistics do not tell.
   */
  readonly uniform: boolean;
  readonly #files: Files;
  readonly #snapshot: Snapshot;
  readonly #adds = new Map<string, Add>();

  constructor(files: Files, snapshot: Snapshot) {
    const { metadata, fields, version } = snapshot;
    this.#files = files;
    this.#snapshot = snapshot;
    this.version = version;
    this.fields = fields;
    this.partitionColumns = metadata.partitionColumns;
    const stored = fields.filter(({ name }) => !metadata.partitionColumns.includes(name));
    const widened = stored.some((field) => field.metadata?.['delta.typeChanges'] !== undefined);
    this.uniform = !widened && [...snapshot.files.values()].every((add) => tellsAll(add, stored));
    const keys = fields
      .filter(({ name }) => metadata.partitionColumns.includes(name))
      .map((field) => [field.name, physicalName(field)] as const);
    this.list = [...snapshot.files.values()].map((add) => {
      const path = fileOf(add.path, files.location);
      this.#adds.set(path, add);
      return {
        path,
        size: add.size,
        rows: rowsOf(add),
        partition: Object.fromEntries(keys.map(([name, key]) => [name, add.partitionValues[key] ?? null])),
        plain: !isMapped(metadata) && !add.deletionVector,
      };
    });
  }

  /** A Parquet file of the rows: the stored one where it says all, else one that is made from it. */
  async bytes({ path, plain }: DataFile): Promise<Uint8Array | undefined> {
    if (plain) return this.#files.read(path);
    const rows = await readFiles(this.#files, this.#snapshot, [this.#adds.get(path)!]);
    const stored = this.fields
      .filter(({ name }) => !this.partitionColumns.includes(name))
      .map((field) => ({ ...field, metadata: {} }));
    return writeParquet(rows, stored, 'SNAPPY');
  }
}

/** Statistics name the columns that a file has. */
function tellsAll(add: Add, stored: readonly Field[]): boolean {
  const nulls = readStats(add)?.nullCount;
  return nulls !== undefined && stored.every(({ name }) => typeof nulls[name] === 'number');
}

function rowsOf(add: Add): number | undefined {
  const stored = readStats(add)?.numRecords;
  const deleted = add.deletionVector?.cardinality ?? 0;
  return stored === undefined ? undefined : stored - deleted;
}
