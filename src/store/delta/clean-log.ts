import type { Files } from '../files/index.ts';
import { intervalProperty } from './interval.ts';
import { listLog } from './segment.ts';
import type { Snapshot } from './snapshot.ts';

const MONTH_MS = 30 * 86_400_000;
const DAY_MS = 86_400_000;

/**
 * Deletes commits and checkpoints that are older than table property `delta.logRetentionDuration` (30 days)
 * allows, counted from midnight UTC. The newest checkpoint of that age and its commit stay, so that every
 * version from there on can still be read.
 *
 * @returns how many files were deleted
 */
export async function cleanLog(
  files: Files,
  { metadata }: Snapshot,
  now: number = Date.now(),
): Promise<number> {
  const { configuration } = metadata;
  if (configuration['delta.enableExpiredLogCleanup'] === 'false') return 0;
  const kept = intervalProperty(configuration, 'delta.logRetentionDuration', MONTH_MS);
  const cutoff = Math.floor((now - kept) / DAY_MS) * DAY_MS;
  const { commits, checkpoints } = await listLog(files);
  const old = [...commits.values()].filter(({ modifiedAt }) => modifiedAt <= cutoff).length;
  const oldVersions = [...commits.keys()].sort((a, b) => a - b).slice(0, old);
  const lastOld = oldVersions.at(-1);
  if (lastOld === undefined) return 0;
  const first = checkpoints.findLast(({ version }) => version <= lastOld)?.version;
  if (first === undefined) return 0;
  const paths = [
    ...[...commits].filter(([version]) => version < first).map(([, { path }]) => path),
    ...checkpoints
      .filter(({ version }) => version < first)
      .flatMap((checkpoint) => checkpoint.files.map(({ path }) => path)),
  ];
  // Checkpoints go first: a clean-up that is cut off leaves commits without a beginning, never the reverse.
  for (const path of paths.reverse()) await files.delete(path);
  return paths.length;
}
