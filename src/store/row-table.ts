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

/** A project table that takes rows in batches. */
export abstract class RowTable<Row extends object> {
  readonly source: DataSource;
  /** The Delta table itself: history, changes, OPTIMIZE, VACUUM, RESTORE and the rest. */
  readonly delta: DeltaTable;
  readonly #schema: TableSchema;
  readonly #writer: BatchWriter<Row>;

  constructor(
    schema: TableSchema,
    delta: DeltaTable,
    source: DataSource,
    limits: BatchLimits = {},
    position?: Position<Row>,
  ) {
    this.source = source;
    this.delta = delta;
    this.#schema = schema;
    const appId = `candlebook-${randomUUID()}`;
    const rowBytes = schema.columns.length * 10;
    this.#writer = new BatchWriter(
      {
        sizeOf: () => rowBytes,
        write: async (rows, number) => {
          const written = position
            ? await delta.appendOnce((progress) => notYetIn(schema, rows, position, progress))
            : await delta.append(toBatch(schema, rows), { txn: { appId, version: number } });
          return written ?? { version: delta.version };
        },
      },
      limits,
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

  /** Rows that were appended and are not in the table yet. */
  get waitingRows(): number {
    return this.#writer.waitingRows;
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
  async *rows(options: ReadRows = {}): AsyncGenerator<Row> {
    for await (const batch of await this.delta.read(options)) yield* toRows<Row>(this.#schema, batch);
  }

  /**
   * Hands rows to the next batch. What `make` throws is the caller's to see; that a commit failed is told by
   * `flush` and `close` too, so that a promise nobody looks at ends no process.
   */
  protected add(make: () => readonly Row[]): Promise<Written> {
    let rows: readonly Row[];
    try {
      rows = make();
    } catch (error) {
      return Promise.reject(error);
    }
    return rows.length === 0 ? Promise.resolve({ version: this.version }) : this.#writer.add(rows);
  }

  protected async collect(options: ReadRows | undefined, order: (a: Row, b: Row) => number): Promise<Row[]> {
    const rows: Row[] = [];
    for await (const row of this.rows(options)) rows.push(row);
    return rows.sort(order);
  }
}

function notYetIn<Row extends object>(
  schema: TableSchema,
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
  if (fresh.length === 0) return undefined;
  return {
    batch: toBatch(schema, fresh),
    txns: [...reached].map(([appId, version]) => ({ appId, version })),
  };
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
  return new Date(time).toISOString().slice(0, 10);
}
