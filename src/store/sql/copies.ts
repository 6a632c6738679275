import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CandlebookError } from '../../market/index.ts';
import type { DataFile, DataFiles } from '../delta/index.ts';

/** Files that are fetched at the same time. */
const AT_ONCE = 8;

/**
 * Data files of a table that DuckDB can not read where they lie: fetched from a cloud storage, or rewritten without
 * deleted rows. A data file never changes, so that a copy stays good for as long as it is kept: the last ones, up to
 * so many bytes.
 */
export class Copies {
  readonly folder: string;
  readonly #maxBytes: number;
  readonly #kept = new Map<string, number>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.folder = join(tmpdir(), `candlebook-sql-${process.pid}-${Math.random().toString(36).slice(2)}`);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Paths of the copies, in the files' order.
   * @throws CandlebookError INPUT_INVALID when they are more than may be kept; TABLE_INVALID when one has gone
   */
  async of(location: string, source: DataFiles, files: readonly DataFile[]): Promise<string[]> {
    const needed = files.reduce((sum, { size }) => sum + size, 0);
    if (needed > this.#maxBytes) {
      throw new CandlebookError(
        'INPUT_INVALID',
        `The query needs ${needed} bytes of ${location} on this machine, and ${this.#maxBytes} may be kept.`,
        { value: needed, hint: 'Ask for fewer days (where date >= …), or raise copyBytes.' },
      );
    }
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const paths = files.map((file) => this.#pathOf(location, source, file));
    for (const path of paths) this.#touch(path);
    const missing = files.filter((_, at) => !this.#kept.has(paths[at]!));
    for (let at = 0; at < missing.length; at += AT_ONCE)
      await Promise.all(missing.slice(at, at + AT_ONCE).map((file) => this.#copy(location, source, file)));
    await this.#trim(new Set(paths));
    return paths;
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  async #copy(location: string, source: DataFiles, file: DataFile): Promise<void> {
    const bytes = await source.bytes(file);
    if (!bytes) {
      throw new CandlebookError('TABLE_INVALID', `The data file ${location}/${file.path} is missing.`, {
        value: file.path,
        hint: 'It was deleted by VACUUM, perhaps: ask for a newer version of the table.',
      });
    }
    const path = this.#pathOf(location, source, file);
    await writeFile(path, bytes);
    this.#kept.set(path, bytes.length);
    this.#bytes += bytes.length;
  }

  #pathOf(location: string, { version }: DataFiles, { path, plain }: DataFile): string {
    // Which rows of a file are deleted is another matter in another version.
    const key = `${location}/${path}${plain ? '' : ` ${version}`}`;
    return join(this.folder, `${createHash('sha256').update(key).digest('hex')}.parquet`);
  }

  #touch(path: string): void {
    const size = this.#kept.get(path);
    if (size === undefined) return;
    this.#kept.delete(path);
    this.#kept.set(path, size);
  }

  /** Lets go of those that were not asked for longest. */
  async #trim(needed: ReadonlySet<string>): Promise<void> {
    for (const [path, size] of this.#kept) {
      if (this.#bytes <= this.#maxBytes) return;
      if (needed.has(path)) continue;
      this.#kept.delete(path);
      this.#bytes -= size;
      await rm(path, { force: true });
    }
  }
}
