import type { FileInfo, Files } from '../files/index.ts';
import { type Checkpoint, findCheckpoints } from './checkpoint-read.ts';
import { LAST_CHECKPOINT } from './checkpoint-write.ts';
import { LOG, versionName } from './commit-file.ts';

const COMMIT = /^_delta_log\/(\d{20})\.json$/;

/** What lies in a log: the versions that have a commit file, and the complete checkpoints, both ascending. */
export interface Listing {
  readonly commits: ReadonlyMap<number, FileInfo>;
  readonly checkpoints: readonly Checkpoint[];
  /** -1 when there is neither. */
  readonly newest: number;
}

export async function listLog(files: Files, from = 0): Promise<Listing> {
  const listed: FileInfo[] = [];
  for await (const file of files.list(LOG, { from: `${LOG}/${versionName(from)}` })) listed.push(file);
  const commits = new Map<number, FileInfo>();
  for (const file of listed) {
    const match = COMMIT.exec(file.path);
    if (match) commits.set(Number(match[1]), file);
  }
  const checkpoints = findCheckpoints(listed).sort((a, b) => a.version - b.version);
  const newest = Math.max([...commits.keys()].at(-1) ?? -1, checkpoints.at(-1)?.version ?? -1);
  return { commits, checkpoints, newest };
}

/** Version that `_last_checkpoint` points to. It is a hint: absent, old or damaged, it only costs time. */
export async function lastCheckpoint(files: Files): Promise<number | undefined> {
  const bytes = await files.read(LAST_CHECKPOINT);
  if (!bytes) return undefined;
  try {
    const { version } = JSON.parse(new TextDecoder().decode(bytes));
    return Number.isSafeInteger(version) && version >= 0 ? version : undefined;
  } catch {
    return undefined;
  }
}
