export type { BatchLimits, Written } from './batch-writer.ts';
export { type CandleRow, CandleTable, openCandleTable } from './candle-table.ts';
export type {
  AsOf,
  Comparand,
  Comparison,
  DeltaTable,
  Filter as RowFilter,
  ScanReport,
} from './delta/index.ts';
export { openDeltaTable } from './open-table.ts';
export type { ReadRows } from './row-table.ts';
export { type ColumnDefinition, TABLE_SCHEMAS, type TableSchema } from './schema.ts';
export { openTickerTable, type StoreOptions, type TickerRow, TickerTable } from './ticker-table.ts';
export { openTradeTable, type TradeRow, TradeTable } from './trade-table.ts';
