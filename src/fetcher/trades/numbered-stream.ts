import { CandlebookError, type FeedEvent } from '../../market/index.ts';
import { persist } from '../rest/persist.ts';
import { mayPass } from '../rest/refusals.ts';
import type { BackFill } from './back-fill.ts';
import { beginSequence, type Since } from './beginning.ts';
import { Gate } from './gate.ts';
import { type Numbered, TradeSequence } from './sequence.ts';

export interface NumberedStreamOptions<T extends Numbered> {
  readonly patienceMs: number;
  readonly heldLimit: number;
  readonly since: Since | undefined;
  readonly emit: (event: T | FeedEvent) => void;
  readonly room: () => Promise<void>;
  readonly fail: (error: unknown) => void;
  readonly signal: AbortSignal;
}

/** Pages of back-fill that are asked for, or wait for the reader, at a time. */
const PAGES_AT_ONCE = 4;
/** Symbols whose beginnings or newest ids are asked for at a time. */
const QUESTIONS_AT_ONCE = 4;
/** After a break, the exchange is asked for the newest trade of so many symbols at most; others show their holes later. */
const MOST_ASKED = 100;

/** The trades, or the aggregates, of all symbols that a feed follows. */
export class NumberedStream<T extends Numbered> {
  readonly #stream: T['type'];
  readonly #backFill: BackFill<T> | undefined;
  readonly #options: NumberedStreamOptions<T>;
  readonly #sequences = new Map<string, TradeSequence<T>>();
  readonly #pages = new Gate(PAGES_AT_ONCE);
  readonly #questions = new Gate(QUESTIONS_AT_ONCE);
  /** Filled for symbols that are no longer followed. */
  #filledBefore = 0;
  /** Symbols of which `since` has been heeded, or never need be. */
  readonly #begun = new Set<string>();

  constructor(stream: T['type'], backFill: BackFill<T> | undefined, options: NumberedStreamOptions<T>) {
    this.#stream = stream;
    this.#backFill = backFill;
    this.#options = options;
  }

  get filled(): number {
    let filled = this.#filledBefore;
    for (const sequence of this.#sequences.values()) filled += sequence.filled;
    return filled;
  }

  get held(): number {
    let held = 0;
    for (const sequence of this.#sequences.values()) held += sequence.held;
    return held;
  }

  /** Id of the symbol's trade to come; `undefined` where none has come yet, or it is not followed. */
  nextOf(symbol: string): number | undefined {
    return this.#sequences.get(symbol)?.next;
  }

  see(trade: T): void {
    this.#sequences.get(trade.symbol)?.see(trade);
  }

  /** @param late the feed runs already: a time to begin at is past, an id is not */
  add(symbol: string, late: boolean): void {
    const next = this.#beginningOf(symbol, late);
    if (late && next === undefined) this.#begun.add(symbol);
    const sequence = new TradeSequence<T>({
      ...this.#options,
      symbol,
      stream: this.#stream,
      backFill: this.#backFill,
      gate: this.#pages,
      next,
    });
    this.#sequences.set(symbol, sequence);
  }

  #beginningOf(symbol: string, late: boolean): number | 'told' | undefined {
    const { since } = this.#options;
    if (since === undefined || this.#begun.has(symbol)) return undefined;
    if (typeof since === 'number') return late ? undefined : 'told';
    const last = since[symbol];
    return last === undefined ? undefined : last + 1;
  }

  remove(symbol: string): void {
    const sequence = this.#sequences.get(symbol);
    sequence?.stop();
    this.#filledBefore += sequence?.filled ?? 0;
    this.#sequences.delete(symbol);
    this.#begun.add(symbol);
  }

  /** The stream of these symbols is open for the first time: what lies before it is fetched as far as `since` asks. */
  begin(symbols: readonly string[]): void {
    const { since, fail } = this.#options;
    const backFill = this.#backFill;
    for (const symbol of symbols) {
      const sequence = this.#sequences.get(symbol);
      if (!sequence || this.#begun.has(symbol)) continue;
      this.#begun.add(symbol);
      if (since === undefined || !backFill) continue;
      this.#questions
        .run(() => beginSequence(backFill, symbol, sequence, since, this.#options))
        .catch((error) => {
          // Where ids say where to begin, the first trade of the stream shows what lies before it.
          if (!mayPass(error) || typeof since === 'number') fail(error);
        });
    }
  }

  /** What a break cost is known at once, also for a symbol that trades seldom. */
  askForNewest(symbols: readonly string[]): void {
    const backFill = this.#backFill;
    if (!backFill || symbols.length > MOST_ASKED) return;
    const { patienceMs, signal } = this.#options;
    const deadline = performance.now() + patienceMs;
    for (const symbol of symbols)
      this.#questions
        .run(async () => {
          const newest = await persist(() => backFill.latestId(symbol), { deadline, signal });
          if (newest !== undefined) this.#sequences.get(symbol)?.expect(newest);
        })
        .catch((error) => {
          // The next trade of the symbol shows the hole too.
          if (!(error instanceof CandlebookError)) this.#options.fail(error);
        });
  }
}
