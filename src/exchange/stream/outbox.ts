import type { StreamFault } from '../faults/kinds.ts';

/** What becomes of a frame that is about to be sent. */
export type Fate = 'send' | 'lose' | 'hold' | 'double' | 'half';

const MOST_HELD = 20_000;

/** The faults that a connection is under: which of its next frames are lost, late, doubled or cut in half. */
export class Outbox {
  readonly #armed = new Set<StreamFault>();
  #silentUntil = 0;
  #heldUntil = 0;
  #held: string[] = [];

  arm(kind: Extract<StreamFault, 'halfFrame' | 'drop' | 'double'>): void {
    this.#armed.add(kind);
  }

  /** Loses all frames for a while. */
  silence(ms: number): void {
    this.#silentUntil = performance.now() + ms;
  }

  /** Keeps all frames back for a while; `release` gets them, in order. */
  delay(ms: number, release: (frames: string[]) => void): void {
    this.#heldUntil = performance.now() + ms;
    setTimeout(() => {
      const frames = this.#held;
      this.#held = [];
      this.#heldUntil = 0;
      release(frames);
    }, ms).unref();
  }

  get silent(): boolean {
    return performance.now() < this.#silentUntil;
  }

  fate(frame: string): Fate {
    if (this.silent || this.#armed.delete('drop')) return 'lose';
    if (this.#armed.delete('halfFrame')) return 'half';
    if (this.#heldUntil > 0 && this.#held.length < MOST_HELD) {
      this.#held.push(frame);
      return 'hold';
    }
    return this.#armed.delete('double') ? 'double' : 'send';
  }
}
