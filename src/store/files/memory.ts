import { compareBytes, type FileInfo, type Files, isUnfinished } from './files.ts';

/** Files in this process's memory: for tests, and for a table that nobody keeps. */
export function memoryFiles(): Files {
  const files = new Map<string, { bytes: Uint8Array; modifiedAt: number }>();
  const put = (path: string, bytes: Uint8Array) =>
    files.set(path, { bytes: bytes.slice(), modifiedAt: Date.now() });

  return {
    location: 'memory',
    async read(path, range) {
      const bytes = files.get(path)?.bytes;
      return bytes && (range ? bytes.slice(range.start, range.end) : bytes.slice());
    },
    async putIfAbsent(path, bytes) {
      if (files.has(path)) return false;
      put(path, bytes);
      return true;
    },
    async write(path, bytes) {
      put(path, bytes);
    },
    async *list(folder, { from, recursive, unfinished } = {}): AsyncIterable<FileInfo> {
      const prefix = folder === '' ? '' : `${folder}/`;
      for (const path of [...files.keys()].sort(compareBytes)) {
        if (!path.startsWith(prefix) || (from !== undefined && compareBytes(path, from) < 0)) continue;
        if (!recursive && path.slice(prefix.length).includes('/')) continue;
        if (!unfinished && isUnfinished(path)) continue;
        const file = files.get(path);
        if (file) yield { path, size: file.bytes.length, modifiedAt: file.modifiedAt };
      }
    },
    async delete(path) {
      files.delete(path);
    },
  };
}
