import type { Candle, DataSource, Interval } from '../market/index.ts';
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

/** `processed/candles`: one row a candle, replaced when it is stated again. */
export class CandleTable {
  readonly source: DataSource;
  /** The Delta table itself. */
  readonly delta: DeltaTable;

  constructor(delta: DeltaTable, source: DataSource) {
    this.delta = delta;
    this.source = source;
  }

  /**
   * Writes candles of one symbol and interval in one commit: new ones are added, known ones replaced.
   *
   * @returns the table version that holds them
   * @throws CandlebookError SCHEMA_MISMATCH when a candle lacks a number; INPUT_INVALID when one is there twice
   */
  async upsert(
    symbol: string,
    interval: Interval,
    candles: readonly Candle[],
    processingTime: number = Date.now(),
  ): Promise<{ readonly version: number }> {
    const rows = candles.map((candle) => toRow(symbol, interval, candle, processingTime));
    if (rows.length > 0) await this.delta.merge(toBatch(CANDLES, rows), { on: KEY });
    return { version: this.delta.version };
  }

  /** The candles, in the order of their open times. */
  async read(options: ReadRows = {}): Promise<CandleRow[]> {
    const rows: CandleRow[] = [];
    for await (const batch of await this.delta.read(options)) rows.push(...toRows<CandleRow>(CANDLES, batch));
    return rows.sort((a, b) => a.open_time - b.open_time);
  }
}

export async function openCandleTable({
  location,
  source,
}: Omit<StoreOptions, 'batch'>): Promise<CandleTable> {
  return new CandleTable(await openProjectTable(CANDLES, location, source), source);
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
