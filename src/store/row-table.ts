import { randomUUID } from 'node:crypto';
import { CandlebookError, type DataSource } from '../market/index.ts';
import { type BatchLimits, BatchWriter, type Written } from './batch-writer.ts';
import type { AsOf, DeltaTable, Filter } from './delta/index.ts';
import { toBatch, toRows } from './rows.ts';
import type { TableSchema } from './schema.ts';

/** Which rows, for instance `{ where: { symbol: 'BTCUSDT', date: '2026-11-24' } }`, and of which moment. */
export interface ReadRows extends AsOf {
  readonly where?: Filter;
}

/** Where in its own order a row stands: rows that stand no further than what the table holds are in it already. */
export type Position<Row> = (row: Row) => readonly [appId: string, version: number];

export interface RowTableOptions<Event, Row> {
  readonly schema: TableSchema;
  readonly delta: DeltaTable;
  readonly source: DataSource;
  readonly batch?: BatchLimits | undefined;
  /** @throws CandlebookError SCHEMA_MISMATCH for an event that lacks a number */
  readonly toRow: (event: Event, processingTime: number) => Row;
  readonly position?: Position<Row> | undefined;
}

/** A project table that takes events in batches, a row each. */
export abstract class RowTable<Event, Row extends object> {
  readonly source: DataSource;
  /** The Delta table itself: history, changes, OPTIMIZE, VACUUM, RESTORE and the rest. */
  readonly delta: DeltaTable;
  readonly #schema: TableSchema;
  readonly #toRow: (event: Event, processingTime: number) => Row;
  readonly #writer: BatchWriter<Row>;
  #repeated = 0;

  constructor({ schema, delta, source, batch, toRow, position }: RowTableOptions<Event, Row>) {
    this.source = source;
    this.delta = delta;
    this.#schema = schema;
    this.#toRow = toRow;
    const appId = `candlebook-${randomUUID()}`;
    const rowBytes = schema.columns.length * 10;
    this.#writer = new BatchWriter(
      {
        sizeOf: () => rowBytes,
        write: async (rows, number) => {
          if (!position) {
            const txn = { appId, version: number };
            return (await delta.append(toBatch(schema, rows), { txn })) ?? { version: delta.version };
          }
          let fresh = 0;
          const written = await delta.appendOnce((progress) => {
            const chosen = notYetIn(rows, position, progress);
            fresh = chosen.rows.length;
            return fresh === 0 ? undefined : { batch: toBatch(schema, chosen.rows), txns: chosen.txns };
          });
          this.#repeated += rows.length - fresh;
          return written ?? { version: delta.version };
        },
      },
      batch,
    );
  }

  /** Where the table lies. */
  get location(): string {
    return this.delta.location;
  }

  /** Newest version that was seen here. */
  get version(): number {
    return this.delta.version;
  }

  /** Rows that were taken and are not in the table yet. */
  get waitingRows(): number {
    return this.#writer.waitingRows;
  }

  /** Rows taken here that are in the table now, those among them that were in it before. */
  get committedRows(): number {
    return this.#writer.committedRows;
  }

  /** Rows taken here that were in the table before, and so were left out. */
  get repeatedRows(): number {
    return this.#repeated;
  }

  /** Why the last batch could not be committed; `undefined` when it was. */
  get trouble(): unknown {
    return this.#writer.trouble;
  }

  /**
   * Takes events for the next batch; `processingTime` is epoch ms, by default now. Not to be awaited in a loop:
   * the promise is kept when the batch is committed, at most `batch.maxAgeMs` later.
   *
   * @returns the table version that holds them
   * @throws CandlebookError SCHEMA_MISMATCH when an event lacks a number (none of these events is taken);
   *   TABLE_UNWRITABLE and others when the commit failed: the rows are kept and go with the next batch
   */
  append(events: readonly Event[], processingTime: number = Date.now()): Promise<Written> {
    let rows: readonly Row[];
    try {
      rows = events.map((event) => this.#toRow(event, processingTime));
    } catch (error) {
      return Promise.reject(error);
    }
    return rows.length === 0 ? Promise.resolve({ version: this.version }) : this.#writer.add(rows);
  }

  /**
   * Takes one event as `append` does, for those who follow a feed: what becomes of the batch is told by
   * `committedRows`, `trouble`, `flush` and `close`.
   *
   * @throws CandlebookError SCHEMA_MISMATCH; STOPPED after `close`; TABLE_UNWRITABLE when too many rows wait
   */
  take(event: Event, processingTime: number = Date.now()): void {
    this.#writer.push(this.#toRow(event, processingTime));
  }

  /** `undefined` while there is room for more; else a promise of that moment, for whoever can wait with a feed. */
  room(): Promise<void> | undefined {
    return this.#writer.room();
  }

  /** Commits what was taken so far. @throws what the commit threw; the rows are kept */
  flush(): Promise<void> {
    return this.#writer.flush();
  }

  /** Commits the last batch; the table takes no more. @throws what the commit threw: those rows are not in the table */
  close(): Promise<void> {
    return this.#writer.close();
  }

  /** The committed rows, streamed, in no promised order. */
  async *rows(options: ReadRows = {}): AsyncGenerator<Row> {
    for await (const batch of await this.delta.read(options)) yield* toRows<Row>(this.#schema, batch);
  }

  protected async collect(options: ReadRows | undefined, order: (a: Row, b: Row) => number): Promise<Row[]> {
    const rows: Row[] = [];
    for await (const row of this.rows(options)) rows.push(row);
    return rows.sort(order);
  }
}

function notYetIn<Row extends object>(
  rows: readonly Row[],
  position: Position<Row>,
  progress: (appId: string) => number | undefined,
) {
  const reached = new Map<string, number>();
  const fresh = rows.filter((row) => {
    const [appId, version] = position(row);
    if (version <= (reached.get(appId) ?? progress(appId) ?? Number.NEGATIVE_INFINITY)) return false;
    reached.set(appId, version);
    return true;
  });
  return { rows: fresh, txns: [...reached].map(([appId, version]) => ({ appId, version })) };
}

/** @throws CandlebookError SCHEMA_MISMATCH naming the first of the fields that is no finite number */
export function checkFinite<Event extends { readonly symbol: string }>(
  event: Event,
  fields: readonly (keyof Event & string)[],
): void {
  for (const name of fields) {
    if (Number.isFinite(event[name])) continue;
    throw new CandlebookError(
      'SCHEMA_MISMATCH',
      `What is to be kept of ${event.symbol} has ${name} ${event[name]}.`,
      {
        value: event[name],
        hint: 'It has to be a finite number; nothing of this call was taken.',
      },
    );
  }
}

/** `'2026-11-24'` of epoch ms, UTC. */
export function dateOf(time: number): string {
  const day = Math.floor(time / 86_400_000);
  if (day !== lastDay) {
    lastDate = new Date(time).toISOString().slice(0, 10);
    lastDay = day;
  }
  return lastDate;
}

/** Most rows are of the same day as the one before. */
let lastDay = Number.NaN;
let lastDate = '';
