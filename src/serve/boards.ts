import { BoardStream } from './board-stream.ts';
import type { BoardSource } from './source.ts';
import { type View, viewKey } from './view.ts';

/** A board that nobody looks at is kept for so long, so that a reload finds it again, ms. */
const KEEP_IDLE_MS = 60_000;

interface Entry {
  readonly opening: Promise<BoardStream>;
  board: BoardStream | undefined;
}

/** The boards that are being looked at, one for each view, and no more than a bound. */
export class Boards {
  readonly #source: BoardSource;
  readonly #most: number;
  readonly #entries = new Map<string, Entry>();
  readonly #sweep: NodeJS.Timeout;
  readonly #release: () => void;

  constructor(source: BoardSource, most: number) {
    this.#source = source;
    this.#most = most;
    this.#release = source.onChange(() => {
      const at = Date.now();
      for (const { board } of this.#entries.values()) board?.mark(at);
    });
    this.#sweep = setInterval(() => this.#closeIdle(KEEP_IDLE_MS), 5_000);
    this.#sweep.unref();
  }

  /** The board of a view, opened where it is not yet. @returns undefined where all places are taken */
  open(view: View): Promise<BoardStream> | undefined {
    const key = viewKey(view);
    const known = this.#entries.get(key);
    if (known) return known.opening;
    if (this.#entries.size >= this.#most) this.#closeIdle(0, 1);
    if (this.#entries.size >= this.#most) return undefined;
    const entry: Entry = {
      opening: this.#source.open(view).then((open) => {
        const board = new BoardStream(open);
        // The page may have been closed while the board's bars were fetched.
        if (this.#entries.get(key) === entry) entry.board = board;
        else board.close();
        return board;
      }),
      board: undefined,
    };
    this.#entries.set(key, entry);
    entry.opening.catch(() => this.#entries.delete(key));
    return entry.opening;
  }

  find(id: string): BoardStream | undefined {
    for (const { board } of this.#entries.values()) if (board?.id === id) return board;
    return undefined;
  }

  /** Tells all who look that it is over. */
  end(): void {
    for (const { board } of this.#entries.values()) board?.end();
  }

  close(): void {
    clearInterval(this.#sweep);
    this.#release();
    for (const { board } of this.#entries.values()) board?.close();
    this.#entries.clear();
  }

  /** Closes boards that nobody has looked at for so long; at most `most`, the longest left first. */
  #closeIdle(forMs: number, most = Number.POSITIVE_INFINITY): void {
    const before = performance.now() - forMs;
    const idle = [...this.#entries]
      .flatMap(([key, { board }]) => (board && board.readers.size === 0 ? [{ key, board }] : []))
      .filter(({ board }) => board.idleSince <= before)
      .sort((a, b) => a.board.idleSince - b.board.idleSince);
    for (const { key, board } of idle.slice(0, most)) {
      this.#entries.delete(key);
      board.close();
    }
  }
}
