/** A page that has been silent for so long is gone; pages speak every 5 s, hidden ones once a minute. */
const SILENCE_MS = 90_000;

/** The pages that have said they are there, over their own channel to the kernel. */
export class Pages {
  readonly #heard = new Map<string, number>();
  /** Ticks that each page says it has painted. */
  readonly #painted = new Map<string, number>();

  hear(page: string): void {
    this.#heard.set(page, performance.now());
  }

  paintedBy(page: string, painted: number): void {
    this.#painted.set(page, painted);
  }

  leave(page: string): void {
    this.#heard.delete(page);
  }

  get any(): boolean {
    const oldest = performance.now() - SILENCE_MS;
    for (const [page, heard] of this.#heard) if (heard < oldest) this.#heard.delete(page);
    return this.#heard.size > 0;
  }

  /** Of the page that painted most. */
  get painted(): number {
    return Math.max(0, ...this.#painted.values());
  }
}
