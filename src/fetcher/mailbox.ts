export interface MailboxOptions<T> {
  /** How many values may wait before the source is told to pause. */
  readonly limit: number;
  readonly onFull?: () => void;
  /** Called when half of a full mailbox has been read. */
  readonly onDrained?: () => void;
  /**
   * What a value replaces: once a tenth of `limit` waits, a value with a key takes the place of the waiting one with
   * the same key. `undefined`: never replaced.
   */
  readonly keyOf?: (value: T) => string | undefined;
  /** What takes a waiting value's place; `undefined`: both wait. Default: the newer value. */
  readonly conflate?: (waiting: T, newer: T) => T | undefined;
}

const FIRST_CAPACITY = 1024;

interface Reader<T> {
  readonly resolve: (result: IteratorResult<T, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A bounded queue between a source that pushes and one reader that pulls. Values with a key (tickers, quotes) are
 * conflated when the reader falls behind; all others wait, and a full queue makes the source pause.
 */
export class Mailbox<T> {
  /** Values that were replaced before they were read. */
  conflated = 0;
  /** A ring: the value with the running number n lies at n modulo its length, which is a power of two. */
  #values: (T | undefined)[] = new Array(FIRST_CAPACITY).fill(undefined);
  /** Running number of the next value to read, and of the next to come. */
  #head = 0;
  #tail = 0;
  #reader: Reader<T> | undefined;
  #ended = false;
  #failure: { error: unknown } | undefined;
  #full = false;
  #roomSeekers: (() => void)[] = [];
  /** Key → running number of the waiting value. */
  readonly #waiting = new Map<string, number>();
  readonly #options: MailboxOptions<T>;

  constructor(options: MailboxOptions<T>) {
    this.#options = options;
  }

  get full(): boolean {
    return this.#full;
  }

  /** How many values wait to be read. */
  get length(): number {
    return this.#tail - this.#head;
  }

  push(value: T): void {
    if (this.#ended) return;
    if (this.#reader) {
      this.#reader.resolve({ value, done: false });
      this.#reader = undefined;
      return;
    }
    const key = this.#options.keyOf?.(value);
    if (key !== undefined) {
      if (this.#conflates(key, value)) return;
      this.#waiting.set(key, this.#tail);
    }
    if (this.length === this.#values.length) this.#grow();
    this.#values[this.#tail++ & (this.#values.length - 1)] = value;
    if (!this.#full && this.length > this.#options.limit) {
      this.#full = true;
      this.#options.onFull?.();
    }
  }

  /** Resolves when the queue is not full, or has ended. */
  room(): Promise<void> {
    if (!this.#full || this.#ended) return Promise.resolve();
    return new Promise((resolve) => this.#roomSeekers.push(resolve));
  }

  /** Ends the queue; what waits is still read. With an error, the reader gets it after that. */
  end(failure?: { error: unknown }): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#failure = failure;
    this.#makeRoom();
    if (!this.#reader) return;
    if (failure) this.#reader.reject(failure.error);
    else this.#reader.resolve({ value: undefined, done: true });
    this.#reader = undefined;
    this.#failure = undefined;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#head < this.#tail) return Promise.resolve({ value: this.#take(), done: false });
    if (this.#ended) {
      const failure = this.#failure;
      this.#failure = undefined;
      return failure ? Promise.reject(failure.error) : Promise.resolve({ value: undefined, done: true });
    }
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
    });
  }

  #take(): T {
    const at = this.#head & (this.#values.length - 1);
    const value = this.#values[at]!;
    this.#values[at] = undefined;
    if (this.#waiting.size > 0) this.#unlist(value);
    this.#head++;
    if (this.#full && this.length <= this.#options.limit / 2) {
      this.#full = false;
      this.#options.onDrained?.();
      this.#makeRoom();
    }
    return value;
  }

  /** Whether a value takes the place of a waiting one. */
  #conflates(key: string, value: T): boolean {
    const number = this.#waiting.get(key);
    if (number === undefined || this.length * 10 < this.#options.limit) return false;
    const at = number & (this.#values.length - 1);
    const { conflate } = this.#options;
    const instead = conflate ? conflate(this.#values[at]!, value) : value;
    if (instead === undefined) return false;
    this.#values[at] = instead;
    this.conflated++;
    return true;
  }

  #unlist(value: T): void {
    const key = this.#options.keyOf?.(value);
    if (key !== undefined && this.#waiting.get(key) === this.#head) this.#waiting.delete(key);
  }

  #grow(): void {
    const { length } = this.#values;
    const values = new Array<T | undefined>(length * 2).fill(undefined);
    for (let number = this.#head; number < this.#tail; number++)
      values[number & (length * 2 - 1)] = this.#values[number & (length - 1)];
    this.#values = values;
  }

  #makeRoom(): void {
    for (const resolve of this.#roomSeekers.splice(0)) resolve();
  }
}
