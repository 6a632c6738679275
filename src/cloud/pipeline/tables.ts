import { type ColumnDefinition, TABLE_SCHEMAS, type TableSchema } from '../../store/index.ts';

/** Where the pipeline's tables lie on Databricks: `candlebook.market.silver_trades`. */
export const CATALOG = 'candlebook';
export const DATABASE = 'market';

/** A table that the pipeline makes. */
export interface PipelineTable extends Pick<TableSchema, 'description' | 'columns' | 'partitionColumns'> {
  readonly name: string;
  readonly layer: 'bronze' | 'silver' | 'gold';
  /** One row each of these. */
  readonly key: readonly string[];
  /** Order of the rows in a compacted file. */
  readonly clusteredBy: readonly string[];
}

const column = (name: string, type: ColumnDefinition['type'], meaning: string): ColumnDefinition => ({
  name,
  type,
  meaning,
});

const PROCESSING_TIME = column('processing_time', 'timestamp', 'when the pipeline took it');
const date = (of: string) => column('date', 'date', `day of ${of}, UTC`);

const MESSAGE = [
  column('topic', 'string', 'of the message'),
  column('partition', 'integer', 'of the topic'),
  column('offset', 'long', 'within the partition'),
];

/** A table with the columns of one of the store's. */
function asInStore(path: string): Pick<PipelineTable, 'columns' | 'partitionColumns' | 'clusteredBy'> {
  const { columns, partitionColumns, clusteredBy } = TABLE_SCHEMAS.find((schema) => schema.path === path)!;
  return { columns, partitionColumns, clusteredBy };
}

/** Columns of one of the store's tables, in the order of the names. */
function columnsOf(path: string, ...names: readonly string[]): readonly ColumnDefinition[] {
  const { columns } = asInStore(path);
  return names.map((wanted) => columns.find(({ name }) => name === wanted)!);
}

const SYMBOL = columnsOf('raw/trades', 'symbol')[0]!;
/** What a table about the newest candle begins with. */
const OF_CANDLE = [
  SYMBOL,
  column('interval', 'string', 'of the candles: 1m'),
  column('open_time', 'timestamp', 'first moment of the newest candle'),
  ...columnsOf('processed/candles', 'close'),
];

