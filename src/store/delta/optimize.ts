import { CandlebookError } from '../../market/index.ts';
import type { Add } from './actions.ts';
import { type Changed, change } from './apply-change.ts';
import { fileBounds, readStats } from './bounds.ts';
import { picked } from './columns.ts';
import { type Filter, toExpression } from './filter.ts';
import type { Log } from './log.ts';
import { readFiles } from './rewrite.ts';
import { mayMatch } from './skip.ts';
import type { Snapshot } from './snapshot.ts';
import { stage } from './stage.ts';
import type { Batch, Field } from './types.ts';
import { orderOf } from './values.ts';

export interface OptimizeOptions {
  /** Only partitions that may hold such rows. */
  readonly where?: Filter;
  /** Files are put together up to about this size in bytes. Default 32 MiB. */
  readonly targetBytes?: number;
  /** Rows that a new file has at most, all of which are in memory while it is made. Default 1,000,000. */
  readonly mostRows?: number;
  /** Columns by which the rows of a new file are sorted, so that later reads can skip. */
  readonly sortBy?: readonly string[];
}

export interface Optimized {
  /** Version of the last commit that was made; `undefined` when there was nothing to do. */
  readonly version: number | undefined;
  readonly filesRemoved: number;
  readonly filesAdded: number;
}

const TARGET_BYTES = 32 * 2 ** 20;
const MOST_ROWS = 1_000_000;
/** Sorted rows are for questions that read few of them. */
const ROWS_IN_SORTED_GROUP = 20_000;

/**
 * Puts the small files of each partition together. It changes no rows, so that readers of changes pass over it,
 * and it gives way to whoever else writes: appends go on beside it, and files that somebody removed meanwhile
 * are left out. One commit a new file.
 */
export async function optimize(log: Log, options: OptimizeOptions = {}): Promise<Optimized> {
  const { where, targetBytes = TARGET_BYTES, mostRows = MOST_ROWS, sortBy = [] } = options;
  const strange = sortBy.find((name) => !log.latest.fields.some((field) => field.name === name));
  if (strange !== undefined) {
    throw new CandlebookError('INPUT_INVALID', `The table has no column ${strange} to sort by.`, {
      value: strange,
      hint: `Its columns are ${log.latest.fields.map(({ name }) => name).join(', ')}.`,
    });
  }
  const total = { version: undefined as number | undefined, filesRemoved: 0, filesAdded: 0 };
  for (const bin of binsOf(await log.refresh(), where, { bytes: targetBytes, rows: mostRows })) {
    const done = await compact(log, bin, targetBytes, sortBy);
    if (!done) continue;
    total.version = done.version;
    total.filesRemoved += done.metrics.numRemovedFiles!;
    total.filesAdded += done.metrics.numAddedFiles!;
  }
  return total;
}

/** How many files less there were after `optimize`. */
export function compactable(
  snapshot: Snapshot,
  { targetBytes = TARGET_BYTES, mostRows = MOST_ROWS }: Pick<OptimizeOptions, 'targetBytes' | 'mostRows'>,
): number {
  const bins = binsOf(snapshot, undefined, { bytes: targetBytes, rows: mostRows });
  return bins.reduce((sum, bin) => sum + bin.length - 1, 0);
}

function compact(
  log: Log,
  bin: readonly Add[],
  targetBytes: number,
  sortBy: readonly string[],
): Promise<Changed | undefined> {
  const parameters = { targetSize: String(targetBytes), zOrderBy: JSON.stringify(sortBy) };
  return change(log, { operation: 'OPTIMIZE', parameters, dataChange: false }, async (snapshot) => {
    const there = new Set([...snapshot.files.values()].map(({ path }) => path));
    const removed = bin.filter(({ path }) => there.has(path));
    if (removed.length < 2) return undefined;
    const rows = await readFiles(log.files, snapshot, removed);
    const added = await stage(
      log.files,
      snapshot,
      sorted(rows, sortBy, snapshot.fields),
      sortBy.length > 0 ? ROWS_IN_SORTED_GROUP : undefined,
    );
    return {
      removed,
      added,
      reads: { paths: new Set(removed.map(({ path }) => path)), matters: () => false },
      metrics: { numRemovedFiles: removed.length, numAddedFiles: added.length, numOutputRows: rows.rowCount },
    };
  });
}

/** Small files of one partition, in the order in which they came, in groups that make one file each. */
function binsOf(
  snapshot: Snapshot,
  where: Filter | undefined,
  most: { readonly bytes: number; readonly rows: number },
): Add[][] {
  const expression = where && toExpression(where, snapshot.fields);
  const partitions = new Map<string, Add[]>();
  for (const add of snapshot.files.values()) {
    if (add.size >= most.bytes / 2 || rowsOf(add) >= most.rows / 2) continue;
    if (expression && !mayMatch(expression, fileBounds(add, snapshot.fields))) continue;
    const key = JSON.stringify(Object.entries(add.partitionValues).sort());
    partitions.set(key, [...(partitions.get(key) ?? []), add]);
  }
  return [...partitions.values()].flatMap((adds) => {
    const bins: Add[][] = [];
    let room = { bytes: 0, rows: 0 };
    for (const add of adds) {
      const rows = rowsOf(add);
      if (add.size > room.bytes || rows > room.rows) {
        bins.push([]);
        room = { ...most };
      }
      bins.at(-1)!.push(add);
      room.bytes -= add.size;
      room.rows -= rows;
    }
    return bins.filter((bin) => bin.length > 1);
  });
}

function rowsOf(add: Add): number {
  return readStats(add)?.numRecords ?? 0;
}

function sorted(batch: Batch, by: readonly string[], fields: readonly Field[]): Batch {
  if (by.length === 0) return batch;
  const keys = by.map((name) => ({
    column: batch.columns[name]!,
    order: orderOf(fields.find((field) => field.name === name)!.type),
  }));
  const rows = Array.from({ length: batch.rowCount }, (_, row) => row).sort((a, b) => {
    for (const { column, order } of keys) {
      const [x, y] = [column[a]!, column[b]!];
      const found = x === null || y === null ? Number(x !== null) - Number(y !== null) : order(x, y);
      if (found !== 0) return found;
    }
    return a - b;
  });
  return {
    rowCount: batch.rowCount,
    columns: Object.fromEntries(
      Object.entries(batch.columns).map(([name, column]) => [name, picked(column, rows)]),
    ),
  };
}
