import { setTimeout as sleep } from 'node:timers/promises';
import { CandlebookError, type DepthUpdate, type MarketEvent } from '../../market/index.ts';
import { mayPass, waitMsOf } from '../rest/refusals.ts';
import { type BookLevels, OrderBook } from './order-book.ts';

export interface OrderBooksOptions {
  /** Where snapshots come from: a `RestClient`. */
  readonly rest: { depth(symbol: string, limit?: number): Promise<BookLevels> };
  /**
   * Levels a side of a snapshot: request weight 5 up to 100, 25 up to 500, 50 up to 1,000, 250 up to 5,000.
   * Default 1,000. Levels farther off are known once they change.
   */
  readonly levels?: number;
  /** Levels a side that are kept, the nearest. Default 20,000. */
  readonly maxLevels?: number;
  /** Changes of a symbol that may wait for its snapshot; with more, it is asked for again. Default 5,000. */
  readonly maxWaiting?: number;
  /** How long snapshots may fail before a book is given up, ms. Default 120,000. */
  readonly patienceMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * How a book stands: `syncing` waits for its snapshot, `live` holds every change, `stale` held every change until the
 * connection broke, `failed` can not be had.
 */
export type BookState = 'syncing' | 'live' | 'stale' | 'failed';

export interface BookStatistics {
  /** Changes that were applied. */
  readonly applied: number;
  /** Snapshots that were asked for, and those of them that began a book anew after a hole. */
  readonly snapshots: number;
  readonly resyncs: number;
}

interface Kept {
  readonly book: OrderBook;
  state: BookState;
  /** Changes that came while the snapshot was on its way. */
  waiting: DepthUpdate[];
  /** Counts attempts to sync: what an older one brings is not used. */
  round: number;
  error: CandlebookError | undefined;
}

const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 10_000;

/**
 * Order books of all symbols of a feed with the stream `depth@100ms`, by the exchange's procedure: changes are held
 * while a snapshot is fetched, those that it holds already are dropped, the others applied; a hole in the ids
 * begins that symbol anew, and no other.
 *
 * ```ts
 * const books = new OrderBooks({ rest });
 * for await (const event of feed) {
 *   const book = books.take(event);
 *   if (book) console.log(book.symbol, book.mid, book.spread);
 * }
 * ```
 */
export class OrderBooks {
  readonly #options: OrderBooksOptions;
  readonly #kept = new Map<string, Kept>();
  #applied = 0;
  #snapshots = 0;
  #resyncs = 0;

  constructor(options: OrderBooksOptions) {
    this.#options = options;
  }

  /** The book of a symbol; `undefined` while it is not in step with the exchange. */
  get(symbol: string): OrderBook | undefined {
    const kept = this.#kept.get(symbol);
    return kept?.state === 'live' ? kept.book : undefined;
  }

  /** `undefined` before a symbol's first change. */
  state(symbol: string): BookState | undefined {
    return this.#kept.get(symbol)?.state;
  }

