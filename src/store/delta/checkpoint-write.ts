import { CandlebookError } from '../../market/index.ts';
import type { Files } from '../files/index.ts';
import type { Action, Remove, Txn } from './actions.ts';
import { checkpointSchema } from './checkpoint-schema.ts';
import { codecOf, compressors } from './codecs.ts';
import { LOG, versionName } from './commit-file.ts';
import { ENGINE } from './engine.ts';
import { intervalProperty } from './interval.ts';
import type { Snapshot } from './snapshot.ts';

export const LAST_CHECKPOINT = `${LOG}/_last_checkpoint`;

const WEEK_MS = 7 * 86_400_000;
const EVERY = 10;
const ROWS_IN_GROUP = 20_000;

/** Is a checkpoint to be made at this version? By table property `delta.checkpointInterval`, every tenth. */
export function isCheckpointDue({ version, metadata }: Snapshot): boolean {
  // Statistics as structs are not implemented, and a checkpoint without them would break the table's promise.
  if (metadata.configuration['delta.checkpoint.writeStatsAsStruct'] === 'true') return false;
  const every = Number(metadata.configuration['delta.checkpointInterval'] ?? EVERY);
  return version > 0 && every > 0 && version % every === 0;
}

/** Writes the snapshot as a checkpoint, and the pointer to it. Idempotent: it may be done again and by anyone. */
export async function writeCheckpoint(
  files: Files,
  snapshot: Snapshot,
  now: number = Date.now(),
): Promise<void> {
  const actions = checkpointActions(snapshot, now);
  const bytes = await toParquet(actions, snapshot);
  await files.write(`${LOG}/${versionName(snapshot.version)}.checkpoint.parquet`, bytes);
  const pointer = {
    version: snapshot.version,
    size: actions.length,
    sizeInBytes: bytes.length,
    numOfAddFiles: snapshot.files.size,
  };
  await files.write(LAST_CHECKPOINT, new TextEncoder().encode(JSON.stringify(pointer)));
}

/** All that makes up the state; tombstones and transactions that nobody needs any more are left out. */
function checkpointActions(snapshot: Snapshot, now: number): Action[] {
  const { protocol, metadata: metaData, txns, domains, files, tombstones } = snapshot;
  const { configuration } = metaData;
  const filesKept = now - intervalProperty(configuration, 'delta.deletedFileRetentionDuration', WEEK_MS);
  const txnsKept =
    now - intervalProperty(configuration, 'delta.setTransactionRetentionDuration', Number.POSITIVE_INFINITY);
  const actions: Action[] = [{ protocol }, { metaData }];
  for (const txn of txns.values()) if (isKept(txn, txnsKept)) actions.push({ txn });
  for (const domainMetadata of domains.values())
    if (!domainMetadata.removed) actions.push({ domainMetadata });
  const withStats = configuration['delta.checkpoint.writeStatsAsJson'] !== 'false';
  for (const { stats, ...add } of files.values()) {
    actions.push({ add: { ...add, ...(withStats && stats ? { stats } : {}), dataChange: false } });
  }
  for (const remove of tombstones.values()) {
    if ((remove.deletionTimestamp ?? 0) > filesKept) actions.push({ remove: tombstone(remove) });
  }
  return actions;
}

function isKept({ lastUpdated }: Txn, since: number): boolean {
  return lastUpdated === undefined || lastUpdated > since;
}

function tombstone({ path, deletionTimestamp, extendedFileMetadata, partitionValues, size }: Remove): Remove {
  return {
    path,
    dataChange: false,
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    ...(extendedFileMetadata ? { extendedFileMetadata } : {}),
    ...(partitionValues ? { partitionValues } : {}),
    ...(size === undefined ? {} : { size }),
  };
}

async function toParquet(
  actions: readonly Action[],
  { version, files, metadata }: Snapshot,
): Promise<Uint8Array> {
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const { parquetMetadata } = await import('hyparquet');
  const schema = checkpointSchema(actions.some(({ add }) => add?.tags));
  const names = ['txn', 'add', 'remove', 'metaData', 'protocol', 'domainMetadata'] as const;
  const buffer = parquetWriteBuffer({
    schema,
    columnData: names.map((name) => ({ name, data: actions.map((action) => withLongs(action[name])) })),
    codec: codecOf(metadata.configuration),
    compressors: await compressors(),
    rowGroupSize: ROWS_IN_GROUP,
    statistics: false,
    createdBy: ENGINE,
  });
  // A checkpoint that lies is worse than none: what was written is counted before it is shown to anybody.
  const rows = Number(parquetMetadata(buffer).num_rows);
  if (rows !== actions.length || actions.filter(({ add }) => add).length !== files.size) {
    throw new CandlebookError(
      'TABLE_INVALID',
      `The checkpoint of version ${version} holds ${rows} of ${actions.length} actions.`,
      {
        value: version,
        hint: 'This is a fault of the software: please report it. The table itself is whole.',
      },
    );
  }
  return new Uint8Array(buffer);
}

const LONGS = new Set([
  'version',
  'lastUpdated',
  'size',
  'modificationTime',
  'deletionTimestamp',
  'createdTime',
]);

function withLongs(action: object | undefined): Record<string, unknown> | null {
  if (!action) return null;
  const row: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(action)) {
    row[key] = LONGS.has(key) && typeof value === 'number' ? BigInt(Math.trunc(value)) : value;
  }
  return row;
}
