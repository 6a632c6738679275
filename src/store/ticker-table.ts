import type { DataSource, Ticker } from '../market/index.ts';
import type { BatchLimits, Written } from './batch-writer.ts';
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
  readonly batch?: BatchLimits;
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
export class TickerTable extends RowTable<TickerRow> {
  /**
   * Takes tickers for the next batch; `processingTime` is epoch ms, by default now. Not to be awaited in a loop:
   * the promise is kept when the batch is committed, at most `batch.maxAgeMs` later.
   *
   * @returns the table version that holds them
   * @throws CandlebookError SCHEMA_MISMATCH when a ticker lacks a number (none of these tickers is taken);
   *   TABLE_UNWRITABLE and others when the commit failed: the rows are kept and go with the next batch
   */
  append(tickers: readonly Ticker[], processingTime: number = Date.now()): Promise<Written> {
    return this.add(() => tickers.map((ticker) => toRow(ticker, processingTime)));
  }

  /** The committed rows, in the order of `event_time`. */
  read(options?: ReadRows): Promise<TickerRow[]> {
    return this.collect(options, (a, b) => a.event_time - b.event_time);
  }
}

export async function openTickerTable({ location, source, batch }: StoreOptions): Promise<TickerTable> {
  return new TickerTable(TICKERS, await openProjectTable(TICKERS, location, source), source, batch);
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