  statistics(): BookStatistics {
    return { applied: this.#applied, snapshots: this.#snapshots, resyncs: this.#resyncs };
  }

  /**
   * Takes the next event of the feed, of whatever kind.
   * @returns the book that it changed, where that is in step with the exchange
   * @throws CandlebookError what made a symbol's snapshot impossible, with the next change of that symbol
   */
  take(event: MarketEvent): OrderBook | undefined {
    if (event.type === 'depth') return this.#change(event);
    if (event.type === 'disconnect')
      for (const kept of this.#kept.values()) if (kept.state === 'live') kept.state = 'stale';
    return undefined;
  }

  /** Forgets a symbol that is no longer followed. */
  forget(symbol: string): void {
    const kept = this.#kept.get(symbol);
    if (kept) kept.round++;
    this.#kept.delete(symbol);
  }

  #change(update: DepthUpdate): OrderBook | undefined {
    let kept = this.#kept.get(update.symbol);
    if (!kept) {
      const book = new OrderBook(update.symbol, this.#options.maxLevels);
      kept = { book, state: 'syncing', waiting: [], round: 0, error: undefined };
      this.#kept.set(update.symbol, kept);
      this.#sync(kept, update);
      return undefined;
    }
    if (kept.state === 'failed') throw kept.error;
    if (kept.state === 'syncing') {
      this.#wait(kept, update);
      return undefined;
    }
    const next = kept.book.lastUpdateId + 1;
    if (update.lastUpdateId < next) {
      // What a second connection brings again is old; after a break, it is the count of an exchange that began anew.
      if (kept.state === 'stale') this.#resync(kept, update);
      return undefined;
    }
    if (update.firstUpdateId > next) {
      this.#resync(kept, update);
      return undefined;
    }
    return this.#apply(kept, update);
  }

  #apply(kept: Kept, update: DepthUpdate): OrderBook | undefined {
    kept.book.apply(update);
    this.#applied++;
    if (kept.book.crossed) {
      this.#resync(kept, update);
      return undefined;
    }
    kept.state = 'live';
    return kept.book;
  }

  #wait(kept: Kept, update: DepthUpdate): void {
    const last = kept.waiting.at(-1);
    if (last && update.lastUpdateId <= last.lastUpdateId) return;
    const hole = last && update.firstUpdateId > last.lastUpdateId + 1;
    if (hole || kept.waiting.length >= (this.#options.maxWaiting ?? 5_000)) this.#sync(kept, update);
    else kept.waiting.push(update);
  }

  #resync(kept: Kept, update: DepthUpdate): void {
    this.#resyncs++;
    this.#sync(kept, update);
  }

  /** Begins anew: the snapshot has to reach to the first change that waits. */
  #sync(kept: Kept, first: DepthUpdate): void {
    kept.state = 'syncing';
    kept.waiting = [first];
    const round = ++kept.round;
    void this.#fetch(kept, round).catch((error: unknown) => {
      if (kept.round !== round) return;
      kept.state = 'failed';
      kept.waiting = [];
      kept.error =
        error instanceof CandlebookError
          ? error
          : new CandlebookError('RESPONSE_INVALID', `No book of ${kept.book.symbol}: ${String(error)}.`, {
              value: kept.book.symbol,
              cause: error,
            });
    });
  }

  async #fetch(kept: Kept, round: number): Promise<void> {
    const { rest, levels = 1_000, patienceMs = 120_000, signal } = this.#options;
    const deadline = performance.now() + patienceMs;
    const current = () => kept.round === round && !signal?.aborted;
    for (let attempt = 0; current(); attempt++) {
      let waitMs = 0;
      try {
        this.#snapshots++;
        const snapshot = await rest.depth(kept.book.symbol, levels);
        if (!current()) return;
        // An older snapshot leaves a hole before the first change: a newer one is asked for.
        if (snapshot.lastUpdateId >= kept.waiting[0]!.firstUpdateId - 1) {
          this.#begin(kept, snapshot);
          return;
        }
        if (performance.now() > deadline) throw tooOld(kept, snapshot.lastUpdateId);
      } catch (error) {
        if (!current()) return;
        if (!mayPass(error) || performance.now() > deadline) throw error;
        waitMs = waitMsOf(error);
      }
      const pause = Math.max(waitMs, Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** attempt) * Math.random());
      await sleep(pause, undefined, signal ? { signal } : {}).catch(() => undefined);
    }
  }

  #begin(kept: Kept, snapshot: BookLevels): void {
    const { waiting } = kept;
    kept.waiting = [];
    kept.book.reset(snapshot);
    if (kept.book.crossed) {
      this.#resync(kept, waiting.at(-1)!);
      return;
    }
    kept.state = 'live';
    for (const update of waiting) {
      if (kept.state !== 'live') this.#wait(kept, update);
      else if (update.lastUpdateId > kept.book.lastUpdateId) this.#apply(kept, update);
    }
  }
}

function tooOld({ book, waiting }: Kept, lastUpdateId: number): CandlebookError {
  return new CandlebookError(
    'RESPONSE_INVALID',
    `Snapshots of ${book.symbol} end with ${lastUpdateId}, before the first change ${waiting[0]!.firstUpdateId}.`,
    {
      value: lastUpdateId,
      hint: 'REST and stream seem to lead to different hosts; give both of the same one.',
    },
  );
}
