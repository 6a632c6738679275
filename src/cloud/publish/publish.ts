import { setTimeout as sleep } from 'node:timers/promises';
import type { Feed } from '../../market/index.ts';
import type { Broker, ConnectOptions } from '../kafka/broker.ts';
import { kafkaClient } from '../kafka/client.ts';
import { clientOptions } from '../kafka/client-options.ts';
import { encodeTrade } from '../kafka/message.ts';
import { Presence } from '../kafka/presence.ts';
import { refusal } from '../kafka/refusal.ts';
import { Throttle } from '../kafka/throttle.ts';
import { Outbox, type OutboxLimits, type Outgoing } from './outbox.ts';
import type { Position } from './position.ts';

/** The event hub of the architecture. */
export const DEFAULT_TOPIC = 'crypto-stream';

export type Compression = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';

export interface PublishOptions extends ConnectOptions, OutboxLimits {
  readonly broker: Broker;
  /** Default `crypto-stream`. It has to be there. */
  readonly topic?: string;
  /** Where the last acknowledged ids are kept; trades that it holds are left out. */
  readonly position?: Position;
  /** Event Hubs takes gzip in the Premium and Dedicated tiers, and none below. Default `none`. */
  readonly compression?: Compression;
  /** How long the broker may take nothing before that is the end, ms. Default 120,000. */
  readonly patienceMs?: number;
  /** Told after each acknowledged request, and every second while the broker is away. */
  readonly onProgress?: (report: PublishReport) => void;
}

export interface PublishReport {
  /** Trades that the broker has acknowledged. */
  readonly published: number;
  /** Trades that the position held already. */
  readonly leftOut: number;
  /** Trades that the feed itself could not get (its `gap` events). */
  readonly missing: number;
  readonly requests: number;
  /** Largest request, bytes of keys and values. */
  readonly largestRequest: number;
  /** How long the broker asked to wait, ms in all. */
  readonly throttledMs: number;
  /** How long the broker was away, ms in all, and for how long it is now. */
  readonly outageMs: number;
  readonly awayMs: number;
}

/** How often the position is written, ms: so much may be repeated after a kill. */
const POSITION_EVERY_MS = 1_000;
const LOOK_EVERY_MS = 1_000;

/**
 * Publishes the trades of a feed, each symbol in its order: idempotent, keyed by symbol, in requests one after another.
 * It ends when the feed ends, with all acknowledged and the position written.
 *
 * What the broker has not acknowledged is not in the position, so that a restart, with `position.since(symbols)` given to
 * the feed, loses nothing; what is repeated bears the same symbol and trade id.
 *
 * A broker that goes away is waited for, and holds the feed; the request that was on its way is repeated by the same
 * numbers, so that the broker takes it once.
 *
 * @throws CandlebookError HOST_UNREACHABLE where it can not begin, or `patienceMs` have passed; ACCESS_DENIED, INPUT_INVALID where the topic is
 *   not there, PACKAGE_MISSING, TABLE_UNWRITABLE, and what the feed throws. The feed is closed then.
 */
export async function publishTrades(feed: Feed, options: PublishOptions): Promise<PublishReport> {
  const {
    broker,
    topic = DEFAULT_TOPIC,
    position,
    compression = 'none',
    patienceMs = 120_000,
    onProgress,
  } = options;
  const kafka = await kafkaClient();
  const presence = new Presence(broker, topic);
  const producer = new kafka.Producer({
    ...clientOptions(broker, options, presence),
    idempotent: true,
    compression,
    // The one that Java's clients use: others that write to the topic put a symbol into the same partition.
    partitioner: kafka.compatibilityPartitioner,
  });
  const throttle = new Throttle(producer.instanceId);
  const counts = { published: 0, leftOut: 0, missing: 0, requests: 0, largestRequest: 0, outageMs: 0 };
  const report = (): PublishReport => ({
    ...counts,
    throttledMs: throttle.totalMs,
    awayMs: Math.round(presence.awayMs),
  });
  let written = performance.now();

  async function send(messages: readonly Outgoing[]): Promise<void> {
    let isNew = false;
    let bytes = 0;
    for (const { symbol, id, key, value } of messages) {
      if (position?.begin(symbol, id)) isNew = true;
      bytes += key.length + value.length;
    }
    if (isNew) await position?.write();
    if (throttle.waitMs > 0) await sleep(throttle.waitMs);
    await untilTaken(producer.send({ messages: messages as Outgoing[] }));
    for (const { symbol, id } of messages) position?.acknowledge(symbol, id);
    counts.published += messages.length;
    counts.requests++;
    counts.largestRequest = Math.max(counts.largestRequest, bytes);
    onProgress?.(report());
    if (performance.now() - written < POSITION_EVERY_MS) return;
    await position?.write();
    written = performance.now();
  }

  /** Waits for as long as there is patience; the client itself would for ever. */
  async function untilTaken(sending: Promise<unknown>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const givenUp = new Promise<never>((_, reject) => {
      timer = setInterval(() => {
        if (presence.awayMs === 0) return;
        onProgress?.(report());
        if (presence.awayMs > patienceMs) reject(presence.awayFor());
      }, LOOK_EVERY_MS);
    });
    try {
      await Promise.race([sending, givenUp]);
      counts.outageMs += Math.round(presence.awayMs);
      presence.answered();
    } finally {
      clearInterval(timer);
    }
  }

  const outbox = new Outbox(send, options, () => void feed.close());
  const keys = new Map<string, Buffer>();
  try {
    await presence.reach(producer);
    for await (const event of feed) {
      if (event.type === 'gap' && event.stream === 'trade') counts.missing += event.toId - event.fromId + 1;
      if (event.type !== 'trade') continue;
      const { symbol, id } = event;
      if (position?.has(symbol, id)) {
        counts.leftOut++;
        continue;
      }
      const key = keys.get(symbol) ?? Buffer.from(symbol);
      keys.set(symbol, key);
      const full = outbox.add({ topic, symbol, id, key, value: encodeTrade(event, feed.source!) });
      if (full) await full;
    }
    await outbox.drain();
    return report();
  } catch (error) {
    throw refusal(error, broker, topic);
  } finally {
    await feed.close();
    throttle.close();
    await (presence.awayMs === 0 ? producer.close() : producer.close(true)).catch(() => undefined);
    await position?.write();
  }
}
