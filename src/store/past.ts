import {
  type Candle,
  type DataSource,
  type Interval,
  nextOpenTime,
  openTimeOf,
  type Ticker,
  type Trade,
} from '../market/index.ts';
import type { CandleRow } from './candle-table.ts';
import { DeltaTable } from './delta/index.ts';
import { below, openFiles } from './files/index.ts';
import type { RawTickerRow } from './raw-ticker-table.ts';
import { dateOf } from './row-table.ts';
import { toRows } from './rows.ts';
import { CANDLES, RAW_TICKERS, RAW_TRADES, type TableSchema } from './schema.ts';
import type { TradeRow } from './trade-table.ts';

export interface PastOptions {
  readonly location: string;
  readonly source: DataSource;
  readonly symbols: readonly string[];
  readonly interval: Interval;
  /** The moment, epoch ms. */
  readonly at: number;
  /** Closed bars of each symbol before the moment. Default 300. */
  readonly bars?: number;
}

/** The market as it was known at a moment. */
export interface PastMarket {
  /** The last ticker that each symbol had then, of the day before it at most. */
  readonly tickers: readonly Ticker[];
  /** Bars that were closed then, oldest first, by symbol. */
  readonly candles: ReadonlyMap<string, readonly Candle[]>;
  /** Trades of the bars that were forming then, in order of id. */
  readonly trades: readonly Trade[];
}

const DAY_MS = 86_400_000;

/**
 * Reads the project tables as of a moment of the market: what was stated at it or before. It is the rows' own times
 * that count, not when they were committed, so that any moment can be asked for, however the tables were tidied since.
 */
export async function marketAt({
  location,
  source,
  symbols,
  interval,
  at,
  bars = 300,
}: PastOptions): Promise<PastMarket> {
  const read = <Row>(schema: TableSchema, where: Filter) => rowsOf<Row>(location, source, schema, where);
  const symbol = { in: symbols };
  const days = (from: number) => ({ date: { gte: dateOf(from), lte: dateOf(at) }, symbol });
  const newest = new Map<string, RawTickerRow>();
  for await (const row of read<RawTickerRow>(RAW_TICKERS, {
    ...days(at - DAY_MS),
    event_time: { lte: at },
  })) {
    if (row.event_time > (newest.get(row.symbol)?.event_time ?? Number.NEGATIVE_INFINITY))
      newest.set(row.symbol, row);
  }
  const forming = openTimeOf(at, interval);
  const length = nextOpenTime(forming, interval) - forming;
  const from = forming - bars * length;
  const closed: CandleRow[] = [];
  const open_time = { gte: from, lt: forming };
  for await (const row of read<CandleRow>(CANDLES, { ...days(from), interval, open_time })) closed.push(row);
  const trades: TradeRow[] = [];
  const trade_time = { gte: forming, lte: at };
  for await (const row of read<TradeRow>(RAW_TRADES, { ...days(forming), trade_time })) trades.push(row);
  return {
    tickers: symbols.flatMap((name) => {
      const row = newest.get(name);
      return row ? [toTicker(row)] : [];
    }),
    candles: new Map(
      symbols.map((name) => [
        name,
        closed
          .filter((row) => row.symbol === name)
          .sort((a, b) => a.open_time - b.open_time)
          .map(toCandle),
      ]),
    ),
    trades: trades.sort((a, b) => a.tradeId - b.tradeId).map(toTrade),
  };
}

type Filter = NonNullable<NonNullable<Parameters<DeltaTable['read']>[0]>['where']>;

/** Nothing where the table is not there. */
async function* rowsOf<Row>(
  location: string,
  source: DataSource,
  schema: TableSchema,
  where: Filter,
): AsyncGenerator<Row> {
  const table = await DeltaTable.find(await openFiles(below(location, source, schema.path)));
  if (!table) return;
  for await (const batch of await table.read({ where })) yield* toRows<Row>(schema, batch);
}

function toTicker({
  open_time,
  close_time,
  event_time,
  processing_time: _,
  date: __,
  ...kept
}: RawTickerRow): Ticker {
  return { type: 'ticker', ...kept, openTime: open_time, closeTime: close_time, eventTime: event_time };
}

function toCandle(row: CandleRow): Candle {
  return {
    openTime: row.open_time,
    open: row.open,
    high: row.high,
    low: row.low,
    close: row.close,
    volume: row.volume,
    closeTime: row.close_time,
    quoteVolume: row.quoteVolume,
    tradeCount: row.tradeCount,
    takerBuyVolume: row.takerBuyVolume,
    takerBuyQuoteVolume: row.takerBuyQuoteVolume,
  };
}

function toTrade({
  symbol,
  tradeId,
  price,
  quantity,
  buyerIsMaker,
  trade_time,
  event_time,
}: TradeRow): Trade {
  return {
    type: 'trade',
    symbol,
    id: tradeId,
    price,
    quantity,
    buyerIsMaker,
    time: trade_time,
    eventTime: event_time,
  };
}
