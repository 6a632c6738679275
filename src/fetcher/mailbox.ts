/**
 * A queue between a source that pushes and one reader that pulls. When more than `limit` values wait, `onFull` is
 * called so that the source pauses, and `onDrained` when half of them are read: nothing is dropped.
 */
export class Mailbox<T> {
  #values: T[] = [];
  #head = 0;
  #reader:
    | { resolve: (result: IteratorResult<T, undefined>) => void; reject: (error: unknown) => void }
    | undefined;
  #ended = false;
  #failure: { error: unknown } | undefined;
  #full = false;
  readonly #limit: number;
  readonly #onFull: () => void;
  readonly #onDrained: () => void;

  constructor(limit: number, onFull: () => void, onDrained: () => void) {
    this.#limit = limit;
    this.#onFull = onFull;
    this.#onDrained = onDrained;
  }

  push(value: T): void {
    if (this.#ended) return;
    if (this.#reader) {
      this.#reader.resolve({ value, done: false });
      this.#reader = undefined;
      return;
    }
    this.#values.push(value);
    if (!this.#full && this.#values.length - this.#head > this.#limit) {
      this.#full = true;
      this.#onFull();
    }
  }

  /** Ends the queue; what waits is still read. With an error, the reader gets it after that. */
  end(failure?: { error: unknown }): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#failure = failure;
    if (!this.#reader) return;
    if (failure) this.#reader.reject(failure.error);
    else this.#reader.resolve({ value: undefined, done: true });
    this.#reader = undefined;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#head < this.#values.length) {
      const value = this.#values[this.#head++]!;
      this.#tidy();
      return Promise.resolve({ value, done: false });
    }
    if (this.#ended) {
      const failure = this.#failure;
      this.#failure = undefined;
      return failure ? Promise.reject(failure.error) : Promise.resolve({ value: undefined, done: true });
    }
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
    });
  }

  #tidy(): void {
    const waiting = this.#values.length - this.#head;
    if (this.#head > 1024 && this.#head > waiting) {
      this.#values = this.#values.slice(this.#head);
      this.#head = 0;
    }
    if (this.#full && waiting <= this.#limit / 2) {
      this.#full = false;
      this.#onDrained();
    }
  }
}
