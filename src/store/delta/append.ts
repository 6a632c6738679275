import { CandlebookError } from '../../market/index.ts';
import type { Txn } from './actions.ts';
import { type Committed, commit } from './commit.ts';
import { BLIND, type Conflict } from './conflict.ts';
import type { Log } from './log.ts';
import { dataPath } from './partition.ts';
import { checkWritable } from './protocol.ts';
import type { Snapshot } from './snapshot.ts';
import { stage } from './stage.ts';
import type { Batch } from './types.ts';

const MOST_ATTEMPTS = 50;

export interface AppendOptions {
  /**
   * Progress that is committed together with the rows. Where the table already holds this version of this
   * application, or a later one, nothing is written: the rows are in.
   */
  readonly txn?: Txn;
  /** What else the commit should say of itself, for instance a feed's position. */
  readonly info?: Readonly<Record<string, unknown>>;
}

/** Rows and the progress that they stand for. */
export interface Batched {
  readonly batch: Batch;
  readonly txns: readonly Txn[];
}

/**
 * Adds rows in one commit. @returns the version, or `undefined` when `txn` says that they are in already
 * @throws CandlebookError SCHEMA_MISMATCH, TABLE_UNWRITABLE, TABLE_UNSUPPORTED, TABLE_CONFLICT
 */
export function append(
  log: Log,
  batch: Batch,
  { txn, info }: AppendOptions = {},
): Promise<Committed | undefined> {
  return appendOnce(
    log,
    (progress) => {
      if (!txn) return { batch, txns: [] };
      const known = progress(txn.appId);
      return known !== undefined && known >= txn.version ? undefined : { batch, txns: [txn] };
    },
    info,
  );
}

/**
 * Adds what is not in the table yet, in one commit. `choose` says what that is, by the progress that the table
 * holds; it is asked again when another writer made progress meanwhile.
 *
 * @param choose `undefined` when everything is in
 * @returns the version, or `undefined` when everything was in
 */
export async function appendOnce(
  log: Log,
  choose: (progress: (appId: string) => number | undefined) => Batched | undefined,
  info?: Readonly<Record<string, unknown>>,
): Promise<Committed | undefined> {
  let conflict: Conflict | undefined;
  for (let tried = 0; tried < MOST_ATTEMPTS; tried++) {
    const read = log.latest;
    checkWritable(read.protocol, read.metadata, log.files.location);
    const chosen = choose((appId) => read.txns.get(appId)?.version);
    if (!chosen) return undefined;
    const outcome = await write(log, read, chosen, info).catch(async (error: CandlebookError) => {
      // Rows that do not fit may fit the schema that somebody has given the table meanwhile.
      if (error.code === 'SCHEMA_MISMATCH' && (await log.refresh()).metadata !== read.metadata)
        return undefined;
      throw error;
    });
    if (!outcome) continue;
    if (!('conflict' in outcome)) return outcome;
    conflict = outcome;
    await log.refresh();
  }
  throw new CandlebookError(
    'TABLE_CONFLICT',
    `Appending to ${log.files.location} was overtaken ${MOST_ATTEMPTS} times, last by version ${conflict!.version} (${conflict!.conflict}).`,
    { value: conflict, hint: 'Nothing was written: append when fewer others write the same.' },
  );
}

async function write(
  log: Log,
  read: Snapshot,
  { batch, txns }: Batched,
  info: Readonly<Record<string, unknown>> | undefined,
): Promise<Committed | Conflict> {
  const adds = await stage(log.files, read, batch);
  const lastUpdated = Date.now();
  const outcome = await commit(log, {
    read,
    actions: [...txns.map((txn) => ({ txn: { lastUpdated, ...txn } })), ...adds.map((add) => ({ add }))],
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
  if ('conflict' in outcome) await Promise.all(adds.map(({ path }) => log.files.delete(dataPath(path))));
  return outcome;
}
