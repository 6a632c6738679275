import type { Ticker } from '../market/index.ts';
import type { Written } from './batch-writer.ts';
import { openProjectTable } from './project-table.ts';
import { checkFinite, dateOf, type ReadRows, RowTable } from './row-table.ts';
import { RAW_TICKERS } from './schema.ts';
import type { StoreOptions } from './ticker-table.ts';

type Kept = Omit<Ticker, 'type' | 'eventTime' | 'openTime' | 'closeTime'>;

/** A row of `raw/tickers`, with the columns of the table; times are epoch ms, microseconds as their fraction. */
export interface RawTickerRow extends Kept {
  readonly open_time: number;
  readonly close_time: number;
  readonly event_time: number;
  readonly processing_time: number;
  readonly date: string;
}

/** `raw/tickers`: the exchange's tickers with every field. */
export class RawTickerTable extends RowTable<RawTickerRow> {
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
  read(options?: ReadRows): Promise<RawTickerRow[]> {
    return this.collect(options, (a, b) => a.event_time - b.event_time);
  }
}

export async function openRawTickerTable({ location, source, batch }: StoreOptions): Promise<RawTickerTable> {
  return new RawTickerTable(
    RAW_TICKERS,
    await openProjectTable(RAW_TICKERS, location, source),
    source,
    batch,
  );
}

function toRow({ type: _, ...ticker }: Ticker, processingTime: number): RawTickerRow {
  const { eventTime, openTime, closeTime, ...kept } = ticker;
  const numbers = Object.keys(ticker).filter((name) => name !== 'symbol');
  checkFinite(ticker, numbers as (keyof typeof ticker)[]);
  return {
    ...kept,
    open_time: openTime,
    close_time: closeTime,
    event_time: eventTime,
    processing_time: processingTime,
    date: dateOf(eventTime),
  };
}
