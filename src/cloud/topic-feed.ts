import type { CandlebookError, DataSource, Feed, MarketEvent } from '../market/index.ts';
import type { Broker, ConnectOptions } from './kafka/broker.ts';
import { kafkaClient } from './kafka/client.ts';
import { clientOptions } from './kafka/client-options.ts';
import { decodeTrade } from './kafka/message.ts';
import { refusal } from './kafka/refusal.ts';
import { DEFAULT_TOPIC } from './publish/publish.ts';

export interface TopicFeedOptions extends ConnectOptions {
  readonly broker: Broker;
  /** Default `crypto-stream`. */
  readonly topic?: string;
  /** Only messages of this source are trades of this feed; others are `error` events. Default `live`. */
  readonly source?: DataSource;
  /** Default: all of the topic. */
  readonly symbols?: readonly string[];
  /** For each symbol the id of the last trade that the caller has: nothing up to it is delivered. */
  readonly since?: Readonly<Record<string, number>>;
  /**
   * Where to begin: the first message that is kept, what comes from now on, or where the group left off (the first
   * message where it never was). Default `earliest`.
   */
  readonly from?: 'earliest' | 'latest' | 'committed';
  /** Consumer group. Readers of one group share the partitions between them. Default `candlebook`. */
  readonly group?: string;
  readonly signal?: AbortSignal;
}

/** How often the group's place is committed, ms. */
const COMMIT_EVERY_MS = 1_000;

/**
 * A topic that `publishTrades` fills, as a feed. A trade that comes twice (a publisher was killed and repeated it) is
 * delivered once; ids that are missing are a `gap`; a message that is no trade is an `error` event and the feed goes on.
 * The group's place is committed for what the caller has taken.
 *
 * @throws CandlebookError from the iterator: HOST_UNREACHABLE, ACCESS_DENIED, INPUT_INVALID where the topic is not
 *   there, PACKAGE_MISSING
 */
export function topicFeed(options: TopicFeedOptions): Feed {
  return new TopicFeed(options);
}

class TopicFeed implements Feed {
  readonly #options: TopicFeedOptions;
  readonly #source: DataSource;
  readonly #last = new Map<string, number>();
  readonly #foreign = new Set<DataSource>();
  #isConnected = false;
  #isClosed = false;
  #end: (() => Promise<void>) | undefined;

  constructor(options: TopicFeedOptions) {
    this.#options = options;
    this.#source = options.source ?? 'live';
    for (const [symbol, id] of Object.entries(options.since ?? {})) this.#last.set(symbol, id);
    if (options.signal?.aborted) this.#isClosed = true;
    else options.signal?.addEventListener('abort', () => void this.close(), { once: true });
  }

  get source(): DataSource | undefined {
    return this.#isConnected ? this.#source : undefined;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#end?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<MarketEvent, void, undefined> {
    if (this.#isClosed) return;
    const { broker, topic = DEFAULT_TOPIC, group = 'candlebook', from = 'earliest' } = this.#options;
    const kafka = await kafkaClient();
    const consumer = new kafka.Consumer({ ...clientOptions(broker, this.#options), groupId: group });
    try {
      const stream = await consumer.consume({
        topics: [topic],
        mode: from,
        fallbackMode: 'earliest',
        autocommit: false,
      });
      this.#end = () => stream.close();
      if (this.#isClosed) return;
      this.#isConnected = true;
      const at = Date.now();
      yield {
        type: 'connect',
        at,
        url: `kafka://${broker.address}/${topic}`,
        source: this.#source,
        attempt: 1,
      };
      yield { type: 'subscribe', at, streams: [topic] };
      const place = new Map<
        number,
        { topic: string; partition: number; offset: bigint; leaderEpoch: number }
      >();
      let committed = performance.now();
      for await (const { value, partition, offset, leaderEpoch } of stream) {
        if (this.#isClosed) break;
        for (const event of this.#read(value)) yield event;
        place.set(partition, { topic, partition, offset: offset + 1n, leaderEpoch });
        if (performance.now() - committed < COMMIT_EVERY_MS) continue;
        await consumer.commit({ offsets: [...place.values()] });
        place.clear();
        committed = performance.now();
      }
      if (place.size > 0) await consumer.commit({ offsets: [...place.values()] });
    } catch (error) {
      throw refusal(error, broker, topic);
    } finally {
      await this.#end?.().catch(() => undefined);
      await consumer.close().catch(() => undefined);
    }
  }

  *#read(value: Buffer | undefined): Generator<MarketEvent> {
    const at = Date.now();
    let read: ReturnType<typeof decodeTrade>;
    try {
      read = decodeTrade(value);
    } catch (error) {
      const { code, message } = error as CandlebookError;
      yield { type: 'error', at, code, message };
      return;
    }
    const { trade, source } = read;
    if (source !== this.#source) {
      if (this.#foreign.has(source)) return;
      this.#foreign.add(source);
      const message = `The topic holds ${source} trades too. They are left out of this ${this.#source} feed.`;
      yield { type: 'error', at, code: 'SOURCE_MIXED', message };
      return;
    }
    const { symbol, id } = trade;
    const { symbols } = this.#options;
    if (symbols && !symbols.includes(symbol)) return;
    const last = this.#last.get(symbol);
    if (last !== undefined && id <= last) return;
    this.#last.set(symbol, id);
    if (last !== undefined && id > last + 1) {
      const reason = 'not in the topic';
      yield { type: 'gap', at, symbol, stream: 'trade', fromId: last + 1, toId: id - 1, reason };
    }
    yield trade;
  }
}
