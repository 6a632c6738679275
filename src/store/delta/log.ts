import type { Files } from '../files/index.ts';
import { loadSnapshot, readVersion } from './load.ts';
import { checkReadable } from './protocol.ts';
import type { Commit, Snapshot } from './snapshot.ts';

/** After so long without a look, probing for the next commit is not enough: the log may have been cleaned up. */
const LIST_AFTER_MS = 10 * 60_000;
const RECENT = 32;

/** The transaction log of one table, with the newest snapshot that was seen. */
export class Log {
  readonly files: Files;
  #latest: Snapshot;
  #seenAt = Date.now();
  /** The last commits that were seen, for those who ask what they changed. */
  readonly #recent = new Map<number, Commit>();

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

  /** A commit that was seen lately, or is still in the log. */
  async commitAt(version: number): Promise<Commit | undefined> {
    return this.#recent.get(version) ?? readVersion(this.files, version);
  }

  /** Takes the commit that follows the newest snapshot. */
  advance(commit: Commit): void {
    if (commit.version !== this.#latest.version + 1) return;
    this.#latest = this.#latest.after(commit, this.files.location);
    this.#recent.set(commit.version, commit);
    if (this.#recent.size > RECENT) this.#recent.delete(this.#recent.keys().next().value!);
    if (commit.actions.some(({ protocol, metaData }) => protocol || metaData)) {
      checkReadable(this.#latest.protocol, this.#latest.metadata, this.files.location);
    }
    this.#seenAt = Date.now();
  }
}
