import type { DepthUpdate, FeedEvent } from '../../market/index.ts';

export interface DepthOrderOptions {
  readonly symbol: string;
  readonly emit: (event: DepthUpdate | FeedEvent) => void;
  /** Whether two connections bring the updates, so that one may be ahead of the other. */
  readonly overlapping: () => boolean;
}

/** How long updates wait for those before them, where another connection may still bring these. */
const WAIT_MS = 1_000;
const MOST_HELD = 100;
/** An old id whose time is so much later is no repetition: the exchange counts anew. */
const ANEW_MS = 5_000;
const LOST = 'depth updates can not be fetched again: the book has to be built anew';

/**
 * One symbol's depth updates in order, each once. A hole in their ids is a `gap` event: they can not be fetched, so
 * that a book has to be built anew.
 */
export class DepthOrder {
  readonly #options: DepthOrderOptions;
  #next: number | undefined;
  #lastTime = 0;
  #held: DepthUpdate[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(options: DepthOrderOptions) {
    this.#options = options;
  }

  see(update: DepthUpdate): void {
    const next = this.#next ?? update.firstUpdateId;
    if (update.lastUpdateId < next) this.#late(update);
    else if (update.firstUpdateId <= next) {
      this.#deliver(update);
      this.#drain();
    } else if (this.#options.overlapping() && this.#held.length < MOST_HELD) {
      this.#held.push(update);
      this.#timer ??= setTimeout(() => this.#passOver(), WAIT_MS);
    } else {
      this.#held.push(update);
      this.#passOver();
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#held = [];
  }

  #late(update: DepthUpdate): void {
    if (update.eventTime <= this.#lastTime + ANEW_MS) return;
    const { symbol, emit } = this.#options;
    const message = `Depth updates of ${symbol}: ids went back from ${this.#next! - 1} to ${update.firstUpdateId}; counted anew from there.`;
    emit({ type: 'error', at: Date.now(), code: 'RESPONSE_INVALID', message });
    this.#held = [];
    this.#deliver(update);
  }

  #deliver(update: DepthUpdate): void {
    this.#next = update.lastUpdateId + 1;
    if (update.eventTime > this.#lastTime) this.#lastTime = update.eventTime;
    this.#options.emit(update);
  }

  /** Delivers what waits and whose turn it is. */
  #drain(): void {
    if (this.#held.length === 0) return;
    this.#held.sort((a, b) => a.firstUpdateId - b.firstUpdateId);
    let ready = 0;
    for (const update of this.#held) {
      if (update.firstUpdateId > this.#next!) break;
      ready++;
      if (update.lastUpdateId >= this.#next!) this.#deliver(update);
    }
    this.#held.splice(0, ready);
    if (this.#held.length > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** What is missing will not come: hole after hole is named. */
  #passOver(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#drain();
    while (this.#held.length > 0) {
      const fromId = this.#next!;
      const toId = this.#held[0]!.firstUpdateId - 1;
      const { symbol, emit } = this.#options;
      emit({ type: 'gap', at: Date.now(), symbol, stream: 'depth', fromId, toId, reason: LOST });
      this.#next = toId + 1;
      this.#drain();
    }
  }
}
