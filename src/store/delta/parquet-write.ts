import type { CompressionCodec } from 'hyparquet';
import { compressors } from './codecs.ts';
import { ENGINE } from './engine.ts';
import { encodeColumn } from './parquet-encode.ts';
import { parquetSchema } from './parquet-schema.ts';
import type { Batch, Column, Field } from './types.ts';

const ROWS_IN_GROUP = 100_000;
const BYTES_A_VALUE = 8;

/** A Parquet file of the batch; `fields` are its columns. */
export async function writeParquet(
  batch: Batch,
  fields: readonly Field[],
  codec: CompressionCodec,
  rowsInGroup: number = ROWS_IN_GROUP,
): Promise<Uint8Array> {
  const { ByteWriter, parquetWrite } = await import('hyparquet-writer');
  // Of about the size that it will have: growing means copying all that is in it.
  const writer = new ByteWriter(4_096 + batch.rowCount * fields.length * BYTES_A_VALUE);
  await parquetWrite({
    writer,
    columnData: encoded(batch, fields),
    schema: parquetSchema(fields.map((field) => withoutNulls(field, batch.columns[field.name]!))),
    codec,
    compressors: await compressors(),
    rowGroupSize: rowsInGroup,
    createdBy: ENGINE,
  });
  return writer.getBytes();
}

/** Writes a Parquet file piece by piece, each with row groups of its own. */
export interface PiecewiseWriter {
  write(batch: Batch): Promise<void>;
  finish(): Promise<void>;
}

/** Makes a Parquet file on the local disk, packed with zstd. */
export async function parquetWriter(
  path: string,
  fields: readonly Field[],
  rowsInGroup: number,
): Promise<PiecewiseWriter> {
  const { fileWriter, ParquetWriter } = await import('hyparquet-writer');
  const writer = new ParquetWriter({
    writer: fileWriter(path),
    schema: parquetSchema(fields),
    codec: 'ZSTD',
    compressors: await compressors(),
    createdBy: ENGINE,
  });
  return {
    write: async (batch) => writer.write({ columnData: encoded(batch, fields), rowGroupSize: rowsInGroup }),
    finish: async () => writer.finish(),
  };
}

function encoded(batch: Batch, fields: readonly Field[]) {
  return fields.map(({ name, type }) => ({
    name,
    data: encodeColumn(batch.columns[name]!, type) as unknown[],
  }));
}

/** A column that happens to have no nulls needs no levels: the file is smaller and written in less time. */
function withoutNulls(field: Field, column: Column): Field {
  if (!field.nullable || typeof field.type !== 'string') return field;
  return ArrayBuffer.isView(column) || !Array.prototype.includes.call(column, null)
    ? { ...field, nullable: false }
    : field;
}
