import { Option } from 'commander';
import { type CsvValue, csvLine } from '../../tabular/index.ts';
import type { SqlResult, SqlValue } from '../sql/index.ts';
import { aligned, json, moment, print } from './text.ts';

export type AnswerFormat = 'table' | 'csv' | 'json';

/** `--format`, for every command that answers with rows. */
export function formatOption(): Option {
  return new Option('--format <format>', 'how the answer is written')
    .choices(['table', 'csv', 'json'] satisfies AnswerFormat[])
    .default('table');
}

/** Prints an answer as it comes; a table is aligned, and so printed when all of it is there. */
export async function printAnswer(format: AnswerFormat, batches: AsyncIterable<SqlResult>): Promise<void> {
  let first = true;
  let names: readonly string[] = [];
  let right: boolean[] = [];
  const cells: string[][] = [];
  for await (const batch of batches) {
    if (first) {
      names = batch.names;
      right = batch.types.map((type) => /INT|LONG|SHORT|BYTE|DOUBLE|FLOAT|DECIMAL/.test(type));
      if (format === 'csv') process.stdout.write(csvLine(names));
    }
    first = false;
    for (const row of batch.rows()) {
      if (format === 'table') cells.push(names.map((name, at) => shown(row[name]!, batch.types[at]!)));
      else
        process.stdout.write(
          format === 'json' ? `${json(row)}\n` : csvLine(Object.values(row).map(csvValue)),
        );
    }
  }
  if (format === 'table')
    print(`${aligned(names, cells, right)}\n(${cells.length} row${cells.length === 1 ? '' : 's'})`);
}

function shown(value: SqlValue, type: string): string {
  if (value === null) return '';
  if (typeof value === 'number' && type.startsWith('TIMESTAMP')) return moment(value);
  return typeof value === 'object' ? json(value) : String(value);
}

/** Times stay epoch ms, as everywhere that programs read. */
function csvValue(value: SqlValue): CsvValue {
  return typeof value === 'object' && value !== null ? json(value) : value;
}
