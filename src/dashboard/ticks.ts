import { applyPatch, patch, plain } from './patch.ts';
import type { LiveContent, Tick } from './wire.ts';

/** The ticks of one board: remembers what has been sent, and makes of each new content what differs from it. */
export class BoardTicks {
  readonly board: string;
  /** What a page that took every tick shows now. */
  sent: LiveContent;
  /** Number of the last tick. */
  n = 0;

  constructor(board: string, content: LiveContent) {
    this.board = board;
    this.sent = plain(content);
  }

  /** The tick that leads to `content`, stamped `at` (epoch ms); undefined where nothing changed. */
  next(content: LiveContent, at: number): Tick | undefined {
    const changes = patch(this.sent, content);
    if (changes.length === 0) return undefined;
    // Our copy is patched as the page's is, from values of its own: callers may go on changing their arrays.
    this.sent = applyPatch(this.sent, changes);
    const from = this.n++;
    return { board: this.board, n: this.n, from, at, patch: changes };
  }

  /** The whole state as a tick, for a page that lacks some. */
  whole(at: number): Tick {
    return { board: this.board, n: this.n, from: this.n, at, content: this.sent };
  }
}
