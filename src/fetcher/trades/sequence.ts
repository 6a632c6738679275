import { setTimeout as sleep } from 'node:timers/promises';
import { type AggTrade, CandlebookError, type FeedEvent, type Trade } from '../../market/index.ts';
import { mayPass, waitMsOf } from '../rest/refusals.ts';
import type { BackFill, BackFillPage } from './back-fill.ts';
import type { Gate } from './gate.ts';

/** What is numbered without a hole within its symbol. */
export type Numbered = Trade | AggTrade;

export interface SequenceOptions<T extends Numbered> {
  readonly symbol: string;
  readonly stream: T['type'];
  readonly emit: (event: T | FeedEvent) => void;
  /** Where lost trades are fetched. Without it, a hole is reported and passed over at once. */
  readonly backFill?: BackFill<T> | undefined;
  /** How long a hole may resist before it is reported as a gap, ms. Each page that helps begins it anew. */
  readonly patienceMs: number;
  /** Longest pause after a first failure, ms; it doubles with each further one. Default 100. */
  readonly firstPauseMs?: number;
  /** Live trades that wait behind a hole; more are let go, and fetched when their turn comes. */
  readonly heldLimit: number;
  /**
   * First id to deliver. Not given: the first trade that is seen. `'told'`: trades wait for `startAt`.
   */
  readonly next?: number | 'told' | undefined;
  /** Shared by all sequences that fill their holes from one place. */
  readonly gate: Gate;
  /** Resolves when the reader can take more. */
  readonly room: () => Promise<void>;
  /** An error that is none of the exchange's. */
  readonly fail: (error: unknown) => void;
  readonly signal: AbortSignal;
}

const NOT_THERE = 'the exchange does not have them';
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5_000;
/** An old id whose time is so much later is no repetition: the exchange counts anew. */
const ANEW_MS = 5_000;
/** Ids ahead of the exchange's newest that no delay of its answers explains: the id was damaged. */
const IMPLAUSIBLE = 1_000_000;

/**
 * One symbol's trades in order of id, each exactly once. A trade that is ahead of its turn waits while the ids before
 * it are fetched; runs of ids that can not be had become a `gap` event each, at their place in the order.
 */
export class TradeSequence<T extends Numbered> {
  /** Trades delivered from back-fill. */
  filled = 0;
  readonly #options: SequenceOptions<T>;
  #next: number | undefined;
  #lastTime = Number.NEGATIVE_INFINITY;
  /** Trades ahead of their turn, by id. */
  readonly #held = new Map<number, T>();
  /** Highest id that is known to exist. */
  #known = -1;
  #busy = false;
  #untold: boolean;
  #stopped = false;
  /** First id of the run that is being delivered from back-fill. */
  #runFrom: number | undefined;

  constructor(options: SequenceOptions<T>) {
    this.#options = options;
    this.#untold = options.next === 'told';
    if (typeof options.next === 'number') this.#next = options.next;
  }

  /** Id of the next trade to deliver; `undefined` before the first. */
  get next(): number | undefined {
    return this.#next;
  }

  /** Trades that wait for their turn. */
  get held(): number {
    return this.#held.size;
  }

