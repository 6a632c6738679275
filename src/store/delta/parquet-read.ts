import type { AsyncBuffer, FileMetaData, ParquetParsers } from 'hyparquet';
import { CandlebookError } from '../../market/index.ts';
import type { Files } from '../files/index.ts';
import { decompressors } from './codecs.ts';
import type { Batch, Column, Field } from './types.ts';

const DAY_MS = 86_400_000;
const FOOTERS_KEPT = 256;

/** Files up to this size are fetched in one request. */
const READ_WHOLE = 2 ** 20;

/** Values as `Value` describes them, with nothing lost on the way. */
export const PARSERS: Partial<ParquetParsers> = {
  timestampFromMilliseconds: (millis) => millis * 1000n,
  timestampFromMicroseconds: (micros) => micros,
  timestampFromNanoseconds: (nanos) => nanos / 1000n,
  dateFromDays: (days) => new Date(days * DAY_MS).toISOString().slice(0, 10),
};

/** An open data file: its footer, and its row groups one at a time. */
export interface ParquetFile {
  readonly metadata: FileMetaData;
  /** Rows of one row group, with the columns that are asked for; null where the file lacks one. */
  readGroup(index: number, fields: readonly Field[]): Promise<Batch>;
}

/** @throws CandlebookError TABLE_INVALID when the file is missing, cut short or damaged */
export async function openParquet(
  files: Files,
  path: string,
  size: number,
  { immutable = true } = {},
): Promise<ParquetFile> {
  const { parquetMetadataAsync, parquetScan } = await import('hyparquet');
  let whole: Promise<Uint8Array | undefined> | undefined;
  const fetch = async (start: number, end: number) => {
    if (size > READ_WHOLE) return files.read(path, { start, end });
    whole ??= files.read(path);
    return (await whole)?.subarray(start, end);
  };
  const file: AsyncBuffer = {
    byteLength: size,
    async slice(start, end = size) {
      const bytes = await fetch(start, end);
      if (!bytes) throw damaged(files, path, 'it is missing');
      if (bytes.length !== end - start) throw damaged(files, path, `it ends before byte ${end}`);
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    },
  };
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      throw cause instanceof CandlebookError ? cause : damaged(files, path, (cause as Error).message, cause);
    }
  };
  const read = () => guarded(() => parquetMetadataAsync(file, { parsers: PARSERS }));
  const metadata = immutable ? await footer(files, path, read) : await read();
  const present = new Set(topLevelNames(metadata));
  return {
    metadata,
    readGroup: (index, fields) =>
      guarded(async () => {
        const rowStart = metadata.row_groups
          .slice(0, index)
          .reduce((sum, group) => sum + Number(group.num_rows), 0);
        const rowCount = Number(metadata.row_groups[index]!.num_rows);
        const scan = await parquetScan({
          file,
          metadata,
          columns: fields.map(({ name }) => name).filter((name) => present.has(name)),
          compressors: await decompressors(),
          parsers: PARSERS,
          utf8: false, // bytes without a text annotation are bytes
        });
        const columns: Record<string, Column> = {};
        await Promise.all(
          fields.map(async ({ name }) => {
            columns[name] = present.has(name)
              ? withNulls(await scan.readColumn({ column: name, rowStart, rowEnd: rowStart + rowCount }))
              : new Array(rowCount).fill(null);
          }),
        );
        return { rowCount, columns };
      }),
  };
}

const footers = new WeakMap<Files, Map<string, FileMetaData>>();

/** Data files never change (checkpoints may), so their footers are kept: the last few hundred of each storage. */
async function footer(files: Files, path: string, read: () => Promise<FileMetaData>): Promise<FileMetaData> {
  const known = footers.get(files) ?? new Map<string, FileMetaData>();
  footers.set(files, known);
  const metadata = known.get(path) ?? (await read());
  known.delete(path);
  known.set(path, metadata);
  if (known.size > FOOTERS_KEPT) known.delete(known.keys().next().value!);
  return metadata;
}

function topLevelNames({ schema }: FileMetaData): string[] {
  const names: string[] = [];
  for (let at = 1; at < schema.length; at = skip(schema, at)) names.push(schema[at]!.name);
  return names;
}

/** Index of the element after this one and all that is in it. */
function skip(schema: FileMetaData['schema'], at: number): number {
  let next = at + 1;
  for (let child = 0; child < (schema[at]!.num_children ?? 0); child++) next = skip(schema, next);
  return next;
}

function withNulls(column: ArrayLike<unknown>): Column {
  if (ArrayBuffer.isView(column)) return column as unknown as Column;
  return Array.from(column, (value) => value ?? null) as Column;
}

function damaged(files: Files, path: string, what: string, cause?: unknown): CandlebookError {
  return new CandlebookError(
    'TABLE_INVALID',
    `The data file ${files.location}/${path} can not be read: ${what}.`,
    {
      value: path,
      hint: 'Restore it from a backup, or go back to a version of the table without it.',
      ...(cause === undefined ? {} : { cause }),
    },
  );
}
