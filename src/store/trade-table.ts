import type { Trade } from '../market/index.ts';
import { openProjectTable } from './project-table.ts';
import { checkFinite, dateOf, type ReadRows, RowTable } from './row-table.ts';
import { RAW_TRADES } from './schema.ts';
import type { StoreOptions } from './ticker-table.ts';

/** A row of `raw/trades`, with the columns of the table; times are epoch ms, microseconds as their fraction. */
export interface TradeRow {
  readonly symbol: string;
  readonly tradeId: number;
  readonly price: number;
  readonly quantity: number;
  readonly buyerIsMaker: boolean;
  readonly trade_time: number;
  readonly event_time: number;
  readonly processing_time: number;
  readonly date: string;
}

/**
 * `raw/trades`: every trade once, those of a symbol taken in the order of their ids. The last trade id of each
 * symbol is committed together with the trades, so that the table itself says where a feed has to go on, and a
 * trade that comes again is left out.
 */
export class TradeTable extends RowTable<Trade, TradeRow> {
  /** Id of the last trade of a symbol that the table holds, by what was seen of it; `undefined` when it holds none. */
  lastTradeId(symbol: string): number | undefined {
    return this.delta.progress(appIdOf(symbol));
  }

  /** The committed trades, in the order of their times. */
  read(options?: ReadRows): Promise<TradeRow[]> {
    return this.collect(options, (a, b) => a.trade_time - b.trade_time || a.tradeId - b.tradeId);
  }
}

export async function openTradeTable({ location, source, market, batch }: StoreOptions): Promise<TradeTable> {
  return new TradeTable({
    schema: RAW_TRADES,
    delta: await openProjectTable(RAW_TRADES, { location, source, market }),
    source,
    batch,
    toRow,
    position: ({ symbol, tradeId }) => [appIdOf(symbol), tradeId],
  });
}

function appIdOf(symbol: string): string {
  return `trades/${symbol}`;
}

function toRow(trade: Trade, processingTime: number): TradeRow {
  checkFinite(trade, ['id', 'price', 'quantity', 'time', 'eventTime']);
  return {
    symbol: trade.symbol,
    tradeId: trade.id,
    price: trade.price,
    quantity: trade.quantity,
    buyerIsMaker: trade.buyerIsMaker,
    trade_time: trade.time,
    event_time: trade.eventTime,
    processing_time: processingTime,
    date: dateOf(trade.eventTime),
  };
}
