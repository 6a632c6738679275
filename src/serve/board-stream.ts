import { randomUUID } from 'node:crypto';
import { BoardTicks } from '../dashboard/ticks.ts';
import type { BoardState, Mount, Tick } from '../dashboard/wire.ts';
import type { OpenBoard } from './source.ts';

/** Least pause between two ticks of a board, ms. */
const TICK_EVERY_MS = 50;

/** Whoever is sent each tick's text. */
export interface TickReader {
  send(text: string): void;
}

/**
 * One view's board for all who look at it: what changed is computed and written once, however many they are.
 * Nothing is computed while nobody looks.
 */
export class BoardStream {
  readonly id = randomUUID();
  readonly readers = new Set<TickReader>();
  /** When the last reader left, by `performance.now()`. */
  idleSince = performance.now();
  readonly #open: OpenBoard;
  readonly #ticks: BoardTicks;
  #timer: NodeJS.Timeout | undefined;
  #last = Number.NEGATIVE_INFINITY;
  #changedAt = 0;
  #state: BoardState = 'live';

  constructor(open: OpenBoard) {
    this.#open = open;
    this.#ticks = new BoardTicks(this.id, open.content());
  }

  /** For a page that shows the board from now on. */
  mount(): Mount {
    this.#catchUp();
    const { n, sent } = this.#ticks;
    return { board: this.id, kernel: '', n, content: sent, state: this.#state };
  }

  /** All that a page lacks which is at `n`; undefined where it lacks nothing. */
  since(n: number): Tick | undefined {
    this.#catchUp();
    if (n >= this.#ticks.n && this.#state === 'live') return undefined;
    return { ...this.#ticks.whole(Date.now()), state: this.#state };
  }

  candlesCsv(): string {
    return this.#open.candlesCsv();
  }

  /** Something has changed at `at`, epoch ms. */
  mark(at: number): void {
    this.#changedAt ||= at;
    if (this.#timer || this.readers.size === 0) return;
    this.#timer = setTimeout(() => this.#tick(), Math.max(0, this.#last + TICK_EVERY_MS - performance.now()));
  }

  /** A last tick that says it is over. */
  end(): void {
    this.#state = 'stopped';
    this.#catchUp();
    this.#send({ ...this.#ticks.whole(Date.now()), state: 'stopped' });
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#open.close();
  }

  #tick(): void {
    this.#timer = undefined;
    this.#last = performance.now();
    const at = this.#changedAt || Date.now();
    this.#changedAt = 0;
    try {
      const tick = this.#ticks.next(this.#open.content(), at);
      if (tick) this.#send(tick);
    } catch (error) {
      // One picture that can not be drawn must not end the feed and the other boards.
      process.emitWarning(error instanceof Error ? error : String(error));
    }
  }

  /** Whoever comes now is shown what is, and the others are told. */
  #catchUp(): void {
    clearTimeout(this.#timer);
    this.#tick();
  }

  #send(tick: Tick): void {
    if (this.readers.size === 0) return;
    const text = JSON.stringify({ tick });
    for (const reader of this.readers) reader.send(text);
  }
}
