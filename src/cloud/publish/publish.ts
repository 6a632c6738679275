import { setTimeout as sleep } from 'node:timers/promises';
import type { Feed } from '../../market/index.ts';
import type { Broker, ConnectOptions } from '../kafka/broker.ts';
import { kafkaClient } from '../kafka/client.ts';
import { clientOptions } from '../kafka/client-options.ts';
import { encodeTrade } from '../kafka/message.ts';
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
  /** Told after each acknowledged request. */
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
}

/** How often the position is written, ms: so much may be repeated after a kill. */
const POSITION_EVERY_MS = 1_000;

/**
 * Publishes the trades of a feed, each symbol in its order: idempotent, keyed by symbol, in requests one after another.
 * It ends when the feed ends, with all acknowledged and the position written.
 *
 * What the broker has not acknowledged is not in the position, so that a restart, with `position.since(symbols)` given to
 * the feed, loses nothing; what is repeated bears the same symbol and trade id.
 *
 * @throws CandlebookError HOST_UNREACHABLE after a minute of retries, ACCESS_DENIED, INPUT_INVALID where the topic is
 *   not there, PACKAGE_MISSING, TABLE_UNWRITABLE, and what the feed throws. The feed is closed then.
 */
export async function publishTrades(feed: Feed, options: PublishOptions): Promise<PublishReport> {
  const { broker, topic = DEFAULT_TOPIC, position, compression = 'none', onProgress } = options;
  const kafka = await kafkaClient();
  const producer = new kafka.Producer({
    ...clientOptions(broker, options),
    idempotent: true,
    compression,
    // The one that Java's clients use: others that write to the topic put a symbol into the same partition.
    partitioner: kafka.compatibilityPartitioner,
  });
  const throttle = new Throttle(producer.instanceId);
  const report = { published: 0, leftOut: 0, missing: 0, requests: 0, largestRequest: 0, throttledMs: 0 };
  let written = performance.now();

  async function send(messages: readonly Outgoing[]): Promise<void> {
    const isNew = messages.map(({ symbol, id }) => position?.begin(symbol, id)).includes(true);
    if (isNew) await position?.write();
    if (throttle.waitMs > 0) await sleep(throttle.waitMs);
    await producer.send({ messages: messages.map(({ key, value }) => ({ topic, key, value })) });
    for (const { symbol, id } of messages) position?.acknowledge(symbol, id);
    report.published += messages.length;
    report.requests++;
    const bytes = messages.reduce((sum, { key, value }) => sum + key.length + value.length, 0);
    report.largestRequest = Math.max(report.largestRequest, bytes);
    report.throttledMs = throttle.totalMs;
    onProgress?.(report);
    if (performance.now() - written < POSITION_EVERY_MS) return;
    await position?.write();
    written = performance.now();
  }

  const outbox = new Outbox(send, options, () => void feed.close());
  const keys = new Map<string, Buffer>();
  try {
    for await (const event of feed) {
      if (event.type === 'gap' && event.stream === 'trade') report.missing += event.toId - event.fromId + 1;
      if (event.type !== 'trade') continue;
      const { symbol, id } = event;
      if (position?.has(symbol, id)) {
        report.leftOut++;
        continue;
      }
      const key = keys.get(symbol) ?? Buffer.from(symbol);
      keys.set(symbol, key);
      const full = outbox.add({ symbol, id, key, value: encodeTrade(event, feed.source!) });
      if (full) await full;
    }
    await outbox.drain();
    return report;
  } catch (error) {
    throw refusal(error, broker, topic);
  } finally {
    await feed.close();
    throttle.close();
    await producer.close().catch(() => undefined);
    await position?.write();
  }
}
