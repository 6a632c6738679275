import type { RunningClock } from './clock.ts';

const TICK_MS = 10;
/** A reader this far behind holds the market up where nothing may be lost, bytes. */
const HOLD_BYTES = 1024 * 1024;

export interface PacerOptions {
  readonly clock: RunningClock;
  /** Publishes all that is due. */
  publish(): void;
  /** Whether the market may start. */
  ready(): boolean;
  /** Whether the market is through. */
  ended(): boolean;
  /** Bytes that wait for the slowest reader. */
  buffered(): number;
  /** A market that is replayed or runs faster than time waits for slow readers rather than dropping them. */
  readonly holds: boolean;
  /** Called once, when the market is through and all of it has been handed to the network. */
  finish(): void;
}

/** Keeps a running market going: a tick every 10 ms. */
export class Pacer {
  readonly #options: PacerOptions;
  readonly #timer: NodeJS.Timeout;

  constructor(options: PacerOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const { clock, holds } = this.#options;
    const held = holds && this.#options.buffered() > HOLD_BYTES;
    clock.run(!held && this.#options.ready() && !this.#options.ended());
    this.#options.publish();
    if (!this.#options.ended() || this.#options.buffered() > 0) return;
    this.stop();
    this.#options.finish();
  }
}
