import { CandlebookError } from '../../market/index.ts';
import { type Batch, type Field, parquetWriter } from '../delta/index.ts';
import type { Rows } from './files.ts';

/** Small batches are put together, so that a row group is worth opening. */
const ROWS_IN_GROUP = 100_000;

/** Columns with the types that the table has; packed with zstd. */
export async function writeParquetFile(path: string, { fields, batches }: Rows): Promise<void> {
  const untyped = fields.find(({ type }) => type === 'void');
  if (untyped)
    throw new CandlebookError('TABLE_UNSUPPORTED', `Column ${untyped.name} has no type.`, {
      value: untyped.name,
      hint: 'Leave it out by naming the columns, or export it as .csv.',
    });
  const writer = await parquetWriter(path, fields, ROWS_IN_GROUP);
  let waiting: Batch[] = [];
  let rows = 0;
  for await (const batch of batches) {
    if (batch.rowCount > 0) waiting.push(batch);
    rows += batch.rowCount;
    if (rows < ROWS_IN_GROUP) continue;
    await writer.write(together(waiting, fields, rows));
    waiting = [];
    rows = 0;
  }
  if (rows > 0) await writer.write(together(waiting, fields, rows));
  await writer.finish();
}

function together(batches: readonly Batch[], fields: readonly Field[], rowCount: number): Batch {
  if (batches.length === 1) return batches[0]!;
  const columns = fields.map(({ name }) => [name, batches.flatMap(({ columns }) => [...columns[name]!])]);
  return { rowCount, columns: Object.fromEntries(columns) };
}
