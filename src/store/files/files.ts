/** One stored file. */
export interface FileInfo {
  /** Relative to the root, `/` between its parts. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Epoch ms, by the storage's clock. */
  readonly modifiedAt: number;
}

/** Half-open range of bytes. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * `from` keeps paths at or after it (byte order); `recursive` goes into sub-folders; `unfinished` gives also what
 * writers that were killed left behind, which is passed over otherwise.
 */
export interface ListOptions {
  readonly from?: string;
  readonly recursive?: boolean;
  readonly unfinished?: boolean;
}

/**
 * All that a table asks of a storage. Memory, local disk and ADLS Gen2 are twins behind it, and one contract
 * test holds them to the same behaviour. Paths are relative to the root, with `/`, never with `..`.
 *
 * Every call throws CandlebookError: TABLE_UNWRITABLE when the storage refuses a write (full, read-only, not a
 * folder), ACCESS_DENIED when it refuses a read.
 */
export interface Files {
  /** The root as a person would name it: for messages, without secrets. */
  readonly location: string;

  /** The file's bytes, or those of a range (cut at the end of the file); `undefined` when it does not exist. */
  read(path: string, range?: ByteRange): Promise<Uint8Array | undefined>;

  /**
   * Creates the file whole, or not at all when it exists already: whoever reads sees all of the bytes or no
   * file. @returns false when somebody else's file was there first
   */
  putIfAbsent(path: string, bytes: Uint8Array): Promise<boolean>;

  /** Creates or replaces the file; whoever reads sees the old or the new bytes, never a mixture. */
  write(path: string, bytes: Uint8Array): Promise<void>;

  /** Files of a folder in byte order of their paths; nothing when the folder does not exist. */
  list(folder: string, options?: ListOptions): AsyncIterable<FileInfo>;

  /** Deletes the file; no error when it does not exist. */
  delete(path: string): Promise<void>;
}

/** Order of UTF-8 bytes, which is the order of code points; UTF-16 units differ from it above U+FFFF. */
export function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    const xHigh = x >= 0xd800 && x < 0xe000;
    const yHigh = y >= 0xd800 && y < 0xe000;
    return xHigh === yHigh ? x - y : xHigh ? 1 : -1;
  }
  return a.length - b.length;
}

/** Is it a file that is still being written, or never was finished? Every Delta reader passes over such names. */
export function isUnfinished(path: string): boolean {
  return /(^|\/)\.[^/]*\.tmp$/.test(path);
}
