/**
 * Runs `draw` at most once every `everyMs`, on the trailing edge: what is marked while one is due is drawn
 * with it, and nothing is drawn while nothing changed.
 */
export class Pacer {
  readonly #draw: () => void;
  readonly #everyMs: number;
  #timer: NodeJS.Timeout | undefined;
  #last = Number.NEGATIVE_INFINITY;

  constructor(draw: () => void, everyMs: number) {
    this.#draw = draw;
    this.#everyMs = everyMs;
  }

  mark(): void {
    if (this.#timer) return;
    const wait = Math.max(0, this.#last + this.#everyMs - performance.now());
    this.#timer = setTimeout(() => this.flush(), wait);
  }

  /** Draws what is marked now, if anything is. */
  flush(): void {
    if (!this.#timer) return;
    this.cancel();
    this.#last = performance.now();
    this.#draw();
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
