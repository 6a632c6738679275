import { type DataType, field } from './delta/index.ts';

/** One column of a project table, and what it means. */
export interface ColumnDefinition {
  readonly name: string;
  readonly type: DataType;
  readonly meaning: string;
}

/** One project table. From here its Delta schema, its checks and its description are taken. */
export interface TableSchema {
  /** Where it lies below `<location>/<source>/`, and its name. */
  readonly path: string;
  readonly description: string;
  readonly columns: readonly ColumnDefinition[];
  readonly partitionColumns: readonly string[];
  readonly appendOnly: boolean;
}

const column = (name: string, type: DataType, meaning: string): ColumnDefinition => ({ name, type, meaning });

export const TICKERS: TableSchema = {
  path: 'processed/tickers',
  description: 'Rolling 24-hour statistics of the tracked symbols, as the dashboard showed them',
  columns: [
    column('symbol', 'string', 'pair as the exchange lists it, such as BTCUSDT'),
    column('price', 'double', 'last price, in the quote asset'),
    column('volume', 'double', 'traded in 24 h, in the base asset'),
    column('priceChange', 'double', 'against 24 h before, in the quote asset'),
    column('priceChangePercent', 'double', 'the same in percent: 1.5 is +1.5 %'),
    column('highPrice', 'double', 'highest price in 24 h, in the quote asset'),
    column('lowPrice', 'double', 'lowest price in 24 h, in the quote asset'),
    column('quoteVolume', 'double', 'traded in 24 h, in the quote asset'),
    column('event_time', 'timestamp', 'when the exchange stated it'),
    column('processing_time', 'timestamp', 'when it was taken here, by the local clock'),
    column('date', 'date', 'day of event_time, UTC'),
    column('hour', 'integer', 'hour of event_time, UTC, 0 to 23'),
  ],
  partitionColumns: ['date'],
  appendOnly: false,
};

/** The Delta fields of a project table; every column may be null, as the tables' readers expect. */
export function fieldsOf({ columns }: TableSchema) {
  return columns.map(({ name, type, meaning }) => ({
    ...field(name, type),
    metadata: { comment: meaning },
  }));
}
