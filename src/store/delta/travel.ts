import { CandlebookError } from '../../market/index.ts';
import type { Files } from '../files/index.ts';
import { listLog } from './segment.ts';

/**
 * The version that was the newest at a moment (epoch ms), by the storage's own clock as the commit files carry
 * it. Where that clock went backwards, a commit counts as one millisecond after the one before it.
 *
 * @throws CandlebookError INPUT_INVALID for a moment before the oldest version that can be read
 */
export async function versionAt(files: Files, timestamp: number): Promise<number> {
  const { commits, checkpoints } = await listLog(files);
  const oldest = commits.has(0) ? 0 : (checkpoints[0]?.version ?? 0);
  let found: number | undefined;
  let last = Number.NEGATIVE_INFINITY;
  let first: number | undefined;
  for (const [version, { modifiedAt }] of commits) {
    if (version < oldest) continue;
    last = Math.max(modifiedAt, last + 1);
    first ??= last;
    if (last > timestamp) break;
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

function shown(timestamp: number): string {
  const date = new Date(timestamp);
  return Number.isNaN(date.getTime()) ? String(timestamp) : date.toISOString();
}
