import type { CompressionCodec, SchemaElement } from 'hyparquet';
import { compressors } from './codecs.ts';
import { ENGINE } from './engine.ts';
import type { Batch, Column, Field } from './types.ts';

const DAY_MS = 86_400_000;
const ROWS_IN_GROUP = 100_000;

const ELEMENTS: Record<string, Partial<SchemaElement>> = {
  string: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  binary: { type: 'BYTE_ARRAY' },
  boolean: { type: 'BOOLEAN' },
  double: { type: 'DOUBLE' },
  float: { type: 'FLOAT' },
  long: { type: 'INT64' },
  integer: { type: 'INT32' },
  // Without their logical types, which hyparquet-writer 0.17 writes in a form that Arrow refuses.
  short: { type: 'INT32', converted_type: 'INT_16' },
  byte: { type: 'INT32', converted_type: 'INT_8' },
  date: { type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } },
  timestamp: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MICROS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
  },
  timestamp_ntz: {
    type: 'INT64',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MICROS' },
  },
};

/** A Parquet file of the batch; `fields` are its columns, all of primitive types. */
export async function writeParquet(
  batch: Batch,
  fields: readonly Field[],
  codec: CompressionCodec,
): Promise<Uint8Array> {
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const schema: SchemaElement[] = [
    { name: 'root', num_children: fields.length },
    ...fields.map(({ name, type, nullable }) => ({
      ...ELEMENTS[type as string],
      name,
      repetition_type: nullable ? ('OPTIONAL' as const) : ('REQUIRED' as const),
    })),
  ];
  const columnData = fields.map(({ name, type }) => ({
    name,
    data: (type === 'date' ? toDays(batch.columns[name]!) : batch.columns[name]!) as unknown[],
  }));
  const buffer = parquetWriteBuffer({
    columnData,
    schema,
    codec,
    compressors: await compressors(),
    rowGroupSize: ROWS_IN_GROUP,
    createdBy: ENGINE,
  });
  return new Uint8Array(buffer);
}

function toDays(column: Column): (number | null)[] {
  return Array.from(column, (value) => (value === null ? null : Date.parse(value as string) / DAY_MS));
}
