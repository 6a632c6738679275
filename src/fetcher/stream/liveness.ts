/** What to do about a silent connection: ask it for a sign, say that it is stale, or give it up. */
export type LivenessVerdict = 'probe' | 'stale' | 'dead' | undefined;

/** Silence after which a connection is asked for a sign by a ping. */
const PROBE_AFTER_MS = 5_000;
/** A healthy exchange answers a ping in far less. */
const PONG_WITHIN_MS = 10_000;
/** Frames closer together than this are one burst. */
const BURST_MS = 50;
/** Bursts after which a connection's habits are known. */
const ENOUGH_BURSTS = 20;
/** How many times the longest pause of late, and how much at least, is a stale stream. */
const STALE_FACTOR = 5;
const STALE_AT_LEAST_MS = 15_000;
/** What a long pause still counts after each further burst. */
const FADE = 0.98;

/**
 * Judges a connection by the traffic to expect of it. Silence alone is no alarm: a quiet market is silent too. A
 * connection that does not answer a ping is dead; one that does, but on which frames used to come much more often,
 * is stale.
 */
export class Liveness {
  #lastFrame: number;
  #longestPauseMs = 0;
  #bursts = 0;
  #probedAt: number | undefined;
  #answeredAt: number;
  #saidStale = false;

  constructor(now: number) {
    this.#lastFrame = now;
    this.#answeredAt = now;
  }

  frame(now: number): void {
    const pause = now - this.#lastFrame;
    if (pause > BURST_MS) {
      this.#bursts++;
      this.#longestPauseMs = Math.max(pause, this.#longestPauseMs * FADE);
    }
    this.#lastFrame = now;
    this.#sign(now);
    this.#saidStale = false;
  }

  /** A ping of the exchange, or its answer to ours. */
  pong(now: number): void {
    this.#sign(now);
  }

  /** A pause of our own making, such as a slow reader's. */
  excuse(now: number): void {
    this.#lastFrame = now;
    this.#sign(now);
  }

  silentForMs(now: number): number {
    return Math.round(now - this.#lastFrame);
  }

  judge(now: number): LivenessVerdict {
    if (this.#probedAt !== undefined && now - this.#probedAt > PONG_WITHIN_MS) return 'dead';
    const limit = Math.max(STALE_AT_LEAST_MS, STALE_FACTOR * this.#longestPauseMs);
    if (this.#bursts >= ENOUGH_BURSTS && !this.#saidStale && now - this.#lastFrame > limit) {
      this.#saidStale = true;
      return 'stale';
    }
    if (this.#probedAt === undefined && now - this.#answeredAt > PROBE_AFTER_MS) {
      this.#probedAt = now;
      return 'probe';
    }
    return undefined;
  }

  #sign(now: number): void {
    this.#answeredAt = now;
    this.#probedAt = undefined;
  }
}
