import { CandlebookError } from '../../market/index.ts';
import type { Files } from '../files/index.ts';
import { commitInfoOf, IN_COMMIT_TIMESTAMPS, type Metadata } from './actions.ts';
import { readVersion } from './load.ts';
import { listLog, momentsOf } from './segment.ts';

const DATED_FROM = 'delta.inCommitTimestampEnablementVersion';

/**
 * The version that was the newest at a moment (epoch ms): by the log where the table dates its versions there, else
 * by the storage's own clock as the commit files carry it. Where that clock went backwards, a commit counts as
 * one millisecond after the one before it.
 *
 * @throws CandlebookError INPUT_INVALID for a moment before the oldest version that can be read
 */
export async function versionAt(
  files: Files,
  timestamp: number,
  configuration: Metadata['configuration'] = {},
): Promise<number> {
  const { commits, checkpoints } = await listLog(files);
  const oldest = commits.has(0) ? 0 : (checkpoints[0]?.version ?? 0);
  const dated = configuration[IN_COMMIT_TIMESTAMPS] === 'true';
  const datedFrom = dated ? Number(configuration[DATED_FROM] ?? 0) : Number.POSITIVE_INFINITY;
  const inLog = await lastInLog(
    files,
    [...commits.keys()].filter((version) => version >= Math.max(oldest, datedFrom)),
    timestamp,
  );
  if (inLog !== undefined) return inLog;
  let found: number | undefined;
  let first: number | undefined;
  for (const [version, moment] of momentsOf(commits)) {
    if (version < oldest || version >= datedFrom) continue;
    first ??= moment;
    if (moment > timestamp) break;
    found = version;
  }
  if (found !== undefined) return found;
  const from =
    first === undefined ? 'it has no commits' : `its oldest version is of ${new Date(first).toISOString()}`;
  throw new CandlebookError(
    'INPUT_INVALID',
    `The table at ${files.location} can not be read as of ${shown(timestamp)}: ${from}.`,
    { value: timestamp, hint: 'Ask for a later moment.' },
  );
}

/** The last of these versions that the log dates at a moment or before it; they are dated in their order. */
async function lastInLog(
  files: Files,
  versions: readonly number[],
  timestamp: number,
): Promise<number | undefined> {
  let [low, high] = [0, versions.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const commit = await readVersion(files, versions[middle]!);
    if ((commitInfoOf(commit?.actions)?.inCommitTimestamp ?? 0) <= timestamp) low = middle + 1;
    else high = middle;
  }
  return versions[low - 1];
}

function shown(timestamp: number): string {
  const date = new Date(timestamp);
  return Number.isNaN(date.getTime()) ? String(timestamp) : date.toISOString();
}
