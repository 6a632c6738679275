import type { Candle, DataSource, Interval, KlineEvent } from '../market/index.ts';
import { BatchWriter, type Written } from './batch-writer.ts';
import type { DeltaTable } from './delta/index.ts';
import { openProjectTable } from './project-table.ts';
import { checkFinite, dateOf, type ReadRows } from './row-table.ts';
import { toBatch, toRows } from './rows.ts';
import { CANDLES } from './schema.ts';
import type { StoreOptions } from './ticker-table.ts';

/** A row of `processed/candles`, with the columns of the table; times are epoch ms. */
export interface CandleRow {
  readonly symbol: string;
  readonly interval: string;
  readonly open_time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly close_time: number;
  readonly quoteVolume: number;
  readonly tradeCount: number;
  readonly takerBuyVolume: number;
  readonly takerBuyQuoteVolume: number;
  readonly processing_time: number;
  readonly date: string;
}

const KEY = ['symbol', 'interval', 'open_time', 'date'];
const ROW_BYTES = CANDLES.columns.length * 10;

/** `processed/candles`: one row a candle. */
export class CandleTable {
  readonly source: DataSource;
  /** The Delta table itself. */
  readonly delta: DeltaTable;
  readonly #writer: BatchWriter<CandleRow>;

  constructor(delta: DeltaTable, source: DataSource, batch: StoreOptions['batch']) {
    this.delta = delta;
    this.source = source;
    this.#writer = new BatchWriter(
      {
        sizeOf: () => ROW_BYTES,
        write: (rows) => this.#merge(newestOfEach(rows), 'ignore'),
      },
      batch,
    );
  }

  /** Candles that were taken and are not in the table yet. */
  get waitingRows(): number {
    return this.#writer.waitingRows;
  }

  /** Candles taken here that are in the table now. */
  get committedRows(): number {
    return this.#writer.committedRows;
  }

  /** Why the last batch could not be committed; `undefined` when it was. */
  get trouble(): unknown {
    return this.#writer.trouble;
  }

  /**
   * Takes a candle that a feed says is closed; a forming one is passed over. It is committed with its batch, and
   * left out where the table holds it already, so that it may be stated as often as one likes.
   *
   * @throws CandlebookError SCHEMA_MISMATCH when it lacks a number; STOPPED; TABLE_UNWRITABLE when too many wait
   */
  take({ symbol, interval, candle, closed }: KlineEvent, processingTime: number = Date.now()): void {
    if (closed) this.#writer.push(toRow(symbol, interval, candle, processingTime));
  }

  /** The same for a candle that is known to be closed, whoever states it. @returns when there is room for more */
  async takeClosed(symbol: string, interval: Interval, candle: Candle): Promise<void> {
    this.#writer.push(toRow(symbol, interval, candle, Date.now()));
    await this.#writer.room();
  }

  /** `undefined` while there is room for more; else a promise of that moment. */
  room(): Promise<void> | undefined {
    return this.#writer.room();
  }

  /** Commits what was taken so far. @throws what the commit threw; the candles are kept */
  flush(): Promise<void> {
    return this.#writer.flush();
  }

  /** Commits what was taken; no more is. @throws what the commit threw: those candles are not in the table */
  close(): Promise<void> {
    return this.#writer.close();
  }

  /**
   * Writes candles of one symbol and interval in one commit: new ones are added, known ones replaced.
   *
   * @returns the table version that holds them
   * @throws CandlebookError SCHEMA_MISMATCH when a candle lacks a number; INPUT_INVALID when one is there twice
   */
  upsert(
    symbol: string,
    interval: Interval,
    candles: readonly Candle[],
    processingTime: number = Date.now(),
  ): Promise<Written> {
    try {
      return this.#merge(
        candles.map((candle) => toRow(symbol, interval, candle, processingTime)),
        'update',
      );
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** The candles, in the order of their open times. */
  async read(options: ReadRows = {}): Promise<CandleRow[]> {
    const rows: CandleRow[] = [];
    for await (const batch of await this.delta.read(options)) rows.push(...toRows<CandleRow>(CANDLES, batch));
    return rows.sort((a, b) => a.open_time - b.open_time);
  }

  async #merge(rows: readonly CandleRow[], whenMatched: 'update' | 'ignore'): Promise<Written> {
    if (rows.length > 0) await this.delta.merge(toBatch(CANDLES, rows), { on: KEY, whenMatched });
    return { version: this.delta.version };
  }
}

export async function openCandleTable({
  location,
  source,
  market,
  batch,
}: StoreOptions): Promise<CandleTable> {
  return new CandleTable(await openProjectTable(CANDLES, { location, source, market }), source, batch);
}

function newestOfEach(rows: readonly CandleRow[]): CandleRow[] {
  const found = new Map(rows.map((row) => [`${row.symbol} ${row.interval} ${row.open_time}`, row]));
  return [...found.values()];
}

function toRow(symbol: string, interval: Interval, candle: Candle, processingTime: number): CandleRow {
  checkFinite({ symbol, ...candle }, Object.keys(candle) as (keyof Candle)[]);
  return {
    symbol,
    interval,
    open_time: candle.openTime,
    open: candle.open,
    high: candle.high,
    low: candle.low,
    close: candle.close,
    volume: candle.volume,
    close_time: candle.closeTime,
    quoteVolume: candle.quoteVolume,
    tradeCount: candle.tradeCount,
    takerBuyVolume: candle.takerBuyVolume,
    takerBuyQuoteVolume: candle.takerBuyQuoteVolume,
    processing_time: processingTime,
    date: dateOf(candle.openTime),
  };
}
