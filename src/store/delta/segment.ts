import type { FileInfo, Files } from '../files/index.ts';
import { type Checkpoint, findCheckpoints } from './checkpoint-read.ts';
import { LAST_CHECKPOINT } from './checkpoint-write.ts';
import { LOG, versionName } from './commit-file.ts';

const OF_VERSION = /^_delta_log\/(\d{20})\./;
const COMMIT = /^_delta_log\/(\d{20})\.json$/;

/** What lies in a log: the versions that have a commit file, and the complete checkpoints, both ascending. */
export interface Listing {
  readonly commits: ReadonlyMap<number, FileInfo>;
  readonly checkpoints: readonly Checkpoint[];
  /** What else is there of a version: checksums, compacted commits, parts of checkpoints that were never finished. */
  readonly others: readonly FileInfo[];
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
  const known = new Set(checkpoints.flatMap((checkpoint) => checkpoint.files));
  const others = listed.filter(
    (file) => !known.has(file) && !COMMIT.test(file.path) && OF_VERSION.test(file.path),
  );
  return { commits, checkpoints, others, newest };
}

/** The version (the first of several) in the name of a file of the log. */
export function versionOf(path: string): number {
  return Number(OF_VERSION.exec(path)?.[1]);
}

/** When each commit was made, by the storage's clock; one that is not later than the one before counts as 1 ms later. */
export function* momentsOf(commits: Listing['commits']): Generator<[version: number, moment: number]> {
  let last = Number.NEGATIVE_INFINITY;
  for (const [version, { modifiedAt }] of commits) {
    last = Math.max(modifiedAt, last + 1);
    yield [version, last];
  }
}

/** What `_last_checkpoint` says. It is a hint: absent, old or damaged, it only costs time. */
export interface Hint {
  readonly version: number;
  /** By the checkpoint's own writer: by it a checkpoint that is not whole is found out. */
  readonly numOfAddFiles?: number;
}

export async function lastCheckpoint(files: Files): Promise<Hint | undefined> {
  const bytes = await files.read(LAST_CHECKPOINT);
  if (!bytes) return undefined;
  try {
    const { version, numOfAddFiles } = JSON.parse(new TextDecoder().decode(bytes));
    if (!Number.isSafeInteger(version) || version < 0) return undefined;
    return { version, ...(Number.isSafeInteger(numOfAddFiles) ? { numOfAddFiles } : {}) };
  } catch {
    return undefined;
  }
}
