import type { Ticker } from '../market/index.ts';
import { openProjectTable } from './project-table.ts';
import { checkFinite, dateOf, type ReadRows, RowTable } from './row-table.ts';
import { RAW_TICKERS } from './schema.ts';
import { byEventTime, type TickerStoreOptions } from './ticker-table.ts';

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
export class RawTickerTable extends RowTable<Ticker, RawTickerRow> {
  /** The committed rows, in the order of `event_time`. */
  read(options?: ReadRows): Promise<RawTickerRow[]> {
    return this.collect(options, (a, b) => a.event_time - b.event_time);
  }
}

export async function openRawTickerTable({
  location,
  source,
  market,
  batch,
  once = false,
}: TickerStoreOptions): Promise<RawTickerTable> {
  return new RawTickerTable({
    schema: RAW_TICKERS,
    delta: await openProjectTable(RAW_TICKERS, { location, source, market }),
    source,
    batch,
    toRow,
    position: once ? byEventTime : undefined,
  });
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
