import type { DataSource, Interval, MarketEvent } from '../market/index.ts';
import { type CandleFill, type CandleSource, fillCandles } from './candle-fill.ts';
import { type CandleTable, openCandleTable } from './candle-table.ts';
import { Maintenance, type MaintenanceOptions, type MaintenanceReport } from './maintenance.ts';
import { openRawTickerTable, type RawTickerTable } from './raw-ticker-table.ts';
import { CANDLES, RAW_TICKERS, RAW_TRADES, TICKERS } from './schema.ts';
import { openStateFile } from './state-file.ts';
import { openTickerTable, type StoreOptions, type TickerTable } from './ticker-table.ts';
import { openTradeTable, type TradeTable } from './trade-table.ts';

/** The project tables that a feed fills. */
export type RecordedTable = 'raw/trades' | 'raw/tickers' | 'processed/tickers' | 'processed/candles';

export interface RecorderOptions extends StoreOptions {
  /** Which tables are kept. Default: all. */
  readonly tables?: readonly RecordedTable[] | undefined;
  /** Compaction and VACUUM beside the writing; `false`: none. */
  readonly maintenance?: MaintenanceOptions | false | undefined;
}

/** How the recording goes. */
export interface RecorderStatus {
  /** Rows that are not in a table yet. */
  readonly waitingRows: number;
  /** Rows that were taken here and are in their tables now. */
  readonly committedRows: number;
  /** Trades and tickers among these that the tables held before: a feed that repeats itself, a second writer. */
  readonly repeatedRows: number;
  /** Trades that the feed said it could not get. */
  readonly missingTrades: number;
  /** Why the last commit of a table failed; `undefined` while all goes well. What waits is tried again. */
  readonly trouble: string | undefined;
  /** Newest version of each table. */
  readonly versions: Readonly<Partial<Record<RecordedTable, number>>>;
  readonly maintenance: MaintenanceReport | undefined;
}

type Tables = {
  'raw/trades'?: TradeTable;
  'raw/tickers'?: RawTickerTable;
  'processed/tickers'?: TickerTable;
  'processed/candles'?: CandleTable;
};

const ALL: readonly RecordedTable[] = ['raw/trades', 'raw/tickers', 'processed/tickers', 'processed/candles'];

/**
 * Keeps what a feed yields in the project tables, exactly once: trades and tickers in `raw/`, the tickers as the
 * dashboard shows them and the closed candles in `processed/`. How far each table is stands in the table, in the
 * same commit as the rows, so that there is no other checkpoint: `since()` says where a feed has to go on.
 */
export class Recorder {
  readonly source: DataSource;
  readonly #tables: Tables;
  readonly #maintenance: Maintenance | undefined;
  #missing = 0;

  constructor(source: DataSource, tables: Tables, maintenance: Maintenance | undefined) {
    this.source = source;
    this.#tables = tables;
    this.#maintenance = maintenance;
  }

  get trades(): TradeTable | undefined {
    return this.#tables['raw/trades'];
  }

  get rawTickers(): RawTickerTable | undefined {
    return this.#tables['raw/tickers'];
  }

  get tickers(): TickerTable | undefined {
    return this.#tables['processed/tickers'];
  }

  get candles(): CandleTable | undefined {
    return this.#tables['processed/candles'];
  }

  /**
   * Takes an event of a feed; those that belong in no table are passed over. A trade or ticker that the table holds
   * already is left out when its batch is committed.
   *
   * @param processingTime epoch ms; default now
   * @returns a promise to wait for before the feed is read on, where so much waits for the storage that there is
   *   soon no room; `undefined` while there is
   * @throws CandlebookError SCHEMA_MISMATCH for an event that lacks a number; STOPPED after `close`;
   *   TABLE_UNWRITABLE when `maxWaitingRows` wait, which can not happen to who waits as told
   */
  take(event: MarketEvent, processingTime: number = Date.now()): Promise<void> | undefined {
    switch (event.type) {
      case 'trade':
        this.trades?.take(event, processingTime);
        return this.trades?.room();
      case 'ticker':
        this.rawTickers?.take(event, processingTime);
        this.tickers?.take(event, processingTime);
        return this.rawTickers?.room() ?? this.tickers?.room();
      case 'kline':
        this.candles?.take(event, processingTime);
        return this.candles?.room();
      case 'gap':
        if (event.stream === 'trade') this.#missing += event.toId - event.fromId + 1;
        return undefined;
      default:
        return undefined;
    }
  }

