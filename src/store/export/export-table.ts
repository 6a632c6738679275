import { stat } from 'node:fs/promises';
import { CandlebookError } from '../../market/index.ts';
import { writeWhole } from '../../tabular/index.ts';
import { type AsOf, type Batch, type DeltaTable, type Field, type Filter, field } from '../delta/index.ts';
import { SOURCE_PROPERTY } from '../project-table.ts';
import { formatOf, type Rows, refuseExisting } from './files.ts';

/** Where rows go, and what is told on the way. */
export interface FileOptions {
  /** A name that ends with `.csv` or `.parquet`. The file appears when it is whole. */
  readonly file: string;
  /** Replace a file that is there. Default false: it is refused. */
  readonly replace?: boolean;
  /** Stops the export; no file is left. */
  readonly signal?: AbortSignal;
  /** Called with the number of rows so far, after each batch. */
  readonly onRows?: (rows: number) => void;
}

export interface ExportOptions extends FileOptions, AsOf {
  /** Columns, in this order; by default all. */
  readonly columns?: readonly string[];
  /** Rows, such as `{ symbol: 'BTCUSDT', event_time: { gte: from, lt: to } }`; by default all. */
  readonly where?: Filter;
}

export interface ExportReport {
  readonly file: string;
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Writes the rows of a table, in the order in which they lie, to a CSV or Parquet file. Not more than a row group and
 * 100,000 rows are in memory. A table of this project gets one more column, `source`: live, simulated or recorded.
 *
 * @throws CandlebookError INPUT_INVALID for a file that is there, can not be written or has another ending, or for a
 *   column that is none; STOPPED; TABLE_INVALID, TABLE_UNSUPPORTED, ACCESS_DENIED from the table
 */
export async function exportTable(table: DeltaTable, options: ExportOptions): Promise<ExportReport> {
  const { columns, where, version, timestamp } = options;
  const at = timestamp === undefined ? version : await table.versionAt(timestamp);
  const asOf = at === undefined ? {} : { version: at };
  const { fields } = await table.dataFiles(asOf);
  const scan = await table.read({
    ...asOf,
    ...(columns ? { columns } : {}),
    ...(where ? { where } : {}),
  });
  const chosen = columns ? columns.map((name) => fields.find((one) => one.name === name)!) : fields;
  const source = table.metadata.configuration[SOURCE_PROPERTY];
  return exportRows(
    source ? marked({ fields: chosen, batches: scan }, source) : { fields: chosen, batches: scan },
    options,
  );
}

/** Writes rows to a file, counted. */
export async function exportRows({ fields, batches }: Rows, options: FileOptions): Promise<ExportReport> {
  const { file, replace = false, signal, onRows } = options;
  const write = formatOf(file);
  if (!replace) await refuseExisting(file);
  let rows = 0;
  async function* counted(): AsyncGenerator<Batch> {
    for await (const batch of batches) {
      if (signal?.aborted)
        throw new CandlebookError('STOPPED', 'The export was stopped.', {
          hint: `${file} was not ${replace ? 'touched' : 'made'}.`,
        });
      yield batch;
      rows += batch.rowCount;
      onRows?.(rows);
    }
  }
  await writeWhole(file, (part) => write(part, { fields, batches: counted() }));
  return { file, rows, bytes: (await stat(file)).size };
}

/** Rows that say whose they are, wherever the file goes; a table may have such a column of its own. */
export function marked({ fields, batches }: Rows, source: string): Rows {
  if (fields.some(({ name }) => name === 'source')) return { fields, batches };
  const mark: Field = field('source', 'string', false);
  async function* all(): AsyncGenerator<Batch> {
    for await (const { rowCount, columns } of batches)
      yield { rowCount, columns: { ...columns, source: new Array(rowCount).fill(source) } };
  }
  return { fields: [...fields, mark], batches: all() };
}
