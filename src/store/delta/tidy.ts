import { CandlebookError } from '../../market/index.ts';
import { isCheckpointDue, writeCheckpoint } from './checkpoint-write.ts';
import { cleanLog } from './clean-log.ts';
import type { Log } from './log.ts';

const CLEAN_EVERY_MS = 3_600_000;
const cleanedAt = new WeakMap<Log, number>();

/**
 * What a commit leaves to be done: a checkpoint when one is due, then, once an hour, the clean-up of the log.
 * The commit stands whatever comes of it, so trouble is a value; the next checkpoint makes up for this one.
 */
export async function tidy(log: Log): Promise<CandlebookError | undefined> {
  const snapshot = log.latest;
  if (!isCheckpointDue(snapshot)) return undefined;
  try {
    await writeCheckpoint(log.files, snapshot);
    if (Date.now() - (cleanedAt.get(log) ?? 0) > CLEAN_EVERY_MS) {
      cleanedAt.set(log, Date.now());
      await cleanLog(log.files, snapshot);
    }
    return undefined;
  } catch (error) {
    if (error instanceof CandlebookError) return error;
    throw error;
  }
}
