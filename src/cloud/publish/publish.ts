import type { Feed } from '../../market/index.ts';
import type { Broker, ConnectOptions } from '../kafka/broker.ts';
import { encodeClock, encodeTrade } from '../kafka/message.ts';
import { refusal } from '../kafka/refusal.ts';
import type { OutboxLimits } from './outbox.ts';
import type { Position } from './position.ts';
import { type Compression, Publisher } from './publisher.ts';

/** The event hub of the architecture. */
export const DEFAULT_TOPIC = 'crypto-stream';

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
  /**
   * Whether the market has ended with the feed, as with a recording; asked at its end. A last message then says that a day
   * has passed since its last trade, so that a pipeline closes what is open. Trades that come later on the same topic are
   * late. Default: it has not.
   */
  readonly hasEnded?: () => boolean;
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

const PATIENCE_MS = 120_000;
const DAY_MS = 86_400_000;

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
  const { broker, topic = DEFAULT_TOPIC, position, compression = 'none', onProgress } = options;
  let publisher: Publisher | undefined;
  const counts = { leftOut: 0, missing: 0 };
  const report = (): PublishReport => {
    const { counts: sent, throttledMs, awayMs } = publisher!;
    return { ...counts, ...sent, throttledMs, awayMs };
  };
  try {
    publisher = await Publisher.open({
      ...options,
      topic,
      position,
      compression,
      patienceMs: options.patienceMs ?? PATIENCE_MS,
      onChange: () => onProgress?.(report()),
      onFailure: () => void feed.close(),
    });
    const keys = new Map<string, Buffer>();
    let newest = 0;
    for await (const event of feed) {
      if (event.type === 'gap' && event.stream === 'trade') counts.missing += event.toId - event.fromId + 1;
      if (event.type !== 'trade') continue;
      const { symbol, id, time } = event;
      if (time > newest) newest = time;
      if (position?.has(symbol, id)) {
        counts.leftOut++;
        continue;
      }
      let key = keys.get(symbol);
      if (!key) {
        key = Buffer.from(symbol);
        keys.set(symbol, key);
      }
      const full = publisher.add({ topic, symbol, id, key, value: encodeTrade(event, feed.source!) });
      if (full) await full;
    }
    await publisher.drain();
    if (newest > 0 && options.hasEnded?.())
      await publisher.tell(encodeClock(newest + DAY_MS, feed.source!, newest));
    return report();
  } catch (error) {
    throw refusal(error, broker, topic);
  } finally {
    await feed.close();
    await publisher?.close();
  }
}
