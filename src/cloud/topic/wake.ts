/** Wakes one who waits; a call that comes before the wait is not lost. */
export class Wake {
  #isUp = false;
  #resolve: (() => void) | undefined;

  up(): void {
    this.#isUp = true;
    this.#resolve?.();
  }

  async wait(): Promise<void> {
    if (!this.#isUp)
      await new Promise<void>((resolve) => {
        this.#resolve = resolve;
      });
    this.#isUp = false;
    this.#resolve = undefined;
  }
}
