import { CandlebookError } from '../../market/index.ts';
import type { Files } from '../files/index.ts';
import type { Add } from './actions.ts';
import { fileBounds, groupBounds } from './bounds.ts';
import { deletedRows } from './deletion-vector.ts';
import { columnsOf, type Expression, matchingRows, take } from './expression.ts';
import { type Filter, toExpression } from './filter.ts';
import { openParquet, type ParquetFile } from './parquet-read.ts';
import { fileOf, readPartitionValue } from './partition.ts';
import { physicalName } from './schema.ts';
import { mayMatch } from './skip.ts';
import type { Snapshot } from './snapshot.ts';
import type { Batch, Column, Field } from './types.ts';

/** Files that are being fetched while one is read: it hides what a request to a cloud storage takes. */
const OPENED_AHEAD = 4;

export interface ScanOptions {
  /** Columns to read, in this order; by default all. */
  readonly columns?: readonly string[];
  /** Rows to read; by default all. */
  readonly where?: Filter;
}

/** What a scan had to look at, and what it could pass over. Complete when the scan is. */
export interface ScanReport {
  /** Data files of the table. */
  readonly files: number;
  /** Files passed over because of their partition. */
  readonly filesSkippedByPartition: number;
  /** Files passed over because of their statistics in the log. */
  readonly filesSkippedByStats: number;
  /** Row groups of the files that were opened. */
  readonly rowGroups: number;
  readonly rowGroupsSkipped: number;
  readonly rowsRead: number;
  readonly rowsMatched: number;
}

type Counts = { -readonly [key in keyof ScanReport]: ScanReport[key] };

/** Rows of a table at one version, in batches of one row group, in no promised order. Iterate it once. */
export class Scan implements AsyncIterable<Batch> {
  readonly #files: Files;
  readonly #snapshot: Snapshot;
  readonly #wanted: readonly Field[];
  readonly #where: Expression | undefined;
  readonly #counts: Counts;
  readonly #adds: readonly Add[];

  /** @throws CandlebookError INPUT_INVALID for a column or a value that does not fit */
  constructor(files: Files, snapshot: Snapshot, { columns, where }: ScanOptions = {}, adds?: readonly Add[]) {
    this.#files = files;
    this.#snapshot = snapshot;
    this.#wanted = chosen(snapshot, columns);
    this.#where = where && toExpression(where, snapshot.fields);
    this.#adds = adds ?? [...snapshot.files.values()];
    this.#counts = {
      files: this.#adds.length,
      filesSkippedByPartition: 0,
      filesSkippedByStats: 0,
      rowGroups: 0,
      rowGroupsSkipped: 0,
      rowsRead: 0,
      rowsMatched: 0,
    };
  }

  get report(): ScanReport {
    return { ...this.#counts };
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Batch> {
    const ahead: { add: Add; opened: Promise<ParquetFile> }[] = [];
    for (const add of this.#adds) {
      if (this.#skips(add)) continue;
      const opened = this.#open(add);
      opened.catch(() => undefined); // seen when its turn comes, or never when the reader left the loop
      ahead.push({ add, opened });
      if (ahead.length > OPENED_AHEAD) yield* this.#scanNext(ahead);
    }
    while (ahead.length > 0) yield* this.#scanNext(ahead);
  }

  async *#scanNext(ahead: { add: Add; opened: Promise<ParquetFile> }[]): AsyncGenerator<Batch> {
    const { add, opened } = ahead.shift()!;
    yield* this.#scanFile(add, await opened);
  }

  async #open(add: Add): Promise<ParquetFile> {
    return openParquet(this.#files, fileOf(add.path, this.#files.location), add.size);
  }

  #skips(add: Add): boolean {
    if (!this.#where) return false;
    const known = fileBounds(add, this.#snapshot.fields);
    if (mayMatch(this.#where, known)) return false;
    const byPartition = !mayMatch(this.#where, (column) =>
      this.#snapshot.metadata.partitionColumns.includes(column) ? known(column) : undefined,
    );
    this.#counts[byPartition ? 'filesSkippedByPartition' : 'filesSkippedByStats']++;
    return true;
  }

  async *#scanFile(add: Add, parquet: ParquetFile): AsyncGenerator<Batch> {
    const { fields, metadata } = this.#snapshot;
    const looked = this.#where ? columnsOf(this.#where) : new Set<string>();
    const first = fields.filter(({ name }) => looked.has(name));
    const later = this.#wanted.filter(({ name }) => !looked.has(name));
    const names = this.#wanted.map(({ name }) => name);
    const read = async (index: number, some: readonly Field[]): Promise<Batch> => {
      const stored = some.filter(({ name }) => !metadata.partitionColumns.includes(name));
      const group = await parquet.readGroup(index, stored);
      return withPartitionColumns(group, some, add);
    };
    const deleted = add.deletionVector && (await deletedRows(this.#files, add.deletionVector));
    let start = 0;
    for (const [index, group] of parquet.metadata.row_groups.entries()) {
      const firstRow = start;
      start += Number(group.num_rows);
      this.#counts.rowGroups++;
      if (this.#where && !mayMatch(this.#where, groupBounds(parquet.metadata, index, fields))) {
        this.#counts.rowGroupsSkipped++;
        continue;
      }
      const tested = await read(index, first);
      const matching = this.#where ? matchingRows(this.#where, tested) : undefined;
      const rows = deleted ? without(deleted, firstRow, matching, tested.rowCount) : matching;
      this.#counts.rowsRead += tested.rowCount;
      this.#counts.rowsMatched += rows?.length ?? tested.rowCount;
      if (rows?.length === 0) continue;
      const rest = await read(index, later);
      const batch = { rowCount: tested.rowCount, columns: { ...tested.columns, ...rest.columns } };
      yield take(batch, rows, names);
    }
  }
}

/** Those of a row group's rows (all, where none are named) that are not deleted. */
function without(
  deleted: ReadonlySet<number>,
  firstRow: number,
  rows: readonly number[] | undefined,
  rowCount: number,
): number[] {
  const all = rows ?? Array.from({ length: rowCount }, (_, row) => row);
  return all.filter((row) => !deleted.has(firstRow + row));
}

function withPartitionColumns(group: Batch, fields: readonly Field[], { partitionValues }: Add): Batch {
  const columns = fields.map((field): [string, Column] => [
    field.name,
    group.columns[field.name] ??
      new Array(group.rowCount).fill(readPartitionValue(partitionValues[physicalName(field)], field)),
  ]);
  return { rowCount: group.rowCount, columns: Object.fromEntries(columns) };
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
