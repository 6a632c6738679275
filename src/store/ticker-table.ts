import { randomUUID } from 'node:crypto';
import { CandlebookError, type DataSource, type Ticker } from '../market/index.ts';
import { type BatchLimits, BatchWriter, type Written } from './batch-writer.ts';
import type { AsOf, Batch, DeltaTable, Filter } from './delta/index.ts';
import { openProjectTable } from './project-table.ts';
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

export interface TickerTableOptions {
  /** Folder under which the tables lie. */
  readonly location: string;
  readonly source: DataSource;
  readonly batch?: BatchLimits;
}

/** Which rows, for instance `{ where: { symbol: 'BTCUSDT', date: '2026-11-24' } }`, and of which moment. */
export interface ReadTickers extends AsOf {
  readonly where?: Filter;
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
const ROW_BYTES = 120;

/** `processed/tickers`: what the dashboard showed, kept. */
export class TickerTable {
  readonly source: DataSource;
  readonly #table: DeltaTable;
  readonly #writer: BatchWriter<TickerRow>;

  constructor(table: DeltaTable, source: DataSource, limits: BatchLimits = {}) {
    const appId = `candlebook-${randomUUID()}`;
    this.source = source;
    this.#table = table;
    this.#writer = new BatchWriter(
      {
        sizeOf: () => ROW_BYTES,
        write: async (rows, batch) => {
          const written = await table.append(toBatch(rows), { txn: { appId, version: batch } });
          return written ?? { version: table.version };
        },
      },
      limits,
    );
  }

  /** Where the table lies. */
  get location(): string {
    return this.#table.location;
  }

  /** Newest version that was seen here. */
  get version(): number {
    return this.#table.version;
  }

  /** Rows that were appended and are not in the table yet. */
  get waitingRows(): number {
    return this.#writer.waitingRows;
  }

  /**
   * Takes tickers for the next batch; `processingTime` is epoch ms, by default now. Not to be awaited in a loop:
   * the promise is kept when the batch is committed, at most `batch.maxAgeMs` later.
   *
   * @returns the table version that holds them
   * @throws CandlebookError SCHEMA_MISMATCH when a ticker lacks a number (none of these tickers is taken);
   *   TABLE_UNWRITABLE and others when the commit failed: the rows are kept and go with the next batch
   */
  async append(tickers: readonly Ticker[], processingTime: number = Date.now()): Promise<Written> {
    if (tickers.length === 0) return { version: this.version };
    return this.#writer.add(tickers.map((ticker) => toRow(ticker, processingTime)));
  }

  /** Commits what was appended so far. @throws what the commit threw; the rows are kept */
  flush(): Promise<void> {
    return this.#writer.flush();
  }

  /** Commits the last batch; the table takes no more. @throws what the commit threw: those rows are not in the table */
  close(): Promise<void> {
    return this.#writer.close();
  }

  /** The committed rows, streamed, in no promised order. */
  async *rows(options: ReadTickers = {}): AsyncGenerator<TickerRow> {
    for await (const batch of await this.#table.read(options)) yield* fromBatch(batch);
  }

  /** The committed rows, in the order of `event_time`. */
  async read(options?: ReadTickers): Promise<TickerRow[]> {
    const rows: TickerRow[] = [];
    for await (const row of this.rows(options)) rows.push(row);
    return rows.sort((a, b) => a.event_time - b.event_time);
  }
}

/**
 * Opens `<location>/<source>/processed/tickers`, or makes it.
 *
 * @throws CandlebookError SOURCE_MIXED, SCHEMA_MISMATCH, TABLE_UNWRITABLE, TABLE_UNSUPPORTED, TABLE_INVALID
 */
export async function openTickerTable({ location, source, batch }: TickerTableOptions): Promise<TickerTable> {
  return new TickerTable(await openProjectTable(TICKERS, location, source), source, batch);
}

function toRow(ticker: Ticker, processingTime: number): TickerRow {
  for (const name of NUMBERS) {
    if (Number.isFinite(ticker[name])) continue;
    throw new CandlebookError(
      'SCHEMA_MISMATCH',
      `The ticker of ${ticker.symbol} has ${name} ${ticker[name]}.`,
      {
        value: ticker[name],
        hint: 'It has to be a finite number; none of these tickers was taken.',
      },
    );
  }
  const time = new Date(ticker.eventTime);
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
    date: time.toISOString().slice(0, 10),
    hour: time.getUTCHours(),
  };
}

const TIMES = new Set(TICKERS.columns.filter(({ type }) => type === 'timestamp').map(({ name }) => name));

function toBatch(rows: readonly TickerRow[]): Batch {
  const columns = TICKERS.columns.map(({ name, type }) => {
    const values = rows.map((row) => row[name as keyof TickerRow]);
    if (TIMES.has(name)) return [name, BigInt64Array.from(values, (ms) => toMicros(ms as number))];
    return [name, type === 'double' ? Float64Array.from(values as number[]) : values];
  });
  return { rowCount: rows.length, columns: Object.fromEntries(columns) };
}

function* fromBatch({ rowCount, columns }: Batch): Generator<TickerRow> {
  const names = Object.keys(columns);
  for (let at = 0; at < rowCount; at++) {
    const row: Record<string, unknown> = {};
    for (const name of names) {
      const value = columns[name]![at];
      row[name] = TIMES.has(name) && typeof value === 'bigint' ? toMs(value) : value;
    }
    yield row as unknown as TickerRow;
  }
}

function toMicros(ms: number): bigint {
  return BigInt(Math.round(ms * 1000));
}

/** The double nearest to the microsecond, as events carry it. */
function toMs(micros: bigint): number {
  return Number(micros) / 1000;
}
