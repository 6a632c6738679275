import { randomUUID } from 'node:crypto';
import type {
  DataLakeFileClient,
  DataLakeFileSystemClient,
  FileSystemListPathsResponse,
  ListPathsOptions,
} from '@azure/storage-file-datalake';
import { type AdlsAccess, fileSystemOf, isRotating } from './adls-client.ts';
import { ambiguous, isMissing, isTaken, requestFailed } from './adls-errors.ts';
import { type Attempts, attempt } from './attempt.ts';
import {
  type ByteRange,
  compareBytes,
  type FileInfo,
  type Files,
  isUnfinished,
  type ListOptions,
} from './files.ts';

/** How often a file may be said to exist and then not be found. */
const RACES = 3;
const UNDECIDED = { statusCode: 409, code: 'PathAlreadyExists' };

/**
 * Files below a path of an ADLS Gen2 container with a hierarchical namespace. Every request has a time-out and is
 * tried again when the service is busy or the network fails. A file appears under its name by a rename, which
 * the service does at one stroke.
 */
export async function adlsFiles(access: AdlsAccess): Promise<Files> {
  let system = await fileSystemOf(access);
  const { path: root, attempts } = access;
  const full = (path: string) => [root, path].filter((part) => part !== '').join('/');
  const client = (path: string) => system.getFileClient(full(path));
  const where = (path: string) => `abfss://${access.container}@${access.account}/${full(path)}`;
  const asking = async <T>(
    path: string,
    verb: 'read' | 'written',
    work: (signal: AbortSignal) => Promise<T>,
  ) => {
    try {
      return await attempt(work, attempts);
    } catch (cause) {
      const failure = requestFailed(where(path), verb, cause, access);
      // The secret may have been rotated: the next try is made with what it is by then.
      if (failure.code === 'ACCESS_DENIED' && isRotating(access.credential))
        system = await fileSystemOf(access).catch(() => system);
      throw failure;
    }
  };

  const read = (path: string, range?: ByteRange) =>
    asking(path, 'read', (signal) => download(client(path), range, signal).catch(absent));

  /** Finished under a name of its own; to be renamed. */
  async function unfinished(path: string, bytes: Uint8Array): Promise<DataLakeFileClient> {
    const at = path.lastIndexOf('/') + 1;
    const temporary = client(`${path.slice(0, at)}.${path.slice(at)}.${randomUUID()}.tmp`);
    await asking(path, 'written', (abortSignal) => temporary.upload(Buffer.from(bytes), { abortSignal }));
    return temporary;
  }

  async function putIfAbsent(path: string, bytes: Uint8Array): Promise<boolean> {
    for (let tried = 1; ; tried++) {
      const temporary = await unfinished(path, bytes);
      let failure: unknown;
      try {
        if (await renameIfAbsent(temporary, system, full(path), attempts)) return true;
      } catch (cause) {
        failure = requestFailed(where(path), 'written', cause, access);
        if (!ambiguous(cause)) throw failure;
      }
      // The answer may be to a second try of a request whose first one landed: the bytes tell whose file it is.
      const there = await read(path);
      if (there && Buffer.compare(there, bytes) === 0) return true;
      await asking(path, 'written', (signal) => remove(temporary, signal));
      if (there) return false;
      if (tried === RACES) throw failure ?? requestFailed(where(path), 'written', UNDECIDED, access);
    }
  }

  return {
    location: where('').replace(/\/$/, ''),
    read,
    putIfAbsent,
    async write(path, bytes) {
      const temporary = await unfinished(path, bytes);
      await asking(path, 'written', (signal) =>
        rename(temporary, system, full(path), signal).catch(async (cause) => {
          // The source is gone when an earlier try had landed.
          if (!isMissing(cause)) throw cause;
          const there = await download(client(path), undefined, signal).catch(absent);
          if (!there || Buffer.compare(there, bytes) !== 0) throw cause;
        }),
      );
    },
    list: (folder, options) => list(folder, options ?? {}),
    delete: (path) => asking(path, 'written', (signal) => remove(client(path), signal)),
  };

  async function* list(
    folder: string,
    { from, recursive = false, unfinished = false }: ListOptions,
  ): AsyncIterable<FileInfo> {
    const below = from?.slice(folder === '' ? 0 : folder.length + 1);
    const options = { path: full(folder), recursive, ...(below && !recursive ? { startFrom: below } : {}) };
    const found: FileInfo[] = [];
    let continuationToken: string | undefined;
    do {
      const page = await asking(folder, 'read', (abortSignal) =>
        nextPage(system, { ...options, abortSignal }, continuationToken).catch(absent),
      );
      for (const { name = '', isDirectory, contentLength = 0, lastModified } of page?.pathItems ?? []) {
        if (isDirectory || (!unfinished && isUnfinished(name))) continue;
        const path = root === '' ? name : name.slice(root.length + 1);
        found.push({ path, size: Number(contentLength), modifiedAt: lastModified?.getTime() ?? 0 });
      }
      continuationToken = page?.continuation;
    } while (continuationToken);
    found.sort((a, b) => compareBytes(a.path, b.path));
    for (const file of found) if (from === undefined || compareBytes(file.path, from) >= 0) yield file;
  }
}

/** One page of a listing: each is tried again by itself, so that a long listing gets to its end. */
async function nextPage(
  system: DataLakeFileSystemClient,
  options: ListPathsOptions,
  continuationToken: string | undefined,
): Promise<FileSystemListPathsResponse | undefined> {
  const pages = system.listPaths(options).byPage(continuationToken ? { continuationToken } : {});
  const { value } = await pages.next();
  return value;
}

function absent(cause: unknown): undefined {
  if (!isMissing(cause)) throw cause;
}

async function download(
  file: DataLakeFileClient,
  range: ByteRange | undefined,
  abortSignal: AbortSignal,
): Promise<Uint8Array> {
  if (range && range.end <= range.start) {
    await file.getProperties({ abortSignal });
    return new Uint8Array();
  }
  try {
    const count = range && range.end - range.start;
    const { readableStreamBody } = await file.read(range?.start ?? 0, count, {
      abortSignal,
      maxRetryRequests: 0,
    });
    const chunks: Uint8Array[] = [];
    for await (const chunk of readableStreamBody!) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  } catch (cause) {
    if ((cause as { statusCode?: number }).statusCode === 416) return new Uint8Array();
    throw cause;
  }
}

/** @returns true when the rename was done, false when the service says that the name is taken */
async function renameIfAbsent(
  from: DataLakeFileClient,
  system: DataLakeFileSystemClient,
  to: string,
  attempts: Attempts,
): Promise<boolean> {
  try {
    await attempt((signal) => rename(from, system, to, signal, { ifNoneMatch: '*' }), attempts);
    return true;
  } catch (cause) {
    if (isTaken(cause)) return false;
    throw cause;
  }
}

async function rename(
  from: DataLakeFileClient,
  system: DataLakeFileSystemClient,
  to: string,
  abortSignal: AbortSignal,
  destinationConditions = {},
): Promise<void> {
  await from.move(system.name, encodeURI(to).replace(/[?#]/g, encodeURIComponent), {
    abortSignal,
    destinationConditions,
  });
}

async function remove(file: DataLakeFileClient, abortSignal: AbortSignal): Promise<void> {
  await file.delete(false, { abortSignal }).catch(absent);
}
