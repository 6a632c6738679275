import { setTimeout as sleep } from 'node:timers/promises';
import { CandlebookError, type FeedEvent, type Trade } from '../../market/index.ts';
import type { BackFill, BackFillPage } from './back-fill.ts';

export interface SequenceOptions {
  readonly symbol: string;
  readonly emit: (event: Trade | FeedEvent) => void;
  /** Where lost trades are fetched. Without it, a hole is reported and passed over at once. */
  readonly backFill?: BackFill | undefined;
  /** How long a hole may resist before it is reported as a gap, ms. */
  readonly patienceMs: number;
  /** Live trades that wait behind a hole; more are let go, and fetched when their turn comes. */
  readonly heldLimit: number;
  /**
   * First id to deliver. Not given: the first trade that is seen. `'told'`: trades wait for `startAt`.
   */
  readonly next?: number | 'told' | undefined;
  /** Resolves when the reader can take more. */
  readonly room: () => Promise<void>;
  readonly signal: AbortSignal;
}

type Gap = Extract<FeedEvent, { type: 'gap' }>;

/** Errors that may pass: the exchange or the network may answer in a moment. */
const PASSING = new Set(['HOST_UNREACHABLE', 'RATE_LIMITED', 'BANNED', 'RESPONSE_INVALID']);
const NOT_THERE = 'the exchange does not have them';
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5_000;

/**
 * One symbol's trades in order of id, each exactly once. A trade that is ahead of its turn waits while the ids before
 * it are fetched; runs of ids that can not be had become a `gap` event each, at their place in the order.
 */
export class TradeSequence {
  /** Trades delivered from back-fill. */
  filled = 0;
  readonly #options: SequenceOptions;
  #next: number | undefined;
  #lastTime = Number.NEGATIVE_INFINITY;
  /** Trades ahead of their turn, by id. */
  readonly #held = new Map<number, Trade>();
  /** Highest id that is known to exist. */
  #known = -1;
  #busy = false;
  /** First id of the run that is being delivered from back-fill. */
  #runFrom: number | undefined;

  #untold: boolean;

  constructor(options: SequenceOptions) {
    this.#options = options;
    this.#untold = options.next === 'told';
    if (typeof options.next === 'number') this.#next = options.next;
  }

  /** Id of the next trade to deliver; `undefined` before the first. */
  get next(): number | undefined {
    return this.#next;
  }

  see(trade: Trade): void {
    if (trade.id > this.#known) this.#known = trade.id;
    if (this.#untold) {
      if (this.#held.size < this.#options.heldLimit) this.#held.set(trade.id, trade);
      return;
    }
    this.#next ??= trade.id;
    if (trade.id < this.#next) this.#late(trade);
    else if (trade.id === this.#next && !this.#busy && this.#held.size === 0) this.#deliver(trade);
    else {
      if (this.#held.size < this.#options.heldLimit || trade.id === this.#next)
        this.#held.set(trade.id, trade);
      this.#drain();
      void this.#work();
    }
  }

  /** Ends the wait of `'told'`: with an id, or with what has been seen and is seen next. */
  startAt(id: number | undefined): void {
    this.#untold = false;
    const first = id ?? this.#firstHeld();
    if (first === undefined) return;
    this.#next = first;
    for (const held of this.#held.keys()) if (held < first) this.#held.delete(held);
    this.#drain();
    void this.#work();
  }

  /** Trades up to this id are known to exist: those that were not seen are fetched. */
  expect(id: number): void {
    if (this.#next === undefined || id <= this.#known) return;
    this.#known = id;
    void this.#work();
  }

  #late(trade: Trade): void {
    // An old id with a later time is no repetition: the exchange counts anew.
    if (trade.time <= this.#lastTime || this.#lastTime === Number.NEGATIVE_INFINITY) return;
    this.#options.emit({
      type: 'error',
      at: Date.now(),
      code: 'RESPONSE_INVALID',
      message: `Trade ids of ${trade.symbol} went back from ${this.#next! - 1} to ${trade.id}; counted anew from there.`,
    });
    this.#held.clear();
    this.#known = trade.id;
    this.#next = trade.id;
    this.#runFrom = undefined;
    this.#deliver(trade);
  }

  #deliver(trade: Trade): void {
    this.#next = trade.id + 1;
    this.#lastTime = trade.time;
    this.#options.emit(trade);
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

  /** Closes hole after hole until live trades may flow. */
  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (
        let to = this.#holeEnd();
        to !== undefined && !this.#options.signal.aborted;
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
  async #fill(backFill: BackFill, end: number): Promise<void> {
    const { symbol, patienceMs, signal, room } = this.#options;
    const deadline = performance.now() + patienceMs;
    let reason = NOT_THERE;
    for (let attempt = 0; ; attempt++) {
      await room();
      if (signal.aborted) return;
      const from = this.#next!;
      // Live trades may have closed the hole meanwhile, or counted anew.
      if (from > end || (this.#holeEnd() ?? -1) < from) return;
      let pauseMs = Math.random() * Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** attempt);
      try {
        const page = await backFill.fetch(symbol, from, end);
        if (signal.aborted) return;
        if (page.through >= from) {
          this.#take(page);
          if (this.#next! > end) return;
          attempt = -1;
          continue;
        }
      } catch (error) {
        if (!(error instanceof CandlebookError)) throw error;
        if (signal.aborted || error.code === 'STOPPED') return;
        reason = error.message;
        if (!PASSING.has(error.code)) return this.#giveUp(end, reason);
        if (error.code === 'BANNED' && typeof error.value === 'number') pauseMs = error.value - Date.now();
      }
      if (performance.now() + pauseMs > deadline) return this.#giveUp(end, reason);
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }

  #take({ trades, through, reason = NOT_THERE }: BackFillPage): void {
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
    const { symbol, emit } = this.#options;
    emit({ type: 'gap', at: Date.now(), symbol, stream: 'trade', fromId, toId, reason } satisfies Gap);
  }

  #endRun(): void {
    if (this.#runFrom === undefined) return;
    const fromId = this.#runFrom;
    this.#runFrom = undefined;
    const { symbol, emit } = this.#options;
    emit({ type: 'filled', at: Date.now(), symbol, stream: 'trade', fromId, toId: this.#next! - 1 });
  }
}
