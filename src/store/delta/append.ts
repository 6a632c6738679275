import { CandlebookError } from '../../market/index.ts';
import type { Txn } from './actions.ts';
import { type Committed, commit } from './commit.ts';
import { BLIND } from './conflict.ts';
import type { Log } from './log.ts';
import { dataPath } from './partition.ts';
import { checkWritable } from './protocol.ts';
import { stage } from './stage.ts';
import type { Batch } from './types.ts';

export interface AppendOptions {
  /**
   * Progress that is committed together with the rows. Where the table already holds this version of this
   * application, or a later one, nothing is written: the rows are in.
   */
  readonly txn?: Txn;
  /** What else the commit should say of itself, for instance a feed's position. */
  readonly info?: Readonly<Record<string, unknown>>;
}

/**
 * Adds rows in one commit. @returns the version, or `undefined` when `txn` says that they are in already
 * @throws CandlebookError SCHEMA_MISMATCH, TABLE_UNWRITABLE, TABLE_UNSUPPORTED, TABLE_CONFLICT
 */
export async function append(
  log: Log,
  batch: Batch,
  options: AppendOptions = {},
): Promise<Committed | undefined> {
  const { txn, info } = options;
  const read = log.latest;
  checkWritable(read.protocol, read.metadata, log.files.location);
  if (txn && isIn(log, txn)) return undefined;
  const adds = await stage(log.files, read, batch);
  const outcome = await commit(log, {
    read,
    actions: [
      ...(txn ? [{ txn: { lastUpdated: Date.now(), ...txn } }] : []),
      ...adds.map((add) => ({ add })),
    ],
    reads: BLIND,
    operation: 'WRITE',
    parameters: { mode: 'Append', partitionBy: JSON.stringify(read.metadata.partitionColumns) },
    metrics: {
      numFiles: adds.length,
      numOutputRows: batch.rowCount,
      numOutputBytes: adds.reduce((sum, { size }) => sum + size, 0),
    },
    ...(info ? { info } : {}),
  });
  if (!('conflict' in outcome)) return outcome;
  await Promise.all(adds.map(({ path }) => log.files.delete(dataPath(path))));
  await log.refresh();
  if (txn && isIn(log, txn)) return undefined;
  if (outcome.conflict === 'ConcurrentTransaction') return append(log, batch, options);
  throw new CandlebookError(
    'TABLE_CONFLICT',
    `The table at ${log.files.location} was changed by version ${outcome.version} (${outcome.conflict}) while rows were being appended.`,
    { value: outcome, hint: 'Nothing was written: append them again.' },
  );
}

function isIn(log: Log, { appId, version }: Txn): boolean {
  const known = log.latest.txns.get(appId);
  return known !== undefined && known.version >= version;
}
