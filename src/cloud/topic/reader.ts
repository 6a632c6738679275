import type { Broker, ConnectOptions } from '../kafka/broker.ts';
import type { Kafka } from '../kafka/client.ts';
import { clientOptions } from '../kafka/client-options.ts';
import { Presence } from '../kafka/presence.ts';

/** One message, as it lies in the topic. */
export interface TopicMessage {
  readonly value: Buffer | undefined;
  readonly partition: number;
  /** The partition was another reader's since the last message of it that was read here, and messages lie between. */
  readonly handedOver: boolean;
}

export interface ReaderOptions extends ConnectOptions {
  readonly broker: Broker;
  readonly topic: string;
  readonly from: 'earliest' | 'latest' | 'committed';
  readonly group: string;
  /** Keep the group's place in the broker. */
  readonly commits: boolean;
  /** Called when there may be something to read, or to say. */
  readonly wake: () => void;
}

interface Place {
  /** Offset of the message to come. */
  next: bigint;
  readonly leaderEpoch: number;
  /** How many times the group was joined when it was read. */
  readonly joins: number;
  isCommitted: boolean;
}

type Consumer = InstanceType<Kafka['Consumer']>;
type Stream = Awaited<ReturnType<Consumer['consume']>>;

/** How often the group's place is committed, ms. */
const COMMIT_EVERY_MS = 1_000;

/** The messages of a topic, those of a partition in their order, each once as long as it lives. */
export class TopicReader {
  readonly presence: Presence;
  readonly #options: ReaderOptions;
  readonly #consumer: Consumer;
  readonly #places = new Map<number, Place>();
  #stream: Stream | undefined;
  /** The newest message that was read. */
  #newest: { readonly place: Place; readonly offset: bigint } | undefined;
  #failure: { readonly error: unknown } | undefined;
  #joins = 0;
  #committedAt = performance.now();
  #isCommitting = false;

  constructor(kafka: Kafka, options: ReaderOptions) {
    this.#options = options;
    this.presence = new Presence(options.broker, options.topic);
    this.#consumer = new kafka.Consumer({
      ...clientOptions(options.broker, options, this.presence),
      groupId: options.group,
    });
    this.#consumer.on('consumer:group:join', () => this.#joins++);
  }

  /** Joins the group. @throws CandlebookError HOST_UNREACHABLE, ACCESS_DENIED, INPUT_INVALID */
  async open(): Promise<void> {
    const { topic, from, wake } = this.#options;
    await this.presence.reach(this.#consumer);
    const stream = await this.#consumer.consume({
      topics: [topic],
      mode: from,
      fallbackMode: 'earliest',
      autocommit: false,
    });
    this.#stream = stream;
    stream.on('readable', wake);
    stream.on('fetch', () => this.#fetched());
    stream.on('error', (error: unknown) => {
      this.#failure = { error };
      wake();
    });
    this.presence.onFailure = wake;
  }

  /** The next message that is here; `undefined` where none is yet. @throws what the broker refused for good */
  read(): TopicMessage | undefined {
    if (this.#failure) throw this.#failure.error;
    for (;;) {
      const message = this.#stream!.read() as {
        value: Buffer | undefined;
        partition: number;
        offset: bigint;
        leaderEpoch: number;
      } | null;
      if (message === null) return undefined;
      const { value, partition, offset, leaderEpoch } = message;
      const before = this.#places.get(partition);
      // After a rejoin the client begins again at the group's place, which lies behind.
      if (before && offset < before.next) continue;
      const place = { next: offset + 1n, leaderEpoch, joins: this.#joins, isCommitted: false };
      this.#places.set(partition, place);
      this.#newest = { place, offset };
      const handedOver = before !== undefined && offset > before.next && before.joins !== this.#joins;
      return { value, partition, handedOver };
    }
  }

  /** Takes the newest message back: it was not taken whole, and comes to the group's next reader again. */
  unread(): void {
    if (this.#newest) this.#newest.place.next = this.#newest.offset;
  }

  /** To be called when all that was read has been taken: commits the group's place now and then. */
  settle(): void {
    if (!this.#options.commits || this.#isCommitting) return;
    if (performance.now() - this.#committedAt < COMMIT_EVERY_MS) return;
    this.#isCommitting = true;
    // One that fails is tried again with the next: what it would have told is told by reading.
    void this.#commit()
      .catch(() => undefined)
      .finally(() => {
        this.#isCommitting = false;
        this.#committedAt = performance.now();
      });
  }

  /** @param isSettled all that was read, and not taken back, has been taken */
  async close(isSettled: boolean): Promise<void> {
    const stream = this.#stream;
    const isThere = this.presence.awayMs === 0 && this.#failure === undefined;
    this.presence.onFailure = undefined;
    if (isSettled && isThere && this.#options.commits) await this.#commit().catch(() => undefined);
    if (stream) {
      stream.off('readable', this.#options.wake);
      // Its own close waits for the answer that is on its way, and for what was not read.
      stream.destroy();
    }
    await this.#consumer.close(true).catch(() => undefined);
  }

  #fetched(): void {
    const wasAway = this.presence.awayMs > 0;
    this.presence.answered();
    if (wasAway) this.#options.wake();
  }

  /** Only of partitions that are this reader's: those that were handed over are committed by their new one. */
  async #commit(): Promise<void> {
    const { topic } = this.#options;
    const mine = this.#consumer.assignments?.find((assigned) => assigned.topic === topic)?.partitions ?? [];
    const due = mine.flatMap((partition) => {
      const place = this.#places.get(partition);
      return place && !place.isCommitted ? [{ partition, place }] : [];
    });
    if (due.length === 0) return;
    const offsets = due.map(({ partition, place: { next, leaderEpoch } }) => ({
      topic,
      partition,
      offset: next,
      leaderEpoch,
    }));
    await this.#consumer.commit({ offsets });
    for (const { place } of due) place.isCommitted = true;
  }
}