  see(trade: T): void {
    const { id } = trade;
    if (id > this.#known) this.#known = id;
    // The usual case: nothing waits, and it is this one's turn.
    if (id === this.#next && !this.#busy && this.#held.size === 0) this.#deliver(trade);
    else this.#seeOutOfTurn(trade);
  }

  /** Nothing is delivered from now on, though a page may still be on its way. */
  stop(): void {
    this.#stopped = true;
    this.#held.clear();
  }

  /** Ends the wait of `'told'`: with an id, or with what has been seen and is seen next. */
  startAt(id: number | undefined): void {
    this.#untold = false;
    const first = id ?? this.#firstHeld();
    if (first === undefined) return;
    this.#next = first;
    for (const held of this.#held.keys()) if (held < first) this.#held.delete(held);
    this.#drain();
    this.#work();
  }

  /** Trades up to this id are known to exist: those that were not seen are fetched. */
  expect(id: number): void {
    if (this.#next === undefined || id <= this.#known) return;
    this.#known = id;
    this.#work();
  }

  #seeOutOfTurn(trade: T): void {
    const { heldLimit } = this.#options;
    if (this.#untold) {
      if (this.#held.size < heldLimit) this.#held.set(trade.id, trade);
      return;
    }
    this.#next ??= trade.id;
    if (trade.id < this.#next) {
      this.#late(trade);
      return;
    }
    if (this.#held.size < heldLimit || trade.id === this.#next) this.#held.set(trade.id, trade);
    this.#drain();
    this.#work();
  }

  #late(trade: T): void {
    if (trade.time <= this.#lastTime + ANEW_MS || this.#lastTime === Number.NEGATIVE_INFINITY) return;
    this.#error(`ids went back from ${this.#next! - 1} to ${trade.id}; counted anew from there`);
    this.#held.clear();
    this.#known = trade.id;
    this.#next = trade.id;
    this.#runFrom = undefined;
    this.#deliver(trade);
  }

  #emit(event: T | FeedEvent): void {
    if (!this.#stopped) this.#options.emit(event);
  }

  #deliver(trade: T): void {
    this.#next = trade.id + 1;
    if (trade.time > this.#lastTime) this.#lastTime = trade.time;
    this.#emit(trade);
  }

  /** Delivers what waits and whose turn it is. */
  #drain(): void {
    for (let trade = this.#held.get(this.#next!); trade; trade = this.#held.get(this.#next!)) {
      this.#endRun();
      this.#held.delete(trade.id);
      this.#deliver(trade);
    }
  }

  /** Last id of the hole that begins at `next`; `undefined` where there is none. */
  #holeEnd(): number | undefined {
    const first = this.#firstHeld();
    if (first !== undefined) return first - 1;
    return this.#next! <= this.#known ? this.#known : undefined;
  }

  #firstHeld(): number | undefined {
    let first: number | undefined;
    for (const id of this.#held.keys()) if (first === undefined || id < first) first = id;
    return first;
  }

  #work(): void {
    if (this.#busy || this.#holeEnd() === undefined) return;
    this.#closeHoles().catch(this.#options.fail);
  }

  /** Closes hole after hole until live trades may flow. */
  async #closeHoles(): Promise<void> {
    this.#busy = true;
    try {
      for (
        let to = this.#holeEnd();
        to !== undefined && !this.#options.signal.aborted && !this.#stopped;
        to = this.#holeEnd()
      ) {
        if (this.#options.backFill) await this.#fill(this.#options.backFill, to);
        else this.#giveUp(to, 'back-fill is off');
        this.#drain();
      }
      this.#endRun();
    } finally {
      this.#busy = false;
    }
  }

  /** One hole, page by page, until it is closed or given up. */
  async #fill(backFill: BackFill<T>, end: number): Promise<void> {
    const { patienceMs, firstPauseMs = FIRST_PAUSE, signal, gate, room } = this.#options;
    let failingSince: number | undefined;
    let attempt = 0;
    while (!signal.aborted && !this.#stopped) {
      const outcome = await gate.run(async () => {
        await room();
        return this.#fillPage(backFill, end);
      });
      if (outcome === 'closed') return;
      if (outcome === 'helped') {
        failingSince = undefined;
        attempt = 0;
        continue;
      }
      const { reason, waitMs } = outcome;
      const pauseMs = Math.max(
        waitMs,
        Math.random() * Math.min(LONGEST_PAUSE, firstPauseMs * 2 ** attempt++),
      );
      failingSince ??= performance.now();
      if (!outcome.mayPass) return this.#giveUp(end, reason);
      if (performance.now() + pauseMs > failingSince + patienceMs) {
        if (!(await this.#dropsImplausible(backFill, end, 0))) this.#giveUp(end, reason);
        return;
      }
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async #fillPage(
    backFill: BackFill<T>,
    end: number,
  ): Promise<'closed' | 'helped' | { reason: string; mayPass: boolean; waitMs: number }> {
    const { symbol, signal } = this.#options;
    const from = this.#next!;
    // Live trades may have closed the hole meanwhile, or counted anew.
    if (signal.aborted || this.#stopped || from > end || (this.#holeEnd() ?? -1) < from) return 'closed';
    try {
      const page = await backFill.fetch(symbol, from, end);
      if (signal.aborted) return 'closed';
      if (page.through >= from) {
        this.#take(page);
        return this.#next! > end ? 'closed' : 'helped';
      }
      if (end - from > IMPLAUSIBLE && (await this.#dropsImplausible(backFill, end, IMPLAUSIBLE)))
        return 'closed';
      return { reason: NOT_THERE, mayPass: true, waitMs: 0 };
    } catch (error) {
      if (!(error instanceof CandlebookError)) throw error;
      if (signal.aborted || error.code === 'STOPPED') return 'closed';
      return { reason: error.message, mayPass: mayPass(error), waitMs: waitMsOf(error) };
    }
  }

  /**
   * Whether what waits behind the hole lies so far ahead of the exchange's newest trade that it can not be true; it is
   * then dropped, for the hole would be reported as lost and all that really follows taken for old.
   */
  async #dropsImplausible(backFill: BackFill<T>, end: number, margin: number): Promise<boolean> {
    const newest = await backFill.latestId(this.#options.symbol).catch(() => undefined);
    if (newest === undefined || end <= newest + margin) return false;
    for (const id of this.#held.keys()) {
      if (id <= newest + margin) continue;
      this.#held.delete(id);
      this.#error(`id ${id} lies ahead of the exchange’s newest, ${newest}; it was dropped`);
    }
    this.#known = Math.max(newest, ...this.#held.keys());
    return true;
  }

  #take({ trades, through, reason = NOT_THERE }: BackFillPage<T>): void {
    for (const trade of trades) {
      this.#drain();
      if (trade.id < this.#next! || trade.id > through) continue;
      if (trade.id > this.#next!) this.#gap(trade.id - 1, reason);
      this.#runFrom ??= trade.id;
      this.#held.delete(trade.id);
      this.filled++;
      this.#deliver(trade);
    }
    this.#drain();
    if (through >= this.#next!) this.#gap(through, reason);
  }

  #giveUp(end: number, reason: string): void {
    if (end >= this.#next!) this.#gap(end, reason);
  }

  #gap(toId: number, reason: string): void {
    this.#endRun();
    const fromId = this.#next!;
    this.#next = toId + 1;
    const { symbol, stream } = this.#options;
    this.#emit({ type: 'gap', at: Date.now(), symbol, stream, fromId, toId, reason });
  }

  #endRun(): void {
    if (this.#runFrom === undefined) return;
    const fromId = this.#runFrom;
    this.#runFrom = undefined;
    const { symbol, stream } = this.#options;
    this.#emit({ type: 'filled', at: Date.now(), symbol, stream, fromId, toId: this.#next! - 1 });
  }

  #error(what: string): void {
    const { symbol, stream } = this.#options;
    const message = `${stream === 'trade' ? 'Trades' : 'Aggregate trades'} of ${symbol}: ${what}.`;
    this.#emit({ type: 'error', at: Date.now(), code: 'RESPONSE_INVALID', message });
  }
}
