import { randomUUID } from 'node:crypto';
import { type FeedStatistics, LatencyWindow, type RestClient, type Since } from '../../fetcher/index.ts';
import {
  CandlebookError,
  type DataSource,
  type Feed,
  type FeedEvent,
  type MarketEvent,
  type Trade,
} from '../../market/index.ts';
import type { Broker, ConnectOptions } from '../kafka/broker.ts';
import { type Kafka, kafkaClient } from '../kafka/client.ts';
import { RETRY_DELAY_MS } from '../kafka/client-options.ts';
import { decodeTrade, isClock } from '../kafka/message.ts';
import { refusal } from '../kafka/refusal.ts';
import { DEFAULT_TOPIC } from '../publish/publish.ts';
import { type TopicMessage, TopicReader } from './reader.ts';
import { TopicTrades } from './trades.ts';
import { Wake } from './wake.ts';

export interface TopicFeedOptions extends ConnectOptions {
  readonly broker: Broker;
  /** Default: the hub that the connection string names, or `crypto-stream`. */
  readonly topic?: string;
  /** Only messages of this source are trades of this feed; others are left out, and told once. Default `live`. */
  readonly source?: DataSource;
  /** Default: all of the topic. */
  readonly symbols?: readonly string[];
  /**
   * Trades from here on: for each symbol the id of the last trade that the caller has, or a time (epoch ms; needs
   * `rest`). Nothing before is delivered.
   */
  readonly since?: Since;
  /** Where in the topic to begin: the first message that is kept, what comes from now on, or the group's place. */
  readonly from?: 'earliest' | 'latest' | 'committed';
  /**
   * Readers of one group share the partitions between them, and the broker keeps its place. Default: a group of its
   * own, of which nothing is kept.
   */
  readonly group?: string;
  /** Of the exchange that was published: fetches the trades that the topic does not hold. Without it each hole is a gap. */
  readonly rest?: RestClient;
  /** A `stale` event is told after so long without a trade, ms. Default 60,000. */
  readonly staleAfterMs?: number;
  readonly signal?: AbortSignal;
}

/** A feed over a consumer of its own. */
export interface TopicFeed extends Feed {
  statistics(): FeedStatistics;
}

/**
 * A topic that `publishTrades` fills, as a feed: trades of each symbol in order of id, each once, also where a publisher
 * was killed and repeated some; ids that the topic lacks are fetched by `rest` or told as a `gap`; a message that is no
 * trade is an `error` event, and the feed goes on. While the broker is away the feed says `disconnect` and waits for
 * it; it goes on where it was.
 *
 * Readers of one group have each trade at least once between them: what one took in the last second before it died comes
 * to the next again, by the same id.
 *
 * @throws CandlebookError INPUT_INVALID for options that do not fit. From the iterator, where it can not begin:
 *   HOST_UNREACHABLE, ACCESS_DENIED, INPUT_INVALID where the topic is not there, PACKAGE_MISSING
 */
export function topicFeed(options: TopicFeedOptions, load: () => Promise<unknown> = kafkaClient): TopicFeed {
  return new TopicReading(options, load);
}

class TopicReading implements TopicFeed {
  source: DataSource | undefined;
  readonly #options: TopicFeedOptions;
  readonly #load: () => Promise<unknown>;
  readonly #wanted: DataSource;
  readonly #topic: string;
  readonly #stop = new AbortController();
  readonly #wake = new Wake();
  readonly #foreign = new Set<DataSource>();
  /** What is to be delivered next. */
  #out: MarketEvent[] = [];
  #failure: { readonly error: unknown } | undefined;
  #trades: TopicTrades | undefined;
  readonly #latency = new LatencyWindow();
  readonly #counts = { trades: 0, stale: 0, gaps: 0, missing: 0, damaged: 0 };
  #connects = 0;
  #isAway = false;
  #lastTradeAt = performance.now();
  #isStale = false;
  #ended: Promise<void> | undefined;

  constructor(options: TopicFeedOptions, load: () => Promise<unknown>) {
    const { broker, topic, from, group, source, since, rest, symbols, signal } = options;
    if (from === 'committed' && group === undefined)
      throw new CandlebookError('INPUT_INVALID', 'Only a group has a place to go on from.', {
        value: from,
        hint: 'Add the name of the group: { from: "committed", group: "candlebook" }.',
      });
    if (typeof since === 'number' && !(rest && symbols))
      throw new CandlebookError('INPUT_INVALID', 'A time to begin at needs a REST client and symbols.', {
        value: since,
        hint: 'Add { rest: createRest(…), symbols: […] }, or give the last trade id of each symbol.',
      });
    this.#options = options;
    this.#load = load;
    this.#wanted = source ?? 'live';
    this.#topic = topic ?? broker.hub ?? DEFAULT_TOPIC;
    if (signal?.aborted) this.#stop.abort();
    else signal?.addEventListener('abort', () => void this.close(), { once: true });
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#wake.up();
    await this.#ended;
  }