  /**
   * Id of the last trade of each of these symbols that the table holds, for `liveFeed({ since })`: the feed goes on
   * with the next. Symbols without a trade are left out; `undefined` when none has any.
   */
  since(symbols: readonly string[]): Record<string, number> | undefined {
    const known = symbols.flatMap((symbol) => {
      const id = this.trades?.lastTradeId(symbol);
      return id === undefined ? [] : [[symbol, id] as const];
    });
    return known.length === 0 ? undefined : Object.fromEntries(known);
  }

  /**
   * Takes the candles that closed while nobody followed the feed, by REST: from the last one that the table holds.
   * To be awaited at each of the feed's `subscribe` events before the next event is taken: the stream is open then,
   * so that history and live meet without a hole.
   *
   * @returns how many were taken, and up to when; `undefined` where candles are not kept
   * @throws what a request threw
   */
  async fillCandles(
    rest: CandleSource,
    symbols: readonly string[],
    interval: Interval,
  ): Promise<CandleFill | undefined> {
    if (!this.candles) return undefined;
    await this.candles.flush();
    return fillCandles(this.candles, rest, symbols, interval);
  }

  get status(): RecorderStatus {
    const tables = Object.values(this.#tables);
    const sum = (of: (table: (typeof tables)[number]) => number) =>
      tables.reduce((total, table) => total + of(table), 0);
    const trouble = tables.find((table) => table.trouble !== undefined)?.trouble;
    return {
      waitingRows: sum((table) => table.waitingRows),
      committedRows: sum((table) => table.committedRows),
      repeatedRows: sum((table) => ('repeatedRows' in table ? table.repeatedRows : 0)),
      missingTrades: this.#missing,
      trouble:
        trouble === undefined ? undefined : trouble instanceof Error ? trouble.message : String(trouble),
      versions: Object.fromEntries(
        Object.entries(this.#tables).map(([name, table]) => [name, table.delta.version]),
      ),
      maintenance: this.#maintenance?.report,
    };
  }

  /** Commits what was taken so far. @throws what the first commit that failed threw; the rows are kept */
  flush(): Promise<void> {
    return this.#all((table) => table.flush());
  }

  /** Commits the last batches, and ends compaction. @throws what a commit threw: those rows are not in the table */
  async close(): Promise<void> {
    try {
      await this.#all((table) => table.close());
    } finally {
      await this.#maintenance?.close();
    }
  }

  async #all(
    work: (table: { flush(): Promise<void>; close(): Promise<void> }) => Promise<void>,
  ): Promise<void> {
    const ended = await Promise.allSettled(Object.values(this.#tables).map(work));
    const failed = ended.find(({ status }) => status === 'rejected');
    if (failed) throw (failed as PromiseRejectedResult).reason;
  }
}

export async function openRecorder({
  tables = ALL,
  maintenance,
  ...options
}: RecorderOptions): Promise<Recorder> {
  const once = { ...options, once: true };
  const open = <T>(name: RecordedTable, opener: () => Promise<T>) =>
    tables.includes(name) ? opener() : undefined;
  const [trades, rawTickers, tickers, candles] = await Promise.all([
    open('raw/trades', () => openTradeTable(options)),
    open('raw/tickers', () => openRawTickerTable(once)),
    open('processed/tickers', () => openTickerTable(once)),
    open('processed/candles', () => openCandleTable(options)),
  ]);
  const kept: Tables = {
    ...(trades ? { 'raw/trades': trades } : {}),
    ...(rawTickers ? { 'raw/tickers': rawTickers } : {}),
    ...(tickers ? { 'processed/tickers': tickers } : {}),
    ...(candles ? { 'processed/candles': candles } : {}),
  };
  const keeper =
    maintenance === false
      ? undefined
      : await Maintenance.open(
          maintenance,
          await openStateFile(options.location, options.source, 'maintenance.json'),
        );
  for (const schema of [RAW_TRADES, RAW_TICKERS, TICKERS, CANDLES]) {
    const table = kept[schema.path as RecordedTable];
    if (table) keeper?.keep(table.delta, schema, options.location, options.source);
  }
  return new Recorder(options.source, kept, keeper);
}
