import type { DataSource, Ticker } from '../market/index.ts';
import type { BatchLimits } from './batch-writer.ts';
import { openProjectTable } from './project-table.ts';
import { checkFinite, dateOf, type ReadRows, RowTable } from './row-table.ts';
import { TICKERS } from './schema.ts';

/** A row of `processed/tickers`, with the columns of the table. */
export interface TickerRow {
  readonly symbol: string;
  readonly price: number;
  readonly volume: number;
  readonly priceChange: number;
  readonly priceChangePercent: number;
  readonly highPrice: number;
  readonly lowPrice: number;
  readonly quoteVolume: number;
  /** Epoch ms, microseconds as its fraction. */
  readonly event_time: number;
  /** Epoch ms. */
  readonly processing_time: number;
  /** `'2026-11-24'`, UTC. */
  readonly date: string;
  /** 0 to 23, UTC. */
  readonly hour: number;
}

export interface StoreOptions {
  /** Folder under which the tables lie, or `abfss://container@account.dfs.core.windows.net/path`. */
  readonly location: string;
  readonly source: DataSource;
  /**
   * Whose trade ids and prices they are, such as `binance.com`; a table keeps those of one market. Default: not
   * stated, and not checked.
   */
  readonly market?: string | undefined;
  readonly batch?: BatchLimits | undefined;
}

export interface TickerStoreOptions extends StoreOptions {
  /**
   * Leave out what is not newer (by `event_time`) than what the table holds of the symbol: for a feed that may
   * repeat itself, and for several writers of one feed. Default false: every ticker is kept.
   */
  readonly once?: boolean | undefined;
}

const NUMBERS = [
  'lastPrice',
  'volume',
  'priceChange',
  'priceChangePercent',
  'highPrice',
  'lowPrice',
  'quoteVolume',
  'eventTime',
] as const satisfies readonly (keyof Ticker)[];

/** `processed/tickers`: what the dashboard showed, kept. */
export class TickerTable extends RowTable<Ticker, TickerRow> {
  /** The committed rows, in the order of `event_time`. */
  read(options?: ReadRows): Promise<TickerRow[]> {
    return this.collect(options, (a, b) => a.event_time - b.event_time);
  }
}

export async function openTickerTable({
  location,
  source,
  market,
  batch,
  once = false,
}: TickerStoreOptions): Promise<TickerTable> {
  return new TickerTable({
    schema: TICKERS,
    delta: await openProjectTable(TICKERS, { location, source, market }),
    source,
    batch,
    toRow,
    position: once ? byEventTime : undefined,
  });
}

/** A symbol's tickers by when they were stated, µs. */
export function byEventTime(row: { readonly symbol: string; readonly event_time: number }) {
  return [`tickers/${row.symbol}`, Math.round(row.event_time * 1000)] as const;
}

function toRow(ticker: Ticker, processingTime: number): TickerRow {
  checkFinite(ticker, NUMBERS);
  return {
    symbol: ticker.symbol,
    price: ticker.lastPrice,
    volume: ticker.volume,
    priceChange: ticker.priceChange,
    priceChangePercent: ticker.priceChangePercent,
    highPrice: ticker.highPrice,
    lowPrice: ticker.lowPrice,
    quoteVolume: ticker.quoteVolume,
    event_time: ticker.eventTime,
    processing_time: processingTime,
    date: dateOf(ticker.eventTime),
    hour: new Date(ticker.eventTime).getUTCHours(),
  };
}
