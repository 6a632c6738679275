import type { Alert } from '../alerts/index.ts';
import { type Board, showBoard } from '../dashboard/index.ts';
import type { DataSource, Ticker } from '../market/index.ts';
import { openConsole, openJsonLines } from './console.ts';

/** What a display is given at each update. */
export interface Frame {
  readonly source: DataSource;
  readonly tickers: readonly Ticker[];
  /** How many updates there have been, this one included. */
  readonly update: number;
  /** When polling: from the request for tickers until the update could be shown, ms. */
  readonly tookMs?: number;
  /** The feed's state in words. */
  readonly feed: string;
  /** The newest alert, in words. */
  readonly alert: string | undefined;
  /** What the tables wait for, in words, where they do. */
  readonly tables?: string | undefined;
  /** The whole board; computed only for a display that asks. */
  board(): Board;
}

/** Where a run is watched. */
export interface Display {
  /** Least pause between two updates, in ms. */
  readonly everyMs: number;
  update(frame: Frame): void;
  /** Median ms from an update to the screen, as a page told; undefined without one. */
  readonly latency?: number | undefined;
  /** Says an alert at once, where the display has a place for that beside its updates. */
  tell?(alert: Alert): void;
  /** Leaves a last picture; with an error, says it. Resolves when that is written. */
  end(error?: unknown): Promise<void>;
  /** The viewer asks to end the run. */
  onStop(callback: (by: 'button' | 'interrupt') => void): void;
  /** Shows it again, after the page was reloaded. */
  attach(): void;
}

export type DisplayKind = 'board' | 'console' | 'json' | 'none';

export interface DisplayOptions {
  /** Where the console writes. */
  readonly write: (text: string) => void;
  /** Seconds between two polls; `undefined` in live mode. */
  readonly pollSeconds: number | undefined;
  /** Whether the console draws over its last update. */
  readonly redraw: boolean;
}

/** Pause between two updates in live mode, ms. Polled data is shown as it comes. */
const BOARD_EVERY_MS = 100;

/** @throws CandlebookError KERNEL_MISSING for a board outside a notebook */
export function openDisplay(
  kind: DisplayKind,
  first: Frame,
  { write, pollSeconds, redraw }: DisplayOptions,
): Display {
  switch (kind) {
    case 'board':
      return openBoard(first);
    case 'console':
      return openConsole(first, { write, pollSeconds, redraw });
    case 'json':
      return openJsonLines(write, pollSeconds);
    case 'none':
      return { everyMs: BOARD_EVERY_MS, update() {}, async end() {}, onStop() {}, attach() {} };
  }
}

function openBoard(first: Frame): Display {
  const live = showBoard(first.board());
  return {
    everyMs: BOARD_EVERY_MS,
    update: (frame) => live.update(frame.board()),
    get latency() {
      return live.latency;
    },
    async end(error) {
      await (error === undefined ? live.stop() : live.fail(error));
    },
    onStop(callback) {
      live.onStop(({ by }) => {
        if (by === 'button' || by === 'interrupt') callback(by);
      });
    },
    attach: () => live.attach(),
  };
}
