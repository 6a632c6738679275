import type { FaultKind } from './kinds.ts';

/** Injects faults at random moments, `perMinute` on average, until stopped. */
export class FaultSchedule {
  readonly #perMinute: number;
  readonly #kinds: readonly FaultKind[];
  readonly #random: () => number;
  readonly #inject: (kind: FaultKind) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    perMinute: number,
    kinds: readonly FaultKind[],
    random: () => number,
    inject: (kind: FaultKind) => void,
  ) {
    this.#perMinute = perMinute;
    this.#kinds = kinds;
    this.#random = random;
    this.#inject = inject;
    this.#next();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #next(): void {
    const wait = (-Math.log(1 - this.#random()) * 60_000) / this.#perMinute;
    this.#timer = setTimeout(() => {
      this.#inject(this.#kinds[Math.floor(this.#random() * this.#kinds.length)]!);
      this.#next();
    }, wait);
  }
}
