import { Command } from 'commander';
import { asTime } from '../../arguments/index.ts';
import { CandlebookError } from '../../market/index.ts';
import { stopOnSignals } from '../../signals/index.ts';
import type { DeltaTable, Filter } from '../delta/index.ts';
import { type ExportReport, exportSql, exportTable, type FileOptions } from '../export/index.ts';
import { SOURCE_PROPERTY } from '../project-table.ts';
import { SqlDatabase } from '../sql/index.ts';
import { openTarget, TABLE_ARGUMENT, type TargetFlags, whereTablesLie, withLocation } from './target.ts';
import { count, megabytes, print } from './text.ts';

const HELP = `
Rows come in the order in which they lie; ORDER BY in --sql sorts them. Times are UTC: ISO 8601 with microseconds in CSV,
timestamps in Parquet. Tables of candlebook get a column source (live, simulated or recorded). The file appears when
it is whole, and memory does not grow with it.

Examples:
  candlebook table export raw/trades --to trades.parquet
  candlebook table export processed/candles --symbol BTCUSDT --from 2026-11-01 --until 2026-12-01 --to november.csv
  candlebook table export --sql 'select * from hourly_summary order by 1' --to hours.csv
  candlebook table export abfss://lake@account.dfs.core.windows.net/gold_candles_1m --to gold.parquet`;

interface Flags extends TargetFlags {
  readonly to: string;
  readonly sql?: string;
  readonly symbol?: readonly string[];
  readonly from?: number;
  readonly until?: number;
  readonly timeColumn?: string;
  readonly columns?: readonly string[];
  readonly asOf?: number;
  readonly force?: boolean;
}

export function exportCommand(): Command {
  return withLocation(
    new Command('export')
      .description('Write a table, some of its rows, or the answer to a query to a CSV or Parquet file')
      .argument('[table]', TABLE_ARGUMENT)
      .requiredOption('--to <file>', 'file that ends with .csv or .parquet')
      .option('--sql <query>', 'one SELECT over the project tables instead of a table (needs DuckDB)')
      .option('--symbol <symbol>', 'rows of this symbol only; may be given again', also)
      .option('--from <time>', 'rows at or after it, such as 2026-11-24 or 2026-11-24T09:30Z (UTC)', asTime)
      .option('--until <time>', 'rows before it', asTime)
      .option(
        '--time-column <name>',
        `what --from and --until look at (default: ${TIME_COLUMNS.join(' or ')})`,
      )
      .option('--columns <names>', 'columns by their names, with commas between (default: all)', asNames)
      .option('--as-of <time>', 'as the table was at this moment', asTime)
      .option('--force', 'replace a file that is there'),
  )
    .addHelpText('after', HELP)
    .action(run);
}

const TIME_COLUMNS = ['event_time', 'open_time'];

async function run(name: string | undefined, flags: Flags): Promise<void> {
  if ((name === undefined) === (flags.sql === undefined))
    throw usage('Name a table, or give a query with --sql.', name);
  if (flags.from !== undefined && flags.until !== undefined && flags.from >= flags.until)
    throw usage('--until has to be after --from.', flags.until);
  const stop = stopOnSignals();
  const file: FileOptions = {
    file: flags.to,
    replace: flags.force ?? false,
    signal: stop.signal,
    ...(process.stderr.isTTY ? { onRows: progress() } : {}),
  };
  try {
    const [report, of] =
      name === undefined ? await query(flags.sql!, flags, file) : await rows(name, flags, file);
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
    print(
      `${count(report.rows)} row${report.rows === 1 ? '' : 's'} of ${of}: ${report.file}, ${megabytes(report.bytes)}.`,
    );
  } finally {
    stop.off();
  }
}

async function rows(name: string, flags: Flags, file: FileOptions): Promise<[ExportReport, string]> {
  const { table } = await openTarget(name, flags);
  const { columns, asOf } = flags;
  const report = await exportTable(table, {
    ...file,
    ...(columns ? { columns } : {}),
    ...(asOf === undefined ? {} : { timestamp: asOf }),
    ...filterOf(table, flags),
  });
  return [report, of(name, table.metadata.configuration[SOURCE_PROPERTY])];
}

async function query(sql: string, flags: Flags, file: FileOptions): Promise<[ExportReport, string]> {
  const { symbol, from, until, timeColumn, columns, asOf } = flags;
  if (symbol || from !== undefined || until !== undefined || timeColumn || columns)
    throw usage('With --sql the query itself says which rows and columns.', sql);
  const where = await whereTablesLie(flags);
  const db = await SqlDatabase.open({ ...where, ...(asOf === undefined ? {} : { timestamp: asOf }) });
  try {
    const mark = where.source === 'live' ? {} : { source: where.source };
    return [await exportSql(db, sql, { ...file, ...mark }), of('the answer', where.source)];
  } finally {
    await db.close();
  }
}

function of(what: string, source: string | undefined): string {
  return source === undefined || source === 'live' ? what : `${what} (${source})`;
}

function filterOf({ fields }: DeltaTable, { symbol, from, until, timeColumn }: Flags): { where?: Filter } {
  const where: Filter[] = [];
  if (symbol) where.push({ symbol: { in: symbol } });
  if (from !== undefined || until !== undefined) {
    const name = timeColumn ?? TIME_COLUMNS.find((one) => fields.some((column) => column.name === one));
    if (name === undefined)
      throw usage(
        `The table has none of the columns ${TIME_COLUMNS.join(', ')}: say which with --time-column.`,
        name,
      );
    where.push({
      [name]: { ...(from === undefined ? {} : { gte: from }), ...(until === undefined ? {} : { lt: until }) },
    });
  }
  return where.length === 0 ? {} : { where: { and: where } };
}

function progress(): (rows: number) => void {
  let told = 0;
  return (rows) => {
    const now = Date.now();
    if (now - told < 250) return;
    told = now;
    process.stderr.write(`\r${count(rows)} rows`);
  };
}

function also(symbol: string, before: readonly string[] = []): readonly string[] {
  return [...before, symbol.toUpperCase()];
}

function asNames(text: string): readonly string[] {
  return text.split(',').map((name) => name.trim());
}

function usage(message: string, value: unknown): CandlebookError {
  return new CandlebookError('INPUT_INVALID', message, {
    value,
    hint: '`candlebook table export --help` has examples.',
  });
}
