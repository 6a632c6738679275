import { CandlebookError } from '../../market/index.ts';
import { isUnfinished } from '../files/index.ts';
import { LOG } from './commit-file.ts';
import { intervalProperty } from './interval.ts';
import type { Log } from './log.ts';
import { checkWritable } from './protocol.ts';

export interface VacuumOptions {
  /** Files that were removed from the table longer ago than this, in ms. Default: table property `delta.deletedFileRetentionDuration`, 7 days. */
  readonly olderThanMs?: number;
  /** Allow a time that is shorter than the table's own: readers of older versions, and writers at work, lose their files. */
  readonly force?: boolean;
  /** Only say what would be deleted. */
  readonly dryRun?: boolean;
}

export interface Vacuumed {
  /** Paths below the table's root. */
  readonly deleted: readonly string[];
  readonly bytes: number;
}

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
const HOUR_MS = DAY_MS / 24;

/**
 * Deletes data files that no version of the last days needs, and what writers that were killed left half-written
 * more than a day ago. Versions before that can no longer be read.
 *
 * @throws CandlebookError INPUT_INVALID for a time shorter than the table's own, unless `force` is set
 */
export async function vacuum(log: Log, options: VacuumOptions = {}): Promise<Vacuumed> {
  const snapshot = await log.refresh();
  const { configuration } = snapshot.metadata;
  checkWritable(snapshot.protocol, snapshot.metadata, log.files.location);
  const safe = intervalProperty(configuration, 'delta.deletedFileRetentionDuration', WEEK_MS);
  const { olderThanMs = safe, force = false, dryRun = false } = options;
  if (!(olderThanMs >= 0) || (olderThanMs < safe && !force)) {
    throw new CandlebookError(
      'INPUT_INVALID',
      `Files are to be deleted after ${olderThanMs / HOUR_MS} hours; the table keeps them for ${safe / HOUR_MS}.`,
      {
        value: olderThanMs,
        hint: 'Where no reader of older versions and no other writer is at work, force it (`--force`, `force: true`).',
      },
    );
  }
  const cutoff = Date.now() - olderThanMs;
  const needed = new Set(snapshot.files.keys());
  for (const [path, { deletionTimestamp = 0 }] of snapshot.tombstones)
    if (deletionTimestamp > cutoff) needed.add(path);
  const deleted: string[] = [];
  let bytes = 0;
  const writing = Math.min(cutoff, Date.now() - DAY_MS);
  for await (const { path, size, modifiedAt } of log.files.list('', { recursive: true, unfinished: true })) {
    const goes = isUnfinished(path)
      ? modifiedAt <= writing
      : !isHidden(path) && !needed.has(path) && modifiedAt <= cutoff;
    if (!goes) continue;
    if (!dryRun) await log.files.delete(path);
    deleted.push(path);
    bytes += size;
  }
  return { deleted, bytes };
}

/** The log, and whatever else begins with _ or a dot; a partition folder such as `_day=1` is none of these. */
function isHidden(path: string): boolean {
  return path
    .split('/')
    .some((part) => part === LOG || part.startsWith('.') || (part.startsWith('_') && !part.includes('=')));
}
