/** One message on its way. */
export interface Outgoing {
  readonly topic: string;
  readonly symbol: string;
  readonly id: number;
  readonly key: Buffer;
  readonly value: Buffer;
}

export interface OutboxLimits {
  /** Bytes of one request. Event Hubs takes 1 MB with the protocol's own overhead; default 900,000. */
  readonly maxBytes?: number;
  /** Messages of one request. Default 2,000. */
  readonly maxMessages?: number;
  /** How long a message may wait for others, ms. Default 50. */
  readonly lingerMs?: number;
}

/** Headers of a record and its share of those of the batch, at most. */
const OVERHEAD_BYTES = 64;

/**
 * Gathers messages to requests and sends these one after another, so that the order of each key holds. While one is on
 * its way the next is gathered; no more than that waits.
 */
export class Outbox {
  readonly #send: (messages: readonly Outgoing[]) => Promise<void>;
  readonly #maxBytes: number;
  #maxMessages: number;
  readonly #lingerMs: number;
  #waiting: Outgoing[] = [];
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;
  readonly #onFailure: () => void;

  constructor(
    send: (messages: readonly Outgoing[]) => Promise<void>,
    { maxBytes = 900_000, maxMessages = 2_000, lingerMs = 50 }: OutboxLimits,
    onFailure: () => void,
  ) {
    this.#send = send;
    this.#maxBytes = maxBytes;
    this.#maxMessages = maxMessages;
    this.#lingerMs = lingerMs;
    this.#onFailure = onFailure;
  }

  /** @returns what to wait for before the next message, where the request is full. @throws what the sending met */
  add(message: Outgoing): Promise<void> | undefined {
    this.#rethrow();
    const bytes = message.key.length + message.value.length + OVERHEAD_BYTES;
    if (this.#bytes + bytes > this.#maxBytes && this.#waiting.length > 0)
      return this.#depart().then(() => this.add(message));
    this.#waiting.push(message);
    this.#bytes += bytes;
    if (this.#waiting.length >= this.#maxMessages) return this.#depart();
    this.#timer ??= setTimeout(() => void this.#depart().catch(() => undefined), this.#lingerMs);
    return undefined;
  }

  /** From now on no more messages in a request. */
  lowerTo(messages: number): void {
    this.#maxMessages = Math.min(this.#maxMessages, messages);
  }

  /** Resolves when all that was added is acknowledged. @throws what the sending met */
  async drain(): Promise<void> {
    await this.#depart();
    await this.#sending;
    this.#rethrow();
  }

  /** Sends what waits once the request before it is acknowledged; resolves when it is on its way. */
  async #depart(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#sending) await this.#sending;
    this.#rethrow();
    const messages = this.#waiting;
    if (messages.length === 0) return;
    this.#waiting = [];
    this.#bytes = 0;
    this.#sending = this.#send(messages).then(
      () => {
        this.#sending = undefined;
      },
      (error: unknown) => {
        this.#sending = undefined;
        this.#failure = { error };
        this.#onFailure();
      },
    );
  }

  #rethrow(): void {
    if (this.#failure) throw this.#failure.error;
  }
}
