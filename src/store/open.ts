import type { DataSource } from '../market/index.ts';
import type { CandleTable } from './candle-table.ts';
import type { DeltaTable } from './delta/index.ts';
import type { ExportOptions, ExportReport, SqlExportOptions } from './export/index.ts';
import type { Lease, LeaseOptions } from './lease.ts';
import type { PastMarket, PastOptions } from './past.ts';
import type { RawTickerTable } from './raw-ticker-table.ts';
import type { Recorder, RecorderOptions } from './recorder.ts';
import type { SqlDatabase, SqlOptions } from './sql/index.ts';
import type { StateFile } from './state-file.ts';
import type { StoreOptions, TickerStoreOptions, TickerTable } from './ticker-table.ts';
import type { TradeTable } from './trade-table.ts';

/*
 * The doors of this room. All that is behind them is loaded when the first one is opened, so that importing the
 * package costs nothing for those who keep no tables.
 */

/**
 * Opens `<location>/<source>/processed/tickers`, or makes it.
 *
 * @throws CandlebookError SOURCE_MIXED, SCHEMA_MISMATCH, TABLE_UNWRITABLE, TABLE_UNSUPPORTED, TABLE_INVALID
 */
export async function openTickerTable(options: TickerStoreOptions): Promise<TickerTable> {
  return (await import('./ticker-table.ts')).openTickerTable(options);
}

/**
 * Opens `<location>/<source>/raw/trades`, or makes it.
 *
 * @throws CandlebookError SOURCE_MIXED, SCHEMA_MISMATCH, TABLE_UNWRITABLE, TABLE_UNSUPPORTED, TABLE_INVALID
 */
export async function openTradeTable(options: StoreOptions): Promise<TradeTable> {
  return (await import('./trade-table.ts')).openTradeTable(options);
}

/**
 * Opens `<location>/<source>/raw/tickers`, or makes it.
 *
 * @throws CandlebookError SOURCE_MIXED, SCHEMA_MISMATCH, TABLE_UNWRITABLE, TABLE_UNSUPPORTED, TABLE_INVALID
 */
export async function openRawTickerTable(options: TickerStoreOptions): Promise<RawTickerTable> {
  return (await import('./raw-ticker-table.ts')).openRawTickerTable(options);
}

/**
 * Opens `<location>/<source>/processed/candles`, or makes it.
 *
 * @throws CandlebookError SOURCE_MIXED, SCHEMA_MISMATCH, TABLE_UNWRITABLE, TABLE_UNSUPPORTED, TABLE_INVALID
 */
export async function openCandleTable(options: StoreOptions): Promise<CandleTable> {
  return (await import('./candle-table.ts')).openCandleTable(options);
}

/**
 * Opens the project tables that a feed fills, or makes them, to keep all of its events in them exactly once.
 *
 * @throws CandlebookError SOURCE_MIXED when a table holds another source's or another market's rows;
 *   SCHEMA_MISMATCH, TABLE_UNWRITABLE, TABLE_UNSUPPORTED, TABLE_INVALID
 */
export async function openRecorder(options: RecorderOptions): Promise<Recorder> {
  return (await import('./recorder.ts')).openRecorder(options);
}

/**
 * The market as it was known at a moment, out of the project tables: tickers, closed bars, trades of the forming ones.
 *
 * @throws CandlebookError TABLE_INVALID, TABLE_UNSUPPORTED, ACCESS_DENIED
 */
export async function marketAt(options: PastOptions): Promise<PastMarket> {
  return (await import('./past.ts')).marketAt(options);
}

/**
 * SQL over the project tables of a location, or any Delta tables, as they are or as they were:
 * `(await openSql({ location: 'tables' })).sql('select * from top_performers')`.
 *
 * @throws CandlebookError PACKAGE_MISSING where DuckDB is not installed; TABLE_INVALID when there is no table;
 *   TABLE_UNSUPPORTED, ACCESS_DENIED
 */
export async function openSql(options: SqlOptions): Promise<SqlDatabase> {
  return (await import('./sql/index.ts')).SqlDatabase.open(options);
}

/**
 * Opens any Delta table by its own location, whoever made it.
 *
 * @param location folder, or `abfss://container@account.dfs.core.windows.net/path`
 * @throws CandlebookError TABLE_INVALID when no table lies there; TABLE_UNSUPPORTED naming the feature that is
 *   not implemented
 */
export async function openDeltaTable(location: string): Promise<DeltaTable> {
  const [{ DeltaTable }, { openFiles }] = await Promise.all([
    import('./delta/index.ts'),
    import('./files/index.ts'),
  ]);
  return DeltaTable.open(await openFiles(location));
}

/**
 * Writes the rows of a table to a CSV or Parquet file, as they lie and without holding them all:
 * `await exportTable(await openDeltaTable('gold'), { file: 'gold.parquet' })`. Tables of this project get one more
 * column, `source`: live, simulated or recorded.
 *
 * @throws CandlebookError INPUT_INVALID for a file that is there, can not be written or has another ending, or for a
 *   column that is none; STOPPED by the signal; TABLE_INVALID, TABLE_UNSUPPORTED, ACCESS_DENIED from the table
 */
export async function exportTable(table: DeltaTable, options: ExportOptions): Promise<ExportReport> {
  return (await import('./export/index.ts')).exportTable(table, options);
}

/**
 * Writes the answer to one query to a CSV or Parquet file, as it comes.
 *
 * @throws CandlebookError as `exportTable`, and INPUT_INVALID with what DuckDB says of the query
 */
export async function exportSql(
  database: SqlDatabase,
  query: string,
  options: SqlExportOptions,
): Promise<ExportReport> {
  return (await import('./export/index.ts')).exportSql(database, query, options);
}

/**
 * Lets one of the processes that share a table location do what must not be done twice: `state/<name>.lease/` beside the
 * tables. Opened, it is held or another's; it is taken over by itself once that one has ended.
 *
 * @throws CandlebookError INPUT_INVALID on a location that is none
 */
export async function openLease(
  location: string,
  source: DataSource,
  name: string,
  options: LeaseOptions = {},
): Promise<Lease> {
  return (await import('./lease.ts')).openLease(location, source, name, options);
}

/**
 * A small file beside the tables, for what a restart has to know.
 * @throws CandlebookError ACCESS_DENIED, INPUT_INVALID
 */
export async function openStateFile(location: string, source: DataSource, name: string): Promise<StateFile> {
  return (await import('./state-file.ts')).openStateFile(location, source, name);
}
