export type { BatchLimits, Written } from './batch-writer.ts';
export type { CandleRow, CandleTable } from './candle-table.ts';
export type {
  AsOf,
  Comparand,
  Comparison,
  DeltaTable,
  Filter as RowFilter,
  ScanReport,
} from './delta/index.ts';
export {
  openCandleTable,
  openDeltaTable,
  openRawTickerTable,
  openTickerTable,
  openTradeTable,
} from './open.ts';
export type { RawTickerRow, RawTickerTable } from './raw-ticker-table.ts';
export type { ReadRows } from './row-table.ts';
export { type ColumnDefinition, TABLE_SCHEMAS, type TableSchema } from './schema.ts';
export type { StoreOptions, TickerRow, TickerTable } from './ticker-table.ts';
export type { TradeRow, TradeTable } from './trade-table.ts';
