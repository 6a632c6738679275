import { CandlebookError } from '../../market/index.ts';
import type { Files } from '../files/index.ts';
import type { Action } from './actions.ts';
import { commitPath, LOG, readCommit, versionName } from './commit-file.ts';
import { checkReadable } from './protocol.ts';
import { type Commit, Snapshot } from './snapshot.ts';

const COMMIT = /^_delta_log\/(\d{20})\.json$/;

/** After so long without a look, probing for the next commit is not enough: the log may have been cleaned up. */
const LIST_AFTER_MS = 10 * 60_000;

/** The transaction log of one table, with the newest snapshot that was seen. */
export class Log {
  readonly files: Files;
  #latest: Snapshot;
  #seenAt = Date.now();

  private constructor(files: Files, latest: Snapshot) {
    this.files = files;
    this.#latest = latest;
  }

  /** @returns `undefined` when there is no table. @throws CandlebookError TABLE_INVALID, TABLE_UNSUPPORTED */
  static async open(files: Files): Promise<Log | undefined> {
    const latest = await loadSnapshot(files);
    return latest && new Log(files, latest);
  }

  get latest(): Snapshot {
    return this.#latest;
  }

  /** Reads the commits that others made since. @returns the newest snapshot */
  async refresh(): Promise<Snapshot> {
    if (this.#stale) {
      const loaded = await loadSnapshot(this.files);
      if (loaded && loaded.version > this.#latest.version) this.#latest = loaded;
    } else {
      for (;;) {
        const commit = await readVersion(this.files, this.#latest.version + 1);
        if (!commit) break;
        this.advance(commit);
      }
    }
    this.#seenAt = Date.now();
    return this.#latest;
  }

  /** For a writer: the next version number may have been used, and its file cleaned up, long ago. */
  async refreshIfStale(): Promise<void> {
    if (this.#stale) await this.refresh();
  }

  get #stale(): boolean {
    return Date.now() - this.#seenAt > LIST_AFTER_MS;
  }

  /** Takes the commit that follows the newest snapshot. */
  advance(commit: Commit): void {
    if (commit.version !== this.#latest.version + 1) return;
    this.#latest = this.#latest.after(commit, this.files.location);
    if (commit.actions.some(({ protocol, metaData }) => protocol || metaData)) {
      checkReadable(this.#latest.protocol, this.#latest.metadata, this.files.location);
    }
    this.#seenAt = Date.now();
  }
}

/** One commit, `undefined` when it is not there. */
export async function readVersion(files: Files, version: number): Promise<Commit | undefined> {
  const path = commitPath(version);
  const bytes = await files.read(path);
  return bytes && { version, actions: readCommit(bytes, path) };
}

/** The table at a version, by default the newest; `undefined` when there is no table. */
export async function loadSnapshot(files: Files, wanted?: number): Promise<Snapshot | undefined> {
  const versions = await listVersions(files);
  const newest = versions.at(-1);
  if (newest === undefined) return undefined;
  const version = wanted ?? newest;
  if (!versions.includes(version)) {
    throw new CandlebookError('INPUT_INVALID', `The table at ${files.location} has no version ${version}.`, {
      value: version,
      hint: `It has versions ${versions[0]} to ${newest}.`,
    });
  }
  let snapshot: Snapshot | undefined;
  for (let at = 0; at <= version; at++) {
    const commit = await readVersion(files, at);
    if (!commit) throw missing(files, at);
    snapshot = snapshot
      ? snapshot.after(commit, files.location)
      : Snapshot.first(at, commit.actions as Action[], files.location);
  }
  checkReadable(snapshot!.protocol, snapshot!.metadata, files.location);
  return snapshot;
}

async function listVersions(files: Files): Promise<number[]> {
  const versions: number[] = [];
  for await (const { path } of files.list(LOG)) {
    const match = COMMIT.exec(path);
    if (match) versions.push(Number(match[1]));
  }
  return versions;
}

function missing(files: Files, version: number): CandlebookError {
  return new CandlebookError(
    'TABLE_INVALID',
    `The log of the table at ${files.location} has a hole: ${LOG}/${versionName(version)}.json is missing.`,
    { value: version, hint: 'Restore the file from a backup.' },
  );
}
