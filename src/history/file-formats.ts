import { open } from 'node:fs/promises';
import type { Candle, DataSource } from '../market/index.ts';
import { csvLine } from '../tabular/index.ts';
import { COLUMNS } from './candle-text.ts';

/** What stands in every row beside the candle's own numbers. */
export interface Labels {
  readonly symbol: string;
  readonly interval: string;
  readonly source: DataSource;
}

/** Writes pages of candles to a file that it creates. */
export type WriteFile = (
  path: string,
  labels: Labels,
  pages: AsyncIterable<readonly Candle[]>,
) => Promise<void>;

/** By the ending of the file's name. */
export const FORMATS: Readonly<Record<string, WriteFile>> = { '.csv': writeCsv, '.parquet': writeParquet };

async function writeCsv(
  path: string,
  { symbol, interval, source }: Labels,
  pages: AsyncIterable<readonly Candle[]>,
): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.write(csvLine(['symbol', 'interval', ...COLUMNS, 'source']));
    for await (const page of pages)
      await file.write(
        page
          .map((candle) => csvLine([symbol, interval, ...COLUMNS.map((name) => candle[name]), source]))
          .join(''),
      );
  } finally {
    await file.close();
  }
}

const GROUP_ROWS = 100_000;
const NUMBER_TYPE = { type: 'DOUBLE', repetition_type: 'REQUIRED' } as const;
const TEXT_TYPE = {
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
  logical_type: { type: 'STRING' },
  repetition_type: 'REQUIRED',
} as const;
const TIME_TYPE = {
  type: 'INT64',
  converted_type: 'TIMESTAMP_MILLIS',
  logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  repetition_type: 'REQUIRED',
} as const;
const COUNT_TYPE = { type: 'INT64', repetition_type: 'REQUIRED' } as const;

/** Times as timestamps (UTC), the trade count as an integer, all else as doubles; a row group holds 100,000 rows. */
async function writeParquet(
  path: string,
  labels: Labels,
  pages: AsyncIterable<readonly Candle[]>,
): Promise<void> {
  const { fileWriter, ParquetWriter } = await import('hyparquet-writer');
  const typeOf = (name: (typeof COLUMNS)[number]) =>
    name === 'openTime' || name === 'closeTime'
      ? TIME_TYPE
      : name === 'tradeCount'
        ? COUNT_TYPE
        : NUMBER_TYPE;
  const columns = [
    { name: 'symbol', ...TEXT_TYPE },
    { name: 'interval', ...TEXT_TYPE },
    ...COLUMNS.map((name) => ({ name, ...typeOf(name) })),
    { name: 'source', ...TEXT_TYPE },
  ];
  const writer = new ParquetWriter({
    writer: fileWriter(path),
    schema: [{ name: 'root', num_children: columns.length }, ...columns],
  });
  const flush = (rows: readonly Candle[]) =>
    writer.write({
      columnData: columns.map(({ name }) => ({ name, data: rows.map((row) => cell(name, row, labels)) })),
      rowGroupSize: GROUP_ROWS,
    });
  let waiting: Candle[] = [];
  for await (const page of pages) {
    for (const candle of page) waiting.push(candle);
    if (waiting.length < GROUP_ROWS) continue;
    await flush(waiting);
    waiting = [];
  }
  if (waiting.length > 0) await flush(waiting);
  await writer.finish();
}

function cell(name: string, row: Candle, labels: Labels): unknown {
  if (name in labels) return labels[name as keyof Labels];
  const value = row[name as keyof Candle];
  if (name === 'openTime' || name === 'closeTime') return new Date(value);
  return name === 'tradeCount' ? BigInt(value) : value;
}
