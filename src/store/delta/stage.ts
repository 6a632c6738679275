import { randomUUID } from 'node:crypto';
import type { Files } from '../files/index.ts';
import type { Add } from './actions.ts';
import { codecOf } from './codecs.ts';
import { checkConstraints, constraintsOf } from './constraints.ts';
import { writeParquet } from './parquet-write.ts';
import { logPath, partitionFolder, splitByPartition } from './partition.ts';
import type { Snapshot } from './snapshot.ts';
import { statsOf } from './stats.ts';
import type { Batch } from './types.ts';
import { conform } from './values.ts';

const INDEXED_COLUMNS = 32;

/**
 * Writes rows as data files, one a partition, which no reader sees before they are committed.
 *
 * @throws CandlebookError SCHEMA_MISMATCH, TABLE_UNWRITABLE, TABLE_UNSUPPORTED
 */
export async function stage(
  files: Files,
  { metadata, fields }: Snapshot,
  batch: Batch,
  rowsInGroup?: number,
): Promise<Add[]> {
  const { partitionColumns, configuration } = metadata;
  const rows = conform(batch, fields);
  checkConstraints(constraintsOf(metadata, fields), rows);
  const stored = fields.filter(({ name }) => !partitionColumns.includes(name));
  const codec = codecOf(configuration);
  const indexed = Number(configuration['delta.dataSkippingNumIndexedCols'] ?? INDEXED_COLUMNS);
  const adds: Add[] = [];
  for (const part of splitByPartition(rows, fields, partitionColumns)) {
    const bytes = await writeParquet(part.batch, stored, codec, rowsInGroup);
    const folder = partitionFolder(part.partitionValues);
    const name = `part-00000-${randomUUID()}.${codec.toLowerCase()}.parquet`;
    const path = folder ? `${folder}/${name}` : name;
    await files.write(path, bytes);
    adds.push({
      path: logPath(path),
      partitionValues: part.partitionValues,
      size: bytes.length,
      modificationTime: Date.now(),
      dataChange: true,
      stats: statsOf(part.batch, stored, indexed < 0 ? stored.length : indexed),
    });
  }
  return adds;
}