  statistics(): FeedStatistics {
    const { rest } = this.#options;
    return {
      ...this.#counts,
      events: this.#counts.trades,
      connections: 1,
      reconnects: Math.max(0, this.#connects - 1),
      filled: this.#trades?.filled ?? 0,
      held: this.#trades?.held ?? 0,
      conflated: 0,
      waiting: this.#out.length,
      latencyMs: this.#latency.summary(rest?.clockOffset),
      clockOffsetMs: rest?.clockOffset,
      usedWeight: rest?.usedWeight,
      weightLimit: rest?.weightLimit,
    };
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<MarketEvent, void, undefined> {
    if (this.#stop.signal.aborted) return;
    let onEnd = () => {};
    this.#ended = new Promise((resolve) => {
      onEnd = resolve;
    });
    try {
      yield* this.#read();
    } catch (error) {
      throw refusal(error, this.#options.broker, this.#topic);
    } finally {
      this.#stop.abort();
      onEnd();
    }
  }

  async *#read(): AsyncGenerator<MarketEvent, void, undefined> {
    const { from = 'earliest', group, rest, since, symbols, staleAfterMs = 60_000 } = this.#options;
    const reader = new TopicReader((await this.#load()) as Kafka, {
      ...this.#options,
      topic: this.#topic,
      from,
      group: group ?? `candlebook-${randomUUID()}`,
      commits: group !== undefined,
      wake: () => this.#wake.up(),
    });
    const timer = setInterval(() => this.#wake.up(), Math.min(1_000, staleAfterMs));
    try {
      await reader.open();
      if (this.#stop.signal.aborted) return;
      this.source = this.#wanted;
      this.#connected();
      this.#out.push({ type: 'subscribe', at: Date.now(), streams: [this.#topic] });
      const trades = new TopicTrades({
        rest,
        since,
        symbols,
        emit: (event) => this.#deliver(event),
        fail: (error) => {
          this.#failure = { error };
          this.#wake.up();
        },
        signal: this.#stop.signal,
      });
      this.#trades = trades;
      for (;;) {
        for (const event of this.#out) {
          yield event;
          if (this.#stop.signal.aborted) return;
        }
        this.#out = [];
        if (this.#failure) throw this.#failure.error;
        this.#tellAway(reader, trades);
        if (this.#out.length > 0) continue;
        if (trades.held === 0) reader.settle();
        const message = trades.hasRoom ? reader.read() : undefined;
        if (message) this.#take(message, trades);
        else {
          this.#tellStale(staleAfterMs);
          if (this.#out.length === 0) await this.#wake.wait();
          if (this.#stop.signal.aborted) return;
        }
      }
    } finally {
      clearInterval(timer);
      if (this.#out.length > 0) reader.unread();
      await reader.close(this.#trades?.held === 0);
    }
  }

  #deliver(event: Trade | FeedEvent): void {
    if (event.type === 'trade') this.#counts.trades++;
    else if (event.type === 'gap') {
      this.#counts.gaps++;
      this.#counts.missing += event.toId - event.fromId + 1;
    }
    this.#out.push(event);
    this.#wake.up();
  }

  #connected(): void {
    const url = `kafka://${this.#options.broker.address}/${this.#topic}`;
    this.#connects++;
    this.#out.push({ type: 'connect', at: Date.now(), url, source: this.#wanted, attempt: this.#connects });
  }

  #tellAway({ presence }: TopicReader, trades: TopicTrades): void {
    const isAway = presence.awayMs > 0;
    if (isAway === this.#isAway) return;
    this.#isAway = isAway;
    if (isAway) {
      const { reason } = presence;
      this.#out.push({ type: 'disconnect', at: Date.now(), reason, retryInMs: RETRY_DELAY_MS });
    } else {
      this.#connected();
      trades.askForNewest();
    }
  }

  #tellStale(afterMs: number): void {
    const silentForMs = performance.now() - this.#lastTradeAt;
    if (this.#isStale || this.#isAway || silentForMs < afterMs) return;
    this.#isStale = true;
    this.#counts.stale++;
    this.#out.push({ type: 'stale', at: Date.now(), silentForMs });
  }

  #take({ value, partition, handedOver }: TopicMessage, trades: TopicTrades): void {
    if (handedOver) trades.handOver(partition);
    if (isClock(value)) return;
    let read: ReturnType<typeof decodeTrade>;
    try {
      read = decodeTrade(value);
    } catch (error) {
      if (!(error instanceof CandlebookError)) throw error;
      this.#counts.damaged++;
      this.#out.push({ type: 'error', at: Date.now(), code: error.code, message: error.message });
      return;
    }
    if (read.source === this.#wanted) {
      this.#lastTradeAt = performance.now();
      this.#isStale = false;
      this.#latency.note(read.trade.eventTime);
      trades.see(read.trade, partition);
    } else this.#leaveOut(read.source);
  }

  /** Simulated, recorded and live trades are never one feed. */
  #leaveOut(source: DataSource): void {
    if (this.#foreign.has(source)) return;
    this.#foreign.add(source);
    const message = `The topic holds ${source} trades too. They are left out of this ${this.#wanted} feed.`;
    this.#out.push({ type: 'error', at: Date.now(), code: 'SOURCE_MIXED', message });
  }
}
