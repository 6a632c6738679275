import { setTimeout as sleep } from 'node:timers/promises';
import type { Broker, ConnectOptions } from '../kafka/broker.ts';
import { type Kafka, kafkaClient } from '../kafka/client.ts';
import { clientOptions, RETRY_DELAY_MS } from '../kafka/client-options.ts';
import { Presence } from '../kafka/presence.ts';
import { isTooLarge, mayPass } from '../kafka/refusal.ts';
import { Throttle } from '../kafka/throttle.ts';
import { Outbox, type OutboxLimits, type Outgoing } from './outbox.ts';
import type { Position } from './position.ts';

export type Compression = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';

export interface PublisherOptions extends ConnectOptions, OutboxLimits {
  readonly broker: Broker;
  readonly topic: string;
  readonly position: Position | undefined;
  readonly compression: Compression;
  /** How long the broker may take nothing before that is the end, ms. */
  readonly patienceMs: number;
  /** Told after each acknowledged request, and every second while the broker is away. */
  readonly onChange: () => void;
  readonly onFailure: () => void;
}

/** How often the position is written, ms: so much may be repeated after a kill. */
const POSITION_EVERY_MS = 1_000;
const LOOK_EVERY_MS = 1_000;
const NO_SYMBOL = Buffer.from('clock');

/** Sends messages to a topic: in requests one after another, idempotent, each noted in the position once acknowledged. */
export class Publisher {
  readonly counts = { published: 0, requests: 0, largestRequest: 0, outageMs: 0 };
  readonly #options: PublisherOptions;
  readonly #presence: Presence;
  readonly #kafka: Kafka;
  #producer: Producer;
  readonly #throttle: Throttle;
  readonly #outbox: Outbox;
  #writtenAt = performance.now();

  private constructor(kafka: Kafka, options: PublisherOptions) {
    const { broker, topic, onFailure } = options;
    this.#kafka = kafka;
    this.#options = options;
    this.#presence = new Presence(broker, topic);
    this.#producer = this.#newProducer();
    this.#throttle = new Throttle(this.#producer.instanceId);
    this.#outbox = new Outbox((messages) => this.#send(messages), options, onFailure);
  }

  /** @throws CandlebookError HOST_UNREACHABLE, ACCESS_DENIED, INPUT_INVALID, PACKAGE_MISSING */
  static async open(options: PublisherOptions): Promise<Publisher> {
    const publisher = new Publisher(await kafkaClient(), options);
    try {
      await publisher.#presence.reach(publisher.#producer);
      return publisher;
    } catch (error) {
      await publisher.close();
      throw error;
    }
  }

  get throttledMs(): number {
    return this.#throttle.totalMs;
  }

  get awayMs(): number {
    return Math.round(this.#presence.awayMs);
  }

  /** @returns what to wait for before the next message, where the request is full. @throws what the sending met */
  add(message: Outgoing): Promise<void> | undefined {
    return this.#outbox.add(message);
  }

  /** Resolves when all is acknowledged. @throws what the sending met */
  drain(): Promise<void> {
    return this.#outbox.drain();
  }

  /** Sends a message that is no trade, and of which no position is kept. Resolves when it is acknowledged. */
  async tell(value: Buffer): Promise<void> {
    const { topic } = this.#options;
    await this.#untilTaken([{ topic, key: NO_SYMBOL, value }]);
  }

  /** @throws CandlebookError TABLE_UNWRITABLE */
  async close(): Promise<void> {
    this.#throttle.close();
    await this.#producer.close(true).catch(() => undefined);
    await this.#options.position?.write();
  }

  async #send(messages: readonly Outgoing[]): Promise<void> {
    const { position, onChange } = this.#options;
    const { counts } = this;
    if (position) await this.#begin(position, messages);
    const { waitMs } = this.#throttle;
    if (waitMs > 0) await sleep(waitMs);
    await this.#inParts(messages);
    if (position) for (const { symbol, id } of messages) position.acknowledge(symbol, id);
    counts.published += messages.length;
    counts.requests++;
    const bytes = messages.reduce((sum, { key, value }) => sum + key.length + value.length, 0);
    counts.largestRequest = Math.max(counts.largestRequest, bytes);
    onChange();
    if (performance.now() - this.#writtenAt < POSITION_EVERY_MS) return;
    await position?.write();
    this.#writtenAt = performance.now();
  }

  /** Where a symbol begins is written before its first trade is sent, so that a kill between leaves no hole. */
  async #begin(position: Position, messages: readonly Outgoing[]): Promise<void> {
    let isNew = false;
    for (const { symbol, id } of messages) if (position.begin(symbol, id)) isNew = true;
    if (isNew) await position.write();
  }

  /** A broker may take less at once than Event Hubs does: in halves then, and so from now on. */
  async #inParts(messages: readonly Message[]): Promise<void> {
    try {
      await this.#untilTaken(messages);
    } catch (error) {
      if (messages.length === 1 || !isTooLarge(error)) throw error;
      this.#renew();
      const half = Math.ceil(messages.length / 2);
      this.#outbox.lowerTo(half);
      await this.#inParts(messages.slice(0, half));
      await this.#inParts(messages.slice(half));
    }
  }

  /** Sends them again, by a new producer, while a failure may pass and there is patience. */
  async #untilTaken(messages: readonly Message[]): Promise<void> {
    for (;;) {
      try {
        await this.#withPatience(this.#producer.send({ messages: messages as Message[] }));
        return;
      } catch (error) {
        if (!mayPass(error)) throw error;
        this.#presence.failed(error);
        if (this.awayMs > this.#options.patienceMs) throw this.#presence.awayFor();
        if (this.awayMs > 0) this.#options.onChange();
        await sleep(RETRY_DELAY_MS);
        this.#renew();
      }
    }
  }

  /** What the broker makes of the one before, and which of its numbers it has seen, is then of no matter. */
  #renew(): void {
    void this.#producer.close(true).catch(() => undefined);
    this.#producer = this.#newProducer();
    this.#throttle.owner = this.#producer.instanceId;
  }

  #newProducer(): Producer {
    const { broker, compression } = this.#options;
    return new this.#kafka.Producer({
      ...clientOptions(broker, this.#options, this.#presence),
      idempotent: true,
      compression,
      partitioner: onceForEachKey(this.#kafka.compatibilityPartitioner),
    });
  }

  /** Waits for as long as there is patience; the client itself would for ever. */
  async #withPatience(sending: Promise<unknown>): Promise<void> {
    const { patienceMs, onChange } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    const givenUp = new Promise<never>((_, reject) => {
      timer = setInterval(() => {
        const { awayMs } = this.#presence;
        if (awayMs === 0) return;
        onChange();
        if (awayMs > patienceMs) reject(this.#presence.awayFor());
      }, LOOK_EVERY_MS);
    });
    try {
      await Promise.race([sending, givenUp]);
      this.counts.outageMs += this.awayMs;
      this.#presence.answered();
    } finally {
      clearInterval(timer);
    }
  }
}

type Producer = InstanceType<Kafka['Producer']>;
type Message = Pick<Outgoing, 'topic' | 'key' | 'value'>;
type Partitioner = Kafka['compatibilityPartitioner'];

/**
 * The partition of a key is that of Java's clients, so that others who write to the topic put a symbol into the same; it
 * is worked out once for each of the few keys.
 */
function onceForEachKey(partitioner: Partitioner): Partitioner {
  const known = new Map<unknown, number>();
  return ((message, key) => {
    let partition = known.get(key);
    if (partition === undefined) {
      partition = partitioner(message, key);
      known.set(key, partition);
    }
    return partition;
  }) as Partitioner;
}
