import type { AsyncBuffer, CompressionCodec, FileMetaData, ParquetParsers, SchemaTree } from 'hyparquet';
import { CandlebookError } from '../../market/index.ts';
import type { Files } from '../files/index.ts';
import { decompressors } from './codecs.ts';
import { decoder, nodeOf } from './parquet-decode.ts';
import type { Batch, Column, DataType, Field } from './types.ts';

const DAY_MS = 86_400_000;
const FOOTERS_KEPT = 256;

/** Files up to this size are fetched in one request. */
const READ_WHOLE = 2 ** 20;

/** Values as `Value` describes them, with nothing lost on the way. */
const PARSERS: Partial<ParquetParsers> = {
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
  const { parquetMetadataAsync, parquetScan, parquetSchema } = await import('hyparquet');
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
  const read = () =>
    guarded(async () => withRawDecimals(await parquetMetadataAsync(file, { parsers: PARSERS })));
  const metadata = immutable ? await footer(files, path, read) : await read();
  const root = parquetSchema(metadata);
  return {
    metadata,
    readGroup: (index, fields) =>
      guarded(async () => {
        const rowStart = metadata.row_groups
          .slice(0, index)
          .reduce((sum, group) => sum + Number(group.num_rows), 0);
        const rowCount = Number(metadata.row_groups[index]!.num_rows);
        const found = fields.map((field) => ({ field, node: nodeOf(field, root) }));
        const scan = await parquetScan({
          file,
          metadata,
          columns: found.flatMap(({ node }) => node?.element.name ?? []),
          compressors: await decompressors(codecsOf(metadata)),
          parsers: PARSERS,
          utf8: false, // bytes without a text annotation are bytes
        });
        const columns: Record<string, Column> = {};
        await Promise.all(
          found.map(async ({ field: { name, type }, node }) => {
            columns[name] = node
              ? decoded(
                  await scan.readColumn({ column: node.element.name, rowStart, rowEnd: rowStart + rowCount }),
                  type,
                  node,
                )
              : new Array(rowCount).fill(null);
          }),
        );
        return { rowCount, columns };
      }),
  };
}

function codecsOf({ row_groups }: FileMetaData): ReadonlySet<CompressionCodec> {
  return new Set(
    row_groups.flatMap(({ columns }) => columns.flatMap(({ meta_data }) => meta_data?.codec ?? [])),
  );
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

/** So that decimals come with all their digits: the reader's own way makes doubles of them. */
function withRawDecimals(metadata: FileMetaData): FileMetaData {
  for (const element of metadata.schema) {
    if (element.converted_type !== 'DECIMAL' && element.logical_type?.type !== 'DECIMAL') continue;
    delete element.converted_type;
    delete element.logical_type;
  }
  return metadata;
}

function decoded(column: ArrayLike<unknown>, type: DataType, node: SchemaTree): Column {
  const decode = decoder(type, node);
  if (!decode && ArrayBuffer.isView(column)) return column as unknown as Column;
  return Array.from(column, (value) =>
    value === null || value === undefined ? null : decode ? decode(value) : value,
  ) as Column;
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
