import { CandlebookError } from '../../market/index.ts';
import type { Files } from '../files/index.ts';
import type { Action, Add } from './actions.ts';
import { type Committed, commit } from './commit.ts';
import { loadSnapshot } from './load.ts';
import type { Log } from './log.ts';
import { dataPath } from './partition.ts';

const MOST_ATTEMPTS = 20;

/**
 * Makes the table what it was at an earlier version, as a new version: nothing of the history is lost.
 *
 * @throws CandlebookError INPUT_INVALID when there is no such version; TABLE_INVALID when VACUUM took its files
 */
export async function restore(log: Log, version: number): Promise<Committed> {
  const target = (await loadSnapshot(log.files, version))!;
  await checkThere(log.files, [...target.files.values()], version);
  for (let tried = 1; ; tried++) {
    const read = await log.refresh();
    const now = Date.now();
    const back = [...target.files].filter(([path]) => !read.files.has(path));
    const gone = [...read.files].filter(([path]) => !target.files.has(path));
    const same = JSON.stringify(read.metadata) === JSON.stringify(target.metadata);
    const actions: Action[] = [
      ...(same ? [] : [{ metaData: target.metadata }]),
      ...gone.map(([, { path, partitionValues, size }]) => ({
        remove: {
          path,
          deletionTimestamp: now,
          dataChange: true,
          extendedFileMetadata: true,
          partitionValues,
          size,
        },
      })),
      ...back.map(([, add]) => ({ add: { ...add, dataChange: true } })),
    ];
    const outcome = await commit(log, {
      read,
      actions,
      reads: { paths: new Set([...read.files.values()].map(({ path }) => path)), matters: () => true },
      operation: 'RESTORE',
      parameters: { version },
      metrics: { numRestoredFiles: back.length, numRemovedFiles: gone.length },
    });
    if (!('conflict' in outcome)) return outcome;
    if (tried === MOST_ATTEMPTS) {
      throw new CandlebookError('TABLE_CONFLICT', `Others kept writing to ${log.files.location}.`, {
        value: outcome,
        hint: 'Nothing was changed: restore when nobody writes.',
      });
    }
  }
}

async function checkThere(files: Files, adds: readonly Add[], version: number): Promise<void> {
  const there = new Set<string>();
  for await (const { path } of files.list('', { recursive: true })) there.add(path);
  const missing = adds.map(({ path }) => dataPath(path)).filter((path) => !there.has(path));
  if (missing.length === 0) return;
  throw new CandlebookError(
    'TABLE_INVALID',
    `Version ${version} can not be restored: ${missing.length} of its ${adds.length} files are gone, ${missing[0]} among them.`,
    { value: missing, hint: 'VACUUM deleted them: restore a later version.' },
  );
}
