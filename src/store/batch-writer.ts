import { CandlebookError } from '../market/index.ts';

/** When a batch is written: at the first of the three that is reached. */
export interface BatchLimits {
  /** Default 10,000. */
  readonly maxRows?: number;
  /** Bytes in memory, roughly. Default 16 MiB. */
  readonly maxBytes?: number;
  /** Since the batch's first row, in ms. Default 10,000. */
  readonly maxAgeMs?: number;
  /** Rows that may wait, when the storage can not be written, before more are refused. Default 500,000. */
  readonly maxWaitingRows?: number;
}

const BATCH_LIMITS = {
  maxRows: 10_000,
  maxBytes: 16 * 2 ** 20,
  maxAgeMs: 10_000,
  maxWaitingRows: 500_000,
} as const satisfies Required<BatchLimits>;

/** Rows that are written together, under one number, however often that takes. */
interface Pending<Row> {
  number: number;
  rows: Row[];
  bytes: number;
  waiters: Waiter[];
}

interface Waiter {
  resolve(written: Written): void;
  reject(error: unknown): void;
}

export interface Written {
  readonly version: number;
}

export interface BatchSink<Row> {
  /** Writes a batch. Called with the same number and rows again when it failed; one call at a time. */
  write(rows: readonly Row[], batch: number): Promise<Written>;
  /** Bytes a row takes, roughly. */
  sizeOf(row: Row): number;
}

/**
 * Gathers rows into batches, so that a table gets a few files rather than one a tick. A batch that could not be
 * written is kept and tried again with the next one, in order.
 */
export class BatchWriter<Row> {
  readonly #sink: BatchSink<Row>;
  readonly #limits: Required<BatchLimits>;
  #open: Pending<Row> | undefined;
  #sealed: Pending<Row>[] = [];
  #count = 0;
  #waiting = 0;
  #committed = 0;
  #trouble: unknown;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #forRoom: (() => void)[] = [];
  #closed = false;

  constructor(sink: BatchSink<Row>, limits: BatchLimits = {}) {
    this.#sink = sink;
    this.#limits = { ...BATCH_LIMITS, ...limits };
  }

  /** Rows that are not in the table yet. */
  get waitingRows(): number {
    return this.#waiting;
  }

  /** Rows whose batch was committed. */
  get committedRows(): number {
    return this.#committed;
  }

  /** Why the last attempt to write failed; `undefined` when it did not. */
  get trouble(): unknown {
    return this.#trouble;
  }

  /**
   * Takes rows. @returns a promise of the commit that holds them. It rejects when that commit failed; the rows
   * are kept all the same and go with the next one, so they are not to be added again.
   */
  add(rows: readonly Row[]): Promise<Written> {
    try {
      const { waiters } = this.#take(rows);
      return handled(
        new Promise<Written>((resolve, reject) => {
          waiters.push({ resolve, reject });
          this.#schedule();
        }),
      );
    } catch (error) {
      return handled(Promise.reject(error));
    }
  }

  /** The same without a promise. @throws CandlebookError STOPPED; TABLE_UNWRITABLE when too many rows wait */
  push(row: Row): void {
    this.#take([row]);
    this.#schedule();
  }

  /** `undefined` while less than half of the rows that may wait do; else a promise of that moment, or of the end. */
  room(): Promise<void> | undefined {
    if (this.#closed || this.#waiting < this.#limits.maxWaitingRows / 2) return undefined;
    return new Promise((resolve) => this.#forRoom.push(resolve));
  }

  /** Writes what is waiting now. @throws what the storage threw; the rows are kept */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#open) this.#sealed.push(this.#open);
    this.#open = undefined;
    while (this.#running) await this.#running.catch(() => undefined);
    if (this.#sealed.length === 0) return;
    this.#running = this.#drain().finally(() => {
      this.#running = undefined;
    });
    await this.#running;
  }

  /** Writes the last batch; nothing can be added after. @throws when rows could not be written, saying how many */
  async close(): Promise<void> {
    this.#closed = true;
    try {
      await this.flush();
    } finally {
      clearTimeout(this.#timer);
      this.#tellRoom();
    }
  }

  #take(rows: readonly Row[]): Pending<Row> {
    if (this.#closed)
      throw new CandlebookError('STOPPED', 'The table was closed.', { hint: 'Open it again.' });
    if (this.#waiting + rows.length > this.#limits.maxWaitingRows) throw this.#full();
    this.#open ??= { number: ++this.#count, rows: [], bytes: 0, waiters: [] };
    for (const row of rows) {
      this.#open.rows.push(row);
      this.#open.bytes += this.#sink.sizeOf(row);
    }
    this.#waiting += rows.length;
    return this.#open;
  }

  #schedule(): void {
    const { maxRows, maxBytes, maxAgeMs } = this.#limits;
    if (this.#open && (this.#open.rows.length >= maxRows || this.#open.bytes >= maxBytes)) {
      handled(this.flush());
    } else this.#timer ??= setTimeout(() => handled(this.flush()), maxAgeMs);
  }

  async #drain(): Promise<void> {
    for (let batch = this.#sealed[0]; batch; batch = this.#sealed[0]) {
      const waiters = batch.waiters.splice(0);
      try {
        const written = await this.#sink.write(batch.rows, batch.number);
        this.#sealed.shift();
        this.#waiting -= batch.rows.length;
        this.#committed += batch.rows.length;
        this.#trouble = undefined;
        for (const waiter of waiters) waiter.resolve(written);
        if (this.#waiting < this.#limits.maxWaitingRows / 2) this.#tellRoom();
      } catch (error) {
        this.#trouble = error;
        for (const waiter of waiters) waiter.reject(error);
        if (!this.#closed) this.#retryLater();
        throw error;
      }
    }
  }

  #tellRoom(): void {
    for (const resolve of this.#forRoom.splice(0)) resolve();
  }

  /** Such a timer does not keep a process alive: whoever added the rows was told. */
  #retryLater(): void {
    this.#timer ??= setTimeout(() => handled(this.flush()), this.#limits.maxAgeMs).unref();
  }

  #full(): CandlebookError {
    return new CandlebookError(
      'TABLE_UNWRITABLE',
      `${this.#waiting} rows are waiting to be written already; no more are taken.`,
      {
        value: this.#waiting,
        hint: 'See the error of the earlier rows for the cause; close() tries to write them once more.',
      },
    );
  }
}

/** A promise whose rejection nobody has to look at: it is told again by `flush` and `close`. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
