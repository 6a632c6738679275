import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import {
  type ByteRange,
  compareBytes,
  type FileInfo,
  type Files,
  isUnfinished,
  type ListOptions,
} from './files.ts';
import { readRefused, writeRefused } from './local-errors.ts';

/** Files in a folder of this machine, which is made at the first write. */
export function localFiles(folder: string): Files {
  const root = resolve(folder);
  const full = (path: string) => join(root, path);

  async function writing<T>(path: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      throw writeRefused(full(path), cause);
    }
  }

  return {
    location: root,
    async read(path, range) {
      try {
        return await readWhole(full(path), range);
      } catch (cause) {
        if (isAbsent(cause)) return undefined;
        throw readRefused(full(path), cause);
      }
    },
    putIfAbsent: (path, bytes) => writing(path, () => putIfAbsent(full(path), bytes)),
    write: (path, bytes) => writing(path, () => replace(full(path), bytes)),
    list: (name, options) => list(root, name, options),
    delete: (path) =>
      writing(path, async () => {
        await unlink(full(path)).catch((cause: NodeJS.ErrnoException) => {
          if (cause.code !== 'ENOENT') throw cause;
        });
      }),
  };
}

async function readWhole(path: string, range: ByteRange | undefined): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    if (!range) return await file.readFile();
    const bytes = new Uint8Array(Math.max(0, range.end - range.start));
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, range.start + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  } finally {
    await file.close();
  }
}

/**
 * The file appears under its name by a hard link to a finished one: atomic, never half-written, and refused by
 * the file system when the name is taken.
 */
async function putIfAbsent(path: string, bytes: Uint8Array): Promise<boolean> {
  const unfinished = await writeUnfinished(path, bytes);
  try {
    await link(unfinished, path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EPERM') throw Object.assign(cause as Error, { code: 'ENOTSUP' }); // FAT's way to say "no links"
    if (code !== 'EEXIST') throw cause;
    // A network file system may have made the link although the answer got lost: then the file has two names.
    if ((await stat(unfinished)).nlink < 2) return false;
  } finally {
    await unlink(unfinished).catch(() => undefined);
  }
  await syncFolder(dirname(path));
  return true;
}

async function replace(path: string, bytes: Uint8Array): Promise<void> {
  const unfinished = await writeUnfinished(path, bytes);
  try {
    await rename(unfinished, path);
  } catch (cause) {
    await unlink(unfinished).catch(() => undefined);
    throw cause;
  }
  await syncFolder(dirname(path));
}

async function writeUnfinished(path: string, bytes: Uint8Array): Promise<string> {
  const unfinished = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  const file = await open(unfinished, 'wx').catch(async (cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') throw cause;
    await makeFolder(dirname(path));
    return open(unfinished, 'wx');
  });
  try {
    await file.writeFile(bytes);
    await file.sync();
  } catch (cause) {
    await file.close().catch(() => undefined);
    await unlink(unfinished).catch(() => undefined);
    throw cause;
  }
  await file.close();
  return unfinished;
}

/** `mkdir -p` that keeps the reason: Node's own says ENOENT for a read-only file system. */
async function makeFolder(path: string): Promise<void> {
  await mkdir(path).catch(async (cause: NodeJS.ErrnoException) => {
    if (cause.code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (cause.code !== 'ENOENT' || dirname(path) === path) throw cause;
    await makeFolder(dirname(path));
    await makeFolder(path);
  });
}

/** Makes a new name survive a power cut, where the system lets a folder be synced (Windows does not). */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function* list(root: string, folder: string, options: ListOptions = {}): AsyncIterable<FileInfo> {
  for (const path of await paths(root, folder, options)) {
    const found = await stat(join(root, path)).catch((cause: NodeJS.ErrnoException) => {
      if (isAbsent(cause)) return undefined;
      throw readRefused(join(root, path), cause);
    });
    if (found?.isFile()) yield { path, size: found.size, modifiedAt: Math.floor(found.mtimeMs) };
  }
}

async function paths(root: string, folder: string, options: ListOptions): Promise<string[]> {
  const { recursive = false, unfinished = false, from } = options;
  const base = join(root, folder);
  const entries = await readdir(base, { withFileTypes: true, recursive }).catch(
    (cause: NodeJS.ErrnoException) => {
      if (isAbsent(cause)) return [];
      throw readRefused(base, cause);
    },
  );
  const found: string[] = [];
  for (const entry of entries) {
    if (entry.isDirectory() || (!unfinished && isUnfinished(entry.name))) continue;
    const below = recursive ? entry.parentPath.slice(base.length + 1).replaceAll('\\', '/') : '';
    const path = [folder, below, entry.name].filter((part) => part !== '').join('/');
    if (from === undefined || compareBytes(path, from) >= 0) found.push(path);
  }
  return found.sort(compareBytes);
}

/** Nothing is there: neither the name nor, where a file stands in a folder's place, anything below it. */
function isAbsent(cause: unknown): boolean {
  const { code } = cause as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
