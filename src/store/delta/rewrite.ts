import type { Files } from '../files/index.ts';
import type { Add } from './actions.ts';
import { joined, packed } from './columns.ts';
import { take } from './expression.ts';
import { Scan } from './scan.ts';
import type { Snapshot } from './snapshot.ts';
import { stage } from './stage.ts';
import type { Batch, Column } from './types.ts';

/** All rows of some data files, in one batch. */
export async function readFiles(files: Files, snapshot: Snapshot, adds: readonly Add[]): Promise<Batch> {
  const batches: Batch[] = [];
  for await (const { rowCount, columns } of new Scan(files, snapshot, {}, adds)) {
    const kept = snapshot.fields.map(({ name, type }) => [name, packed(columns[name]!, type)] as const);
    batches.push({ rowCount, columns: Object.fromEntries(kept) });
  }
  return concatenate(batches, snapshot);
}

function concatenate(batches: readonly Batch[], { fields }: Snapshot): Batch {
  if (batches.length === 1) return batches[0]!;
  const columns = fields.map(({ name }): [string, Column] => [
    name,
    joined(batches.map((batch) => batch.columns[name]!)),
  ]);
  return {
    rowCount: batches.reduce((sum, { rowCount }) => sum + rowCount, 0),
    columns: Object.fromEntries(columns),
  };
}

/** A file without some of its rows: what remains of it as new files, and how many rows went. */
export async function withoutRows(
  files: Files,
  snapshot: Snapshot,
  add: Add,
  chosen: (batch: Batch) => readonly number[],
): Promise<{ readonly added: Add[]; readonly gone: number }> {
  const batch = await readFiles(files, snapshot, [add]);
  const going = new Set(chosen(batch));
  if (going.size === 0) return { added: [], gone: 0 };
  const staying = Array.from({ length: batch.rowCount }, (_, row) => row).filter((row) => !going.has(row));
  const added = staying.length > 0 ? await stage(files, snapshot, take(batch, staying)) : [];
  return { added, gone: going.size };
}
