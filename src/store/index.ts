export type { BatchLimits, Written } from './batch-writer.ts';
export type { CandleSource } from './candle-fill.ts';
export type { CandleRow, CandleTable } from './candle-table.ts';
export type {
  AsOf,
  Comparand,
  Comparison,
  DeltaTable,
  Filter as RowFilter,
  ScanReport,
} from './delta/index.ts';
export type { ExportOptions, ExportReport, FileOptions, SqlExportOptions } from './export/index.ts';
export type { Lease, LeaseOptions } from './lease.ts';
export type { MaintenanceOptions, MaintenanceReport } from './maintenance.ts';
export {
  exportSql,
  exportTable,
  marketAt,
  openCandleTable,
  openDeltaTable,
  openLease,
  openRawTickerTable,
  openRecorder,
  openSql,
  openStateFile,
  openTickerTable,
  openTradeTable,
} from './open.ts';
export type { PastMarket, PastOptions } from './past.ts';
export type { RawTickerRow, RawTickerTable } from './raw-ticker-table.ts';
export type { RecordedTable, Recorder, RecorderOptions, RecorderStatus } from './recorder.ts';
export type { ReadRows } from './row-table.ts';
export { toRows } from './rows.ts';
export { type ColumnDefinition, TABLE_SCHEMAS, type TableSchema } from './schema.ts';
export { schemaPage, sparkColumns, sparkTable } from './schema-text.ts';
export {
  type SqlDatabase,
  type SqlOptions,
  type SqlParameter,
  type SqlParameters,
  SqlResult,
  type SqlRow,
  type SqlValue,
} from './sql/index.ts';
export type { StateFile } from './state-file.ts';
export type { StoreOptions, TickerRow, TickerStoreOptions, TickerTable } from './ticker-table.ts';
export type { TradeRow, TradeTable } from './trade-table.ts';
