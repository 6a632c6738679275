import type { PaintedBoard } from './paint/board.ts';
import type { Drawable } from './paint/plotly.ts';
import type { Patch } from './patch.ts';

/*
 * What kernel and page say to each other. Down: a figure output that mounts the board, then ticks. Up: marked
 * `is_complete_request`s on the page's own channel to the kernel, answered at once.
 */

/** Begins the code of an `is_complete_request` that is ours; the rest of the line is JSON. */
export const REQUEST_MARK = '//candlebook ';

/** A tick as the page's own channel receives it. */
export const TICK_MIME = 'application/vnd.candlebook.tick+json';

/** The page's one global name. */
export const PAGE_GLOBAL = '__candlebook';

/** Dispatched on the board's element, bubbling, within the animation frame that has just drawn; `detail` is its view. */
export const DRAWN_EVENT = 'candlebook:drawn';

/** How the board stands, as the kernel says. */
export type BoardState = 'live' | 'stopped';

/** One figure under a name that stays the same from tick to tick. */
export interface LiveFigure extends Drawable {
  readonly id: string;
}

/** What a live cell shows: plain JSON of Plotly figures. `figures/board.ts` makes the market's. */
export interface LiveContent extends PaintedBoard {
  readonly panels: readonly LiveFigure[];
  readonly candles?: LiveFigure;
  readonly more?: readonly LiveFigure[];
}

/** Handed to the page by the figure output. */
export interface Mount {
  readonly board: string;
  readonly kernel: string;
  /** Number of the tick whose state `content` is. */
  readonly n: number;
  readonly content: LiveContent;
  readonly state: BoardState;
}

/** One message of the kernel to a board on a page. Idempotent: a page that is already at `n` drops it. */
export interface Tick {
  readonly board: string;
  readonly n: number;
  /** The number that `patch` builds upon. */
  readonly from: number;
  /** Epoch ms (kernel clock) of the update. */
  readonly at: number;
  readonly patch?: Patch;
  /** `patch` builds upon the figure output's own state, whatever came between; so a tick in an output needs no other. */
  readonly whole?: true;
  /** The whole content, instead of a patch. */
  readonly content?: LiveContent;
  readonly state?: BoardState;
  readonly note?: string;
  /** Asks for a picture of the board under this number. */
  readonly picture?: number;
}

/** What a page sends. `page` names one page load. */
export type PageRequest =
  | { readonly kind: 'hello'; readonly board: string; readonly page: string; readonly n: number }
  | { readonly kind: 'state'; readonly board: string; readonly page: string }
  | { readonly kind: 'stop'; readonly board: string; readonly page: string }
  | {
      readonly kind: 'here';
      readonly board: string;
      readonly page: string;
      readonly painted: number;
      /** Median of kernel stamp to painted since the last message, in ms. */
      readonly latency: number | undefined;
    }
  | {
      readonly kind: 'picture';
      readonly board: string;
      readonly page: string;
      readonly picture: number;
      /** base64 PNG */
      readonly png: string;
      readonly painted: number;
      readonly latency: number | undefined;
    }
  /** Plotly could not be had from the server: send it inline. */
  | { readonly kind: 'library'; readonly board: string; readonly page: string }
  | { readonly kind: 'gone'; readonly board: string; readonly page: string };

/** The kernel's answer. */
export interface PageReply {
  readonly ok: boolean;
  /** Kernel clock, epoch ms. */
  readonly now: number;
  /** The present state, after `hello` and `state`. */
  readonly tick?: Tick;
}
