import { type LineHandlers, StreamLine } from './line.ts';
import { MOST_STREAMS } from './names.ts';

/** As few lines as the exchange's limit of streams a connection asks for. */
export class StreamLines {
  readonly #wsUrl: string;
  readonly #maxAgeMs: number;
  readonly #handlers: LineHandlers;
  readonly #lines = new Set<StreamLine>();
  #running = false;
  #paused = false;

  constructor(wsUrl: string, maxAgeMs: number, handlers: LineHandlers) {
    this.#wsUrl = wsUrl;
    this.#maxAgeMs = maxAgeMs;
    this.#handlers = handlers;
  }

  get size(): number {
    return this.#lines.size;
  }

  /** Whether a stream may come by two connections at once. */
  get overlapping(): boolean {
    for (const line of this.#lines) if (line.overlapping) return true;
    return false;
  }

  open(): void {
    this.#running = true;
    for (const line of this.#lines) line.open();
  }

  /** Fills the lines that have room, and makes new ones for what is left. */
  add(names: readonly string[]): void {
    let rest = names;
    for (const line of this.#lines) {
      const room = MOST_STREAMS - line.streams.size;
      line.add(rest.slice(0, room));
      rest = rest.slice(room);
    }
    while (rest.length > 0) {
      const line = new StreamLine(this.#wsUrl, this.#maxAgeMs, this.#handlers);
      this.#lines.add(line);
      line.add(rest.slice(0, MOST_STREAMS));
      rest = rest.slice(MOST_STREAMS);
      if (this.#paused) line.pause();
      if (this.#running) line.open();
    }
  }

  /** A line that is left without streams ends, unless it is the only one. */
  remove(names: readonly string[]): void {
    for (const line of this.#lines) {
      const own = names.filter((name) => line.streams.has(name));
      if (own.length > 0) line.remove(own);
      if (line.streams.size > 0 || this.#lines.size === 1) continue;
      this.#lines.delete(line);
      void line.close();
    }
  }

  pause(): void {
    this.#paused = true;
    for (const line of this.#lines) line.pause();
  }

  resume(): void {
    this.#paused = false;
    for (const line of this.#lines) line.resume();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#lines].map((line) => line.close()));
  }
}
