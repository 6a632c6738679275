import { open } from 'node:fs/promises';
import { extname } from 'node:path';
import { CandlebookError } from '../../market/index.ts';
import type { Batch, Field } from '../delta/index.ts';
import { writeCsv } from './csv-file.ts';
import { writeParquetFile } from './parquet-file.ts';

/** Rows on their way to a file. */
export interface Rows {
  readonly fields: readonly Field[];
  readonly batches: AsyncIterable<Batch>;
}

type WriteRows = (path: string, rows: Rows) => Promise<void>;

const FORMATS: Readonly<Record<string, WriteRows>> = { '.csv': writeCsv, '.parquet': writeParquetFile };

/** What writes a file, by the ending of its name. @throws CandlebookError INPUT_INVALID for another ending */
export function formatOf(file: string): WriteRows {
  const write = FORMATS[extname(file).toLowerCase()];
  if (write) return write;
  throw new CandlebookError('INPUT_INVALID', `${file} has no known ending.`, {
    value: file,
    hint: `Use one of ${Object.keys(FORMATS).join(', ')}.`,
  });
}

/** @throws CandlebookError INPUT_INVALID for a file that is there */
export async function refuseExisting(file: string): Promise<void> {
  const found = await open(file, 'r').catch(() => undefined);
  if (!found) return;
  await found.close();
  throw new CandlebookError('INPUT_INVALID', `${file} is there already.`, {
    value: file,
    hint: 'Choose another name, or replace it (`--force`, `replace: true`).',
  });
}
