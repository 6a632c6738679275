import { CandlebookError } from '../../market/index.ts';
import type { Files } from '../files/index.ts';
import type { Add, Remove } from './actions.ts';
import { readVersions } from './load.ts';
import { Scan, type ScanOptions } from './scan.ts';
import { listLog } from './segment.ts';
import type { Snapshot } from './snapshot.ts';
import type { Batch } from './types.ts';

/** Rows that a commit brought or took away. */
export interface Change {
  readonly version: number;
  readonly kind: 'insert' | 'delete';
  readonly batch: Batch;
}

/**
 * What changed after version `since`, commit by commit, up to the snapshot. Compaction changes no rows and is
 * passed over; a file that was rewritten gives its old rows as deletes and its new ones as inserts.
 *
 * @throws CandlebookError INPUT_INVALID when the commits after `since` are no longer there, or not yet
 */
export async function* changes(
  files: Files,
  snapshot: Snapshot,
  since: number,
  options: ScanOptions = {},
): AsyncGenerator<Change> {
  await checkSince(files, snapshot, since);
  for await (const { version, actions } of readVersions(files, since + 1, snapshot.version)) {
    const removed = actions.flatMap(({ remove }) => (remove?.dataChange ? [remove] : []));
    const gone = removed.map((remove) => asAdd(remove, version));
    for await (const batch of new Scan(files, snapshot, options, gone))
      yield { version, kind: 'delete', batch };
    const added = actions.flatMap(({ add }) => (add?.dataChange ? [add] : []));
    for await (const batch of new Scan(files, snapshot, options, added))
      yield { version, kind: 'insert', batch };
  }
}

/** A file that was removed still lies there until VACUUM, and can be read by what its remove says of it. */
function asAdd({ path, partitionValues, size, deletionVector }: Remove, version: number): Add {
  if (partitionValues && size !== undefined) {
    return {
      path,
      partitionValues,
      size,
      modificationTime: 0,
      dataChange: true,
      ...(deletionVector ? { deletionVector } : {}),
    };
  }
  throw new CandlebookError(
    'TABLE_UNSUPPORTED',
    `Version ${version} removed ${path} without saying of which size and partition it was.`,
    {
      value: path,
      hint: 'Read the whole table at the version before and after instead.',
    },
  );
}

async function checkSince(files: Files, { version }: Snapshot, since: number): Promise<void> {
  if (Number.isInteger(since) && since >= -1 && since <= version) {
    if (since === version) return;
    const { commits } = await listLog(files, since + 1);
    if (commits.has(since + 1)) return;
  }
  throw new CandlebookError(
    'INPUT_INVALID',
    `The table at ${files.location} has no changes since version ${since}.`,
    {
      value: since,
      hint: `Its newest version is ${version}; older commits may have been cleaned up: read the whole table once, then the changes since its version.`,
    },
  );
}