/** The tables of the pipeline, from the topic to the insights. Every column may be null. */
export const PIPELINE_TABLES: readonly PipelineTable[] = [
  {
    name: 'bronze_events',
    layer: 'bronze',
    description: 'Messages of the topic as they came, all of them',
    columns: [
      column('key', 'binary', 'of the message: the symbol'),
      column('value', 'binary', 'of the message: a trade as JSON'),
      ...MESSAGE,
      column('timestamp', 'timestamp', 'when the publisher sent it'),
      PROCESSING_TIME,
      date('timestamp'),
    ],
    partitionColumns: ['date'],
    key: ['topic', 'partition', 'offset'],
    clusteredBy: ['timestamp'],
  },
  {
    name: 'silver_clock',
    layer: 'silver',
    description: 'How far the time of the market had come with each batch of bronze',
    columns: [
      column('processing_time', 'timestamp', 'of the batch of bronze'),
      column('newest_trade', 'timestamp', 'newest trade_time of the batch'),
    ],
    partitionColumns: [],
    key: ['processing_time'],
    clusteredBy: ['processing_time'],
  },
  {
    name: 'silver_settled',
    layer: 'silver',
    description: 'Trades that the watermark has passed, each once, in the order of their times',
    columns: [
      column('symbol', 'string', 'pair as the exchange lists it; null in a row that only moves the clock'),
      ...columnsOf('raw/trades', 'tradeId', 'price', 'quantity', 'buyerIsMaker', 'trade_time', 'event_time'),
      column('messages', 'long', 'how many state it'),
      ...MESSAGE,
      column('timestamp', 'timestamp', 'when the publisher sent the last of them'),
      PROCESSING_TIME,
      date('trade_time'),
    ],
    partitionColumns: ['date'],
    key: ['symbol', 'tradeId', 'trade_time'],
    clusteredBy: ['symbol', 'tradeId'],
  },
  {
    name: 'silver_trades',
    layer: 'silver',
    description: 'Every trade once, as in raw/trades',
    ...asInStore('raw/trades'),
    key: ['symbol', 'tradeId'],
  },
  {
    name: 'quarantine',
    layer: 'silver',
    description: 'Messages that are in no trade of silver, and why',
    columns: [
      column('reason', 'string', 'malformed, source, late or duplicate'),
      column('detail', 'string', 'what is wrong with it'),
      column(
        'messages',
        'long',
        'how many the row stands for: copies of a trade share one, that of the last of them',
      ),
      SYMBOL,
      column('tradeId', 'long', 'of the trade, where the message states one'),
      ...MESSAGE,
      column('timestamp', 'timestamp', 'when the publisher sent it'),
      column('key', 'string', 'of the message'),
      column('value', 'string', 'of the message'),
      PROCESSING_TIME,
      date('timestamp'),
    ],
    partitionColumns: ['date'],
    key: ['topic', 'partition', 'offset'],
    clusteredBy: ['reason', 'timestamp'],
  },
  {
    name: 'gold_candles_1m',
    layer: 'gold',
    description: 'Closed 1-minute candles, as in processed/candles',
    ...asInStore('processed/candles'),
    key: ['symbol', 'interval', 'open_time'],
  },
  {
    name: 'gold_moving_averages',
    layer: 'gold',
    description: 'Averages of the closes of the last candles, where there is one for each minute',
    columns: [
      ...OF_CANDLE,
      column('sma5', 'double', 'mean of the last 5 closes; null before there are so many'),
      column('sma10', 'double', 'mean of the last 10 closes'),
      column('sma20', 'double', 'mean of the last 20 closes'),
      PROCESSING_TIME,
      date('open_time'),
    ],
    partitionColumns: ['date'],
    key: ['symbol', 'interval', 'open_time'],
    clusteredBy: ['symbol', 'interval', 'open_time'],
  },
  {
    name: 'gold_volatility',
    layer: 'gold',
    description: 'Realised volatility of the last 20 minutes, as the indicator volatility(20, "1m") has it',
    columns: [
      ...OF_CANDLE,
      column('volatility', 'double', 'sample deviation of 20 log returns, in percent a year'),
      PROCESSING_TIME,
      date('open_time'),
    ],
    partitionColumns: ['date'],
    key: ['symbol', 'interval', 'open_time'],
    clusteredBy: ['symbol', 'interval', 'open_time'],
  },
  {
    name: 'gold_statistics_24h',
    layer: 'gold',
    description:
      'Statistics of the 24 hours up to event_time, each quarter of an hour, as in processed/tickers',
    ...asInStore('processed/tickers'),
    key: ['symbol', 'event_time'],
  },
  {
    name: 'gold_top_performers',
    layer: 'gold',
    description: 'The symbols of one moment, the greatest rise in 24 hours first',
    columns: [
      column('rank', 'integer', '1 rose most; equal changes share a rank'),
      ...columnsOf(
        'processed/tickers',
        'symbol',
        'price',
        'priceChange',
        'priceChangePercent',
        'quoteVolume',
      ),
      column('event_time', 'timestamp', 'end of the 24 hours'),
      PROCESSING_TIME,
      date('event_time'),
    ],
    partitionColumns: ['date'],
    key: ['symbol', 'event_time'],
    clusteredBy: ['event_time', 'rank'],
  },
  {
    name: 'gold_volume_spikes',
    layer: 'gold',
    description: 'Candles whose volume stands out from that of the 60 before, as volumeSpikes() finds them',
    columns: [
      ...OF_CANDLE.slice(0, 2),
      ...columnsOf('processed/candles', 'open_time', 'volume'),
      column('median_volume', 'double', 'of the 60 candles before'),
      column('ratio', 'double', 'volume in medians'),
      column('z_score', 'double', 'distance from the median in deviations; 5 or more'),
      column('direction', 'string', 'up, down or flat'),
      PROCESSING_TIME,
      date('open_time'),
    ],
    partitionColumns: ['date'],
    key: ['symbol', 'interval', 'open_time'],
    clusteredBy: ['symbol', 'open_time'],
  },
];
