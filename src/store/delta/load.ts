import { CandlebookError } from '../../market/index.ts';
import type { Files } from '../files/index.ts';
import { type Checkpoint, readCheckpoint } from './checkpoint-read.ts';
import { commitPath, LOG, readCommit, versionName } from './commit-file.ts';
import { checkReadable } from './protocol.ts';
import { type Hint, type Listing, lastCheckpoint, listLog } from './segment.ts';
import { type Commit, Snapshot } from './snapshot.ts';

const AT_ONCE = 32;

/** One commit, `undefined` when it is not there. */
export async function readVersion(files: Files, version: number): Promise<Commit | undefined> {
  const path = commitPath(version);
  const bytes = await files.read(path);
  return bytes && { version, actions: readCommit(bytes, path) };
}

/** Commits from one version to another, both included, in their order; read several at a time. */
export async function* readVersions(files: Files, first: number, last: number): AsyncGenerator<Commit> {
  for (let start = first; start <= last; start += AT_ONCE) {
    const count = Math.min(AT_ONCE, last - start + 1);
    const commits = await Promise.all(
      Array.from({ length: count }, (_, offset) => readVersion(files, start + offset)),
    );
    for (const [offset, commit] of commits.entries()) {
      if (!commit) throw missing(files, start + offset);
      yield commit;
    }
  }
}

/**
 * The table at a version, by default the newest; `undefined` when there is no table.
 *
 * @throws CandlebookError INPUT_INVALID for a version that there is not; TABLE_INVALID, TABLE_UNSUPPORTED
 */
export async function loadSnapshot(files: Files, wanted?: number): Promise<Snapshot | undefined> {
  const hint = await lastCheckpoint(files);
  const snapshot = (await loadFromHint(files, hint, wanted)) ?? (await loadFromListing(files, hint, wanted));
  if (!snapshot) return undefined;
  checkReadable(snapshot.protocol, snapshot.metadata, files.location);
  return snapshot;
}

/** From the checkpoint that `_last_checkpoint` names. What that part of the log lacks, the whole of it may have. */
async function loadFromHint(
  files: Files,
  hint: Hint | undefined,
  wanted: number | undefined,
): Promise<Snapshot | undefined> {
  const from = hint?.version ?? 0;
  if (from === 0 || (wanted !== undefined && wanted < from)) return undefined;
  try {
    return await replay(files, await listLog(files, from), hint, wanted);
  } catch (error) {
    if (error instanceof CandlebookError && error.code === 'TABLE_INVALID') return undefined;
    throw error;
  }
}

async function loadFromListing(
  files: Files,
  hint: Hint | undefined,
  wanted: number | undefined,
): Promise<Snapshot | undefined> {
  const listing = await listLog(files);
  if (listing.commits.size + listing.checkpoints.length === 0) return undefined;
  const snapshot = await replay(files, listing, hint, wanted);
  if (!snapshot) throw noVersion(files, listing, wanted ?? 0);
  return snapshot;
}

/**
 * From the newest checkpoint that can be read, and the commits after it. `undefined` when the version, or what
 * it is to be made from, is not in the listing.
 */
async function replay(
  files: Files,
  { commits, checkpoints, newest }: Listing,
  hint: Hint | undefined,
  wanted: number | undefined,
): Promise<Snapshot | undefined> {
  const version = wanted ?? newest;
  if (version > newest || version < 0) return undefined;
  const usable = checkpoints.filter((checkpoint) => checkpoint.version <= version);
  if (usable.length === 0 && !commits.has(0)) {
    if (wanted === undefined) throw missing(files, 0);
    return undefined;
  }
  let snapshot = await fromCheckpoint(files, usable, hint, !commits.has(0));
  const first = (snapshot?.version ?? -1) + 1;
  for (let at = first; at <= version; at++) if (!commits.has(at)) throw missing(files, at);
  for await (const commit of readVersions(files, first, version)) {
    snapshot = snapshot
      ? snapshot.after(commit, files.location)
      : Snapshot.first(commit.version, commit.actions, files.location);
  }
  return snapshot;
}

/** A checkpoint that can not be read is passed over: the one before it, or the commits, say the same. */
async function fromCheckpoint(
  files: Files,
  checkpoints: readonly Checkpoint[],
  hint: Hint | undefined,
  needed: boolean,
): Promise<Snapshot | undefined> {
  let damage: unknown;
  for (const checkpoint of checkpoints.toReversed()) {
    try {
      const expected = checkpoint.version === hint?.version ? hint.numOfAddFiles : undefined;
      const actions = await readCheckpoint(files, checkpoint, expected);
      return Snapshot.first(checkpoint.version, actions, files.location);
    } catch (error) {
      if (!(error instanceof CandlebookError && error.code === 'TABLE_INVALID')) throw error;
      damage ??= error;
    }
  }
  if (needed) throw damage;
  return undefined;
}

function noVersion(files: Files, { commits, checkpoints, newest }: Listing, wanted: number): CandlebookError {
  const oldest = commits.has(0) ? 0 : checkpoints[0]?.version;
  return new CandlebookError('INPUT_INVALID', `The table at ${files.location} has no version ${wanted}.`, {
    value: wanted,
    hint: `It has versions ${oldest} to ${newest}.`,
  });
}

function missing(files: Files, version: number): CandlebookError {
  return new CandlebookError(
    'TABLE_INVALID',
    `The log of the table at ${files.location} has a hole: ${LOG}/${versionName(version)}.json is missing.`,
    { value: version, hint: 'Restore the file from a backup.' },
  );
}
