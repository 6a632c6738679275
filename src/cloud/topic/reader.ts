import { setTimeout as sleep } from 'node:timers/promises';
import type { Broker, ConnectOptions } from '../kafka/broker.ts';
import type { Kafka } from '../kafka/client.ts';
import { clientOptions, RETRY_DELAY_MS } from '../kafka/client-options.ts';
import { Presence } from '../kafka/presence.ts';
import { mayPass } from '../kafka/refusal.ts';

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
interface Beginning {
  readonly mode: 'earliest' | 'latest' | 'committed' | 'manual';
  readonly offsets?: { topic: string; partition: number; offset: bigint }[];
}
type Stream = Awaited<ReturnType<Consumer['consume']>>;

/** How often the group's place is committed, ms. */
const COMMIT_EVERY_MS = 1_000;

/**
 * The messages of a topic, those of a partition in their order, each once as long as it lives. Where the client gives up
 * at what may pass, another one goes on in its place.
 */
export class TopicReader {
  readonly presence: Presence;
  readonly #options: ReaderOptions;
  readonly #kafka: Kafka;
  #consumer: Consumer;
  /** Of a reader of what comes from now on: where that is, by partition. */
  #ends: readonly bigint[] = [];
  readonly #places = new Map<number, Place>();
  #stream: Stream | undefined;
  /** The newest message that was read. */
  #newest: { readonly place: Place; readonly offset: bigint } | undefined;
  #failure: { readonly error: unknown } | undefined;
  #joins = 0;
  #committedAt = performance.now();
  #isCommitting = false;
  #isClosed = false;

  constructor(kafka: Kafka, options: ReaderOptions) {
    this.#kafka = kafka;
    this.#options = options;
    this.presence = new Presence(options.broker, options.topic);
    this.#consumer = this.#newConsumer();
  }

  /** Joins the group. @throws CandlebookError HOST_UNREACHABLE, ACCESS_DENIED, INPUT_INVALID */
  async open(): Promise<void> {
    const { topic, from, commits, wake } = this.#options;
    await this.presence.reach(this.#consumer);
    if (from === 'latest' && !commits)
      this.#ends = (await this.#consumer.listOffsets({ topics: [topic] })).get(topic) ?? [];
    await this.#consume({ mode: from });
    this.presence.onFailure = wake;
  }

  #newConsumer(): Consumer {
    const { broker, group } = this.#options;
    const common = clientOptions(broker, this.#options, this.presence);
    const consumer: Consumer = new this.#kafka.Consumer({ ...common, groupId: group });
    consumer.on('consumer:group:join', () => this.#joins++);
    return consumer;
  }

  async #consume(beginning: Beginning): Promise<void> {
    const { topic, wake } = this.#options;
    const stream = await this.#consumer.consume({
      topics: [topic],
      fallbackMode: 'earliest',
      autocommit: false,
      ...beginning,
    });
    this.#stream = stream;
    stream.on('readable', wake);
    stream.on('fetch', () => this.#fetched());
    stream.on('error', (error: unknown) => void this.#goOnAfter(error));
  }

  /** By another consumer, until that succeeds or is refused for good: what has come before is not read again. */
  async #goOnAfter(error: unknown): Promise<void> {
    if (this.#isClosed) return;
    if (!mayPass(error)) {
      this.#failure = { error };
      return this.#options.wake();
    }
    this.presence.failed(error);
    await sleep(RETRY_DELAY_MS, undefined, { ref: false });
    if (this.#isClosed) return;
    void this.#consumer.close(true).catch(() => undefined);
    this.#consumer = this.#newConsumer();
    try {
      await this.#consume(this.#options.commits ? { mode: 'committed' } : this.#goingOn());
    } catch (again) {
      await this.#goOnAfter(again);
    }
  }

  /** Where a reader that keeps no place in the broker goes on; partitions of which it knows nothing it reads from the first. */
  #goingOn(): Beginning {
    const { topic } = this.#options;
    const next = new Map(this.#ends.map((offset, partition) => [partition, offset]));
    for (const [partition, place] of this.#places) next.set(partition, place.next);
    return {
      mode: 'manual',
      offsets: [...next].map(([partition, offset]) => ({ topic, partition, offset })),
    };
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
      const handedOver =
        this.#options.commits && before !== undefined && offset > before.next && before.joins !== this.#joins;
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
    this.#isClosed = true;
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
