import type { DataType, Field } from './delta/index.ts';

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
  /** Order of the rows in a compacted file, so that a question about one symbol or hour reads little. */
  readonly clusteredBy: readonly string[];
  readonly appendOnly: boolean;
  /**
   * For how long the table remembers which batches of a writer it holds. Left out where the rows' own order says
   * what is in, which is to be known for ever.
   */
  readonly writersRemembered?: string;
}

const column = (name: string, type: DataType, meaning: string): ColumnDefinition => ({ name, type, meaning });

const EVENT_TIME = column('event_time', 'timestamp', 'when the exchange stated it');
const PROCESSING_TIME = column('processing_time', 'timestamp', 'when it was taken here, by the local clock');
const DATE = column('date', 'date', 'day of event_time, UTC');
const HOUR = column('hour', 'integer', 'hour of event_time, UTC, 0 to 23');
const SYMBOL = column('symbol', 'string', 'pair as the exchange lists it, such as BTCUSDT');

export const TICKERS: TableSchema = {
  path: 'processed/tickers',
  writersRemembered: 'interval 7 days',
  description: 'Rolling 24-hour statistics of the tracked symbols, as the dashboard showed them',
  columns: [
    SYMBOL,
    column('price', 'double', 'last price, in the quote asset'),
    column('volume', 'double', 'traded in 24 h, in the base asset'),
    column('priceChange', 'double', 'against 24 h before, in the quote asset'),
    column('priceChangePercent', 'double', 'the same in percent: 1.5 is +1.5 %'),
    column('highPrice', 'double', 'highest price in 24 h, in the quote asset'),
    column('lowPrice', 'double', 'lowest price in 24 h, in the quote asset'),
    column('quoteVolume', 'double', 'traded in 24 h, in the quote asset'),
    EVENT_TIME,
    PROCESSING_TIME,
    DATE,
    HOUR,
  ],
  partitionColumns: ['date'],
  clusteredBy: ['symbol', 'event_time'],
  appendOnly: false,
};

export const RAW_TRADES: TableSchema = {
  path: 'raw/trades',
  description: 'Every trade as the exchange stated it, once',
  columns: [
    SYMBOL,
    column('tradeId', 'long', 'consecutive within the symbol'),
    column('price', 'double', 'in the quote asset'),
    column('quantity', 'double', 'in the base asset'),
    column('buyerIsMaker', 'boolean', "true when the buyer's order was waiting in the book"),
    column('trade_time', 'timestamp', 'when the exchange matched it'),
    EVENT_TIME,
    PROCESSING_TIME,
    DATE,
  ],
  partitionColumns: ['date'],
  clusteredBy: ['symbol', 'tradeId'],
  appendOnly: true,
};

export const RAW_TICKERS: TableSchema = {
  path: 'raw/tickers',
  writersRemembered: 'interval 7 days',
  description: 'Rolling 24-hour statistics as the exchange stated them, every field',
  columns: [
    SYMBOL,
    column('lastPrice', 'double', 'in the quote asset'),
    column('priceChange', 'double', 'against 24 h before, in the quote asset'),
    column('priceChangePercent', 'double', 'the same in percent: 1.5 is +1.5 %'),
    column('weightedAvgPrice', 'double', 'weighted by volume, in the quote asset'),
    column('openPrice', 'double', '24 h before, in the quote asset'),
    column('highPrice', 'double', 'highest in 24 h, in the quote asset'),
    column('lowPrice', 'double', 'lowest in 24 h, in the quote asset'),
    column('volume', 'double', 'traded in 24 h, in the base asset'),
    column('quoteVolume', 'double', 'traded in 24 h, in the quote asset'),
    column('bidPrice', 'double', 'best bid, in the quote asset'),
    column('bidQuantity', 'double', 'at the best bid, in the base asset'),
    column('askPrice', 'double', 'best ask, in the quote asset'),
    column('askQuantity', 'double', 'at the best ask, in the base asset'),
    column('open_time', 'timestamp', 'begin of the 24 h'),
    column('close_time', 'timestamp', 'end of the 24 h'),
    column('firstTradeId', 'long', 'first trade of the 24 h; -1 where there was none'),
    column('lastTradeId', 'long', 'last trade of the 24 h; -1 where there was none'),
    column('tradeCount', 'long', 'number of trades in 24 h'),
    EVENT_TIME,
    PROCESSING_TIME,
    DATE,
  ],
  partitionColumns: ['date'],
  clusteredBy: ['symbol', 'event_time'],
  appendOnly: true,
};

export const CANDLES: TableSchema = {
  path: 'processed/candles',
  description: 'Closed candles, one row a symbol, interval and open time',
  columns: [
    SYMBOL,
    column('interval', 'string', 'such as 1m, 1h, 1d'),
    column('open_time', 'timestamp', 'first moment of the candle'),
    column('open', 'double', 'first price, in the quote asset'),
    column('high', 'double', 'highest price, in the quote asset'),
    column('low', 'double', 'lowest price, in the quote asset'),
    column('close', 'double', 'last price, in the quote asset'),
    column('volume', 'double', 'in the base asset'),
    column('close_time', 'timestamp', 'last millisecond of the candle'),
    column('quoteVolume', 'double', 'in the quote asset'),
    column('tradeCount', 'long', 'number of trades'),
    column('takerBuyVolume', 'double', 'bought by the aggressor, in the base asset'),
    column('takerBuyQuoteVolume', 'double', 'bought by the aggressor, in the quote asset'),
    PROCESSING_TIME,
    column('date', 'date', 'day of open_time, UTC'),
  ],
  partitionColumns: ['date'],
  clusteredBy: ['symbol', 'interval', 'open_time'],
  appendOnly: false,
};

/** Every project table. */
export const TABLE_SCHEMAS: readonly TableSchema[] = [RAW_TRADES, RAW_TICKERS, TICKERS, CANDLES];

/** The Delta fields of a project table; every column may be null, as the tables' readers expect. */
export function fieldsOf({ columns }: TableSchema): Field[] {
  return columns.map(({ name, type, meaning }) => ({
    name,
    type,
    nullable: true,
    metadata: { comment: meaning },
  }));
}
