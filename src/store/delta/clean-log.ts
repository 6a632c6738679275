import type { Files } from '../files/index.ts';
import { readCheckpoint } from './checkpoint-read.ts';
import { intervalProperty } from './interval.ts';
import { listLog, momentsOf, versionOf } from './segment.ts';
import type { Snapshot } from './snapshot.ts';

const MONTH_MS = 30 * 86_400_000;
const DAY_MS = 86_400_000;

/**
 * Deletes commits and checkpoints that are older than table property `delta.logRetentionDuration` (30 days)
 * allows, counted from midnight UTC. The newest checkpoint of that age and its commit stay, so that every
 * version from there on can still be read. A checkpoint that can not be read stands for nothing: the commits
 * before it stay.
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
  const keptMs = intervalProperty(configuration, 'delta.logRetentionDuration', MONTH_MS);
  const cutoff = Math.floor((now - keptMs) / DAY_MS) * DAY_MS;
  const { commits, checkpoints, others } = await listLog(files);
  let lastOld: number | undefined;
  for (const [version, moment] of momentsOf(commits)) {
    if (moment > cutoff) break;
    lastOld = version;
  }
  const kept = checkpoints.findLast(({ version }) => version <= (lastOld ?? -1));
  if (!kept) return 0;
  // What is deleted could make up for a damaged checkpoint, so that is read first.
  await readCheckpoint(files, kept);
  const first = kept.version;
  const paths = [
    ...[...commits].filter(([version]) => version < first).map(([, { path }]) => path),
    ...checkpoints
      .filter(({ version }) => version < first)
      .flatMap((checkpoint) => checkpoint.files.map(({ path }) => path)),
    ...others.filter(({ path }) => versionOf(path) < first).map(({ path }) => path),
  ];
  // Checkpoints go first: a clean-up that is cut off leaves commits without a beginning, never the reverse.
  for (const path of paths.reverse()) await files.delete(path);
  return paths.length;
}
