import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { constants, createGzip, type Gzip } from 'node:zlib';
import { CandlebookError } from '../../market/index.ts';

const FLUSH_EVERY_MS = 1_000;

/** A capture that is being written: lines, compressed, in one file after the other. */
export class CaptureFile {
  readonly paths: string[] = [];
  readonly #path: string;
  readonly #maxBytes: number;
  #gzip: Gzip | undefined;
  #file: WriteStream | undefined;
  #ended: Promise<unknown> | undefined;
  #flusher: NodeJS.Timeout | undefined;
  #failure: unknown;
  #lastReceived = 0n;

  constructor(path: string, maxBytes: number) {
    if (!path.endsWith('.gz'))
      throw new CandlebookError('INPUT_INVALID', `A recording can not be written to ${path}.`, {
        value: path,
        hint: 'Its name ends with .gz.',
      });
    this.#path = path;
    this.#maxBytes = maxBytes;
  }

  /** @throws CandlebookError INPUT_INVALID */
  async open(): Promise<void> {
    const number = this.paths.length + 1;
    const path = number === 1 ? this.#path : this.#path.replace(/\.gz$/, `.${number}.gz`);
    // A recording is never written over.
    const file = createWriteStream(path, { flags: 'wx' });
    try {
      await once(file, 'open');
    } catch (cause) {
      throw unwritable(path, cause);
    }
    this.paths.push(path);
    const gzip = createGzip({ level: 6 });
    const fail = (error: unknown) => {
      this.#failure ??= unwritable(path, error);
      gzip.destroy();
      file.destroy();
    };
    gzip.on('error', fail);
    file.on('error', fail);
    this.#gzip = gzip;
    this.#file = file;
    this.#ended = new Promise<void>((resolve) => file.once('close', () => resolve()));
    gzip.pipe(file);
    // What was written a second ago is on its way to the disk, also when this process is killed.
    this.#flusher = setInterval(() => {
      if (!gzip.writableNeedDrain && !gzip.writableEnded) gzip.flush(constants.Z_SYNC_FLUSH);
    }, FLUSH_EVERY_MS).unref();
  }

  /** Takes a line with the time it is now. @returns a promise where the disk falls behind: to be awaited */
  write(text: string): Promise<void> | undefined {
    if (this.#failure) throw this.#failure;
    if (!this.#gzip) return undefined;
    const roomy = this.#gzip.write(`${this.#now()} ${text}\n`);
    if (this.#file!.bytesWritten > this.#maxBytes) return this.#next();
    return roomy ? undefined : this.#drained();
  }

  async close(): Promise<void> {
    clearInterval(this.#flusher);
    const gzip = this.#gzip;
    this.#gzip = undefined;
    gzip?.end();
    await this.#ended;
    if (this.#failure) throw this.#failure;
  }

  /** Closes it, and leaves no file behind. */
  async discard(): Promise<void> {
    await this.close();
    for (const path of this.paths.splice(0)) await rm(path, { force: true });
  }

  async #next(): Promise<void> {
    await this.close();
    await this.open();
  }

  async #drained(): Promise<void> {
    await Promise.race([once(this.#gzip!, 'drain').catch(() => undefined), this.#ended]);
    if (this.#failure) throw this.#failure;
  }

  /** Receive time, ns since the epoch; never earlier than the one before. */
  #now(): bigint {
    const now = BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n;
    if (now > this.#lastReceived) this.#lastReceived = now;
    return this.#lastReceived;
  }
}

function unwritable(path: string, cause: unknown): CandlebookError {
  const exists = (cause as NodeJS.ErrnoException).code === 'EEXIST';
  return new CandlebookError(
    'INPUT_INVALID',
    exists
      ? `The recording ${path} is there already.`
      : `The recording ${path} can not be written: ${(cause as Error).message}.`,
    {
      value: path,
      hint: exists
        ? 'Choose another name, or move it away.'
        : 'Choose a file in a folder that exists, can be written and has room.',
      cause,
    },
  );
}
