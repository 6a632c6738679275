import { type Batch, type DataType, type Field, field, type Value } from '../delta/index.ts';
import type { SqlDatabase, SqlParameters, SqlResult, SqlValue } from '../sql/index.ts';
import { type ExportReport, exportRows, type FileOptions, marked } from './export-table.ts';

export interface SqlExportOptions extends FileOptions {
  /** Values of `$1, $2, …` or of `$name`. */
  readonly parameters?: SqlParameters;
  /** Said in a column `source` of each row, for answers about simulated or recorded data. */
  readonly source?: string;
}

/**
 * Writes the answer to one query to a CSV or Parquet file, as it comes.
 *
 * @throws CandlebookError as `exportTable`; INPUT_INVALID with what DuckDB says of the query
 */
export async function exportSql(
  database: SqlDatabase,
  query: string,
  options: SqlExportOptions,
): Promise<ExportReport> {
  const { parameters, source } = options;
  const results = database.stream(query, parameters);
  const first = (await results.next()).value as SqlResult;
  const columns = first.names.map((name, at) => ({ name, ...conversionOf(first.types[at]!) }));
  async function* batches(): AsyncGenerator<Batch> {
    try {
      yield toBatch(first, columns);
      for await (const result of results) yield toBatch(result, columns);
    } finally {
      await results.return(undefined);
    }
  }
  const rows = {
    fields: columns.map(({ name, type }): Field => field(name, type)),
    batches: batches(),
  };
  return exportRows(source ? marked(rows, source) : rows, options);
}

interface Conversion {
  readonly type: DataType;
  readonly convert?: (value: Exclude<SqlValue, null>) => Value;
}

const LONG: Conversion = { type: 'long', convert: (value) => BigInt(value as number | bigint) };
const micros = (value: SqlValue) => BigInt(Math.round((value as number) * 1000));

const BY_TYPE: Readonly<Record<string, Conversion>> = {
  BOOLEAN: { type: 'boolean' },
  TINYINT: { type: 'integer' },
  SMALLINT: { type: 'integer' },
  INTEGER: { type: 'integer' },
  UTINYINT: { type: 'integer' },
  USMALLINT: { type: 'integer' },
  UINTEGER: LONG,
  BIGINT: LONG,
  FLOAT: { type: 'double' },
  DOUBLE: { type: 'double' },
  DATE: { type: 'date' },
  BLOB: { type: 'binary' },
  TIMESTAMP: { type: 'timestamp_ntz', convert: micros },
  'TIMESTAMP WITH TIME ZONE': { type: 'timestamp', convert: micros },
};

/** Sums of whole numbers are wider than 64 bits; what is nested goes as JSON, all else as the text that DuckDB shows. */
function conversionOf(type: string): Conversion {
  if (/^U?(HUGE|BIG)INT$/.test(type) && type !== 'BIGINT') return { type: 'decimal(38,0)', convert: String };
  if (type.startsWith('DECIMAL')) return { type: 'double' };
  return (
    BY_TYPE[type] ?? {
      type: 'string',
      convert: (value) => (typeof value === 'object' ? JSON.stringify(value) : String(value)),
    }
  );
}

function toBatch(result: SqlResult, columns: readonly (Conversion & { name: string })[]): Batch {
  const cells: SqlValue[][] = [];
  result.append(cells);
  return {
    rowCount: result.rowCount,
    columns: Object.fromEntries(
      columns.map(({ name, convert }, at) => {
        const column = cells[at]! as Value[];
        return [
          name,
          convert
            ? column.map((value) => (value === null ? null : convert(value as Exclude<SqlValue, null>)))
            : column,
        ];
      }),
    ),
  };
}
