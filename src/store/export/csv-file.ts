import { open } from 'node:fs/promises';
import { type CsvValue, csvLine } from '../../tabular/index.ts';
import type { DataType, Value } from '../delta/index.ts';
import type { Rows } from './files.ts';

/** Rows whose text is held at once. */
const AT_ONCE = 2_000;

/**
 * A header, then a line a row: timestamps as ISO 8601 in UTC with microseconds, days as `2026-11-24`, bytes as base64,
 * what is nested as JSON.
 */
export async function writeCsv(path: string, { fields, batches }: Rows): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.write(csvLine(fields.map(({ name }) => name)));
    const texts = fields.map(({ type }) => textOf(type));
    for await (const { rowCount, columns } of batches) {
      const cells = fields.map(({ name }) => columns[name]!);
      for (let from = 0; from < rowCount; from += AT_ONCE) {
        let text = '';
        for (let row = from; row < Math.min(rowCount, from + AT_ONCE); row++)
          text += csvLine(
            cells.map((column, at) => (column[row] === null ? null : texts[at]!(column[row]!))),
          );
        await file.write(text);
      }
    }
  } finally {
    await file.close();
  }
}

function textOf(type: DataType): (value: Value) => CsvValue {
  if (type === 'timestamp') return (value) => `${moment(value as bigint)}Z`;
  if (type === 'timestamp_ntz') return (value) => moment(value as bigint);
  if (type === 'binary') return (value) => Buffer.from(value as Uint8Array).toString('base64');
  return typeof type === 'string' ? (value) => value as CsvValue : (value) => JSON.stringify(value, plain);
}

/** `2026-11-24T09:30:00.000125` of µs since 1970. */
function moment(micros: bigint): string {
  const rest = ((micros % 1000n) + 1000n) % 1000n;
  const milliseconds = new Date(Number((micros - rest) / 1000n)).toISOString().slice(0, -1);
  return `${milliseconds}${String(rest).padStart(3, '0')}`;
}

function plain(_key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value !== 'bigint') return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}
