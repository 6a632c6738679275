export type { BatchLimits, Written } from './batch-writer.ts';
export { type ColumnDefinition, type TableSchema, TICKERS } from './schema.ts';
export { openTickerTable, type TickerRow, TickerTable, type TickerTableOptions } from './ticker-table.ts';
