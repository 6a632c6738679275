import { setMaxListeners } from 'node:events';
import {
  type AggTrade,
  CandlebookError,
  type DataSource,
  type DepthUpdate,
  type FeedEvent,
  type MarketEvent,
  type Trade,
} from '../market/index.ts';
import { conflate, conflationKey } from './conflation.ts';
import {
  checkOptions,
  FILL_WITHIN_MS,
  type LiveFeed,
  type LiveFeedOptions,
  MAX_AGE_MS,
  MAX_WAITING,
} from './live-options.ts';
import { Mailbox } from './mailbox.ts';
import { type FeedStatistics, LatencyWindow } from './statistics.ts';
import { DepthOrder } from './stream/depth-order.ts';
import { Freshness } from './stream/freshness.ts';
import type { NewConnection, StreamLine } from './stream/line.ts';
import { StreamLines } from './stream/lines.ts';
import { streamNames } from './stream/names.ts';
import { aggregateBackFill, tradeBackFill } from './trades/back-fill.ts';
import { NumberedStream } from './trades/numbered-stream.ts';
import { readFrame } from './wire/index.ts';

/** Attempts at a first connection, as a request has. */
const FIRST_ATTEMPTS = 4;
/** How often the exchange's clock is measured anew, ms: clocks drift, and a measurement may fail. */
const CLOCK_EVERY_MS = 300_000;

/**
 * Follows symbols over combined streams. Trades and aggregates come in order of id, each once: holes are fetched by
 * REST, and what can not be had is a `gap` event. It reconnects for ever once it has been connected, replaces each
 * connection before the exchange ends it, and says so in the stream: `connect`, `subscribe`, `disconnect`, `stale`,
 * `filled`, `gap`, and `error` for a frame that is damaged.
 *
 * @throws CandlebookError from the iterator: REGION_BLOCKED, FIREWALLED at once and HOST_UNREACHABLE, RATE_LIMITED after
 *   some attempts when there is no first connection; SOURCE_MIXED when a later one leads elsewhere; INPUT_INVALID at once for options that can not be
 */
export function liveFeed(options: LiveFeedOptions): LiveFeed {
  checkOptions(options);
  return new Live(options);
}

class Live implements LiveFeed {
  source: DataSource | undefined;
  readonly #options: LiveFeedOptions;
  readonly #keepText: boolean;
  readonly #lines: StreamLines;
  readonly #mailbox: Mailbox<MarketEvent>;
  readonly #trades: NumberedStream<Trade> | undefined;
  readonly #aggregates: NumberedStream<AggTrade> | undefined;
  readonly #symbols = new Set<string>();
  readonly #depths = new Map<string, DepthOrder>();
  readonly #freshness = new Freshness();
  readonly #stop = new AbortController();
  readonly #latency = new LatencyWindow();
  readonly #counts = { events: 0, trades: 0, reconnects: 0, stale: 0, gaps: 0, missing: 0, damaged: 0 };
  #running = false;
  #attempts = 0;
  #clockTimer: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: LiveFeedOptions) {
    this.#options = options;
    const { wsUrl, symbols, streams, rest, signal, maxWaiting = MAX_WAITING } = options;
    this.#keepText = options.keepText ?? false;
    // Each symbol's back-fill may wait at the same time.
    setMaxListeners(0, this.#stop.signal);
    this.#mailbox = new Mailbox({
      limit: maxWaiting,
      onFull: () => this.#lines.pause(),
      onDrained: () => this.#lines.resume(),
      keyOf: conflationKey,
      conflate,
    });
    const numbered = {
      patienceMs: options.fillWithinMs ?? FILL_WITHIN_MS,
      heldLimit: maxWaiting,
      since: options.since,
      emit: (event: Trade | AggTrade | FeedEvent) => this.#deliver(event),
      room: () => this.#mailbox.room(),
      fail: (error: unknown) => this.#fail(error),
      signal: this.#stop.signal,
    };
    if (streams.includes('trade'))
      this.#trades = new NumberedStream('trade', rest && tradeBackFill(rest), numbered);
    if (streams.includes('aggTrade'))
      this.#aggregates = new NumberedStream('aggTrade', rest && aggregateBackFill(rest), numbered);
    this.#lines = new StreamLines(wsUrl.replace(/\/+$/, ''), options.maxAgeMs ?? MAX_AGE_MS, {
      // Before it was ever connected, an attempt that fails has its say by the error alone.
      event: (event) => (event.type !== 'disconnect' || this.source) && this.#deliver(event),
      connected: (line, connection) => this.#connected(line, connection),
      frame: (bytes, begin, end, line) => this.#take(bytes, begin, end, line),
      fatal: (failure) => this.#endsWith(failure),
    });
    this.#follow(symbols);
    if (signal?.aborted) void this.close();
    else signal?.addEventListener('abort', () => void this.close(), { once: true });
  }

  /** Not a generator: an event passes through here a million times a minute. */
  [Symbol.asyncIterator](): AsyncIterator<MarketEvent, undefined> {
    if (!this.#running && !this.#closing) {
      this.#running = true;
      this.#lines.open();
    }
    return {
      next: () => this.#mailbox.next(),
      return: async () => {
        await this.close();
        return { value: undefined, done: true };
      },
    };
  }

  close(): Promise<void> {
    this.#stop.abort();
    clearInterval(this.#clockTimer);
    this.#mailbox.end();
    for (const depth of this.#depths.values()) depth.stop();
    this.#closing ??= this.#lines.close();
    return this.#closing;
  }

  subscribe(symbols: readonly string[]): void {
    this.#follow(symbols);
  }

  unsubscribe(symbols: readonly string[]): void {
    const gone = symbols.map((name) => name.toUpperCase()).filter((symbol) => this.#symbols.delete(symbol));
    for (const symbol of gone) {
      this.#trades?.remove(symbol);
      this.#aggregates?.remove(symbol);
      this.#depths.get(symbol)?.stop();
      this.#depths.delete(symbol);
      this.#freshness.forget(symbol);
    }
    this.#lines.remove(streamNames(gone, this.#options.streams));
  }

  statistics(): FeedStatistics {
    const { rest } = this.#options;
    const sum = (of: 'filled' | 'held') => (this.#trades?.[of] ?? 0) + (this.#aggregates?.[of] ?? 0);
    return {
      ...this.#counts,
      connections: this.#lines.size,
      filled: sum('filled'),
      held: sum('held'),
      conflated: this.#mailbox.conflated,
      waiting: this.#mailbox.length,
      latencyMs: this.#latency.summary(rest?.clockOffset),
      clockOffsetMs: rest?.clockOffset,
      usedWeight: rest?.usedWeight,
      weightLimit: rest?.weightLimit,
    };
  }

  #follow(symbols: readonly string[]): void {
    const names = new Set(symbols.map((name) => name.toUpperCase()));
    const added = [...names].filter((symbol) => !this.#symbols.has(symbol));
    const { streams } = this.#options;
    for (const symbol of added) {
      this.#symbols.add(symbol);
      this.#trades?.add(symbol, this.#running);
      this.#aggregates?.add(symbol, this.#running);
      if (streams.includes('depth') || streams.includes('depth@100ms'))
        this.#depths.set(
          symbol,
          new DepthOrder({
            symbol,
            emit: (event: DepthUpdate | FeedEvent) => this.#deliver(event),
            overlapping: () => this.#lines.overlapping,
          }),
        );
    }
    this.#lines.add(streamNames(added, streams));
  }

  #connected(line: StreamLine, { source, seamless, first }: NewConnection): void {
    if (this.source !== undefined && this.source !== source) {
      this.#fail(
        new CandlebookError(
          'SOURCE_MIXED',
          `The connection now leads to ${source} data, before to ${this.source}.`,
          {
            value: source,
            hint: 'Another exchange answers at this address; start the feed again.',
          },
        ),
      );
      return;
    }
    this.source = source;
    if (!first) this.#counts.reconnects++;
    if (seamless) return;
    this.#measureClock();
    this.#freshness.restart();
    const symbols = [...this.#symbols].filter((symbol) => carries(line, symbol));
    if (first) {
      this.#trades?.begin(symbols);
      this.#aggregates?.begin(symbols);
    } else {
      this.#trades?.askForNewest(symbols);
      this.#aggregates?.askForNewest(symbols);
    }
  }

  /** Latency is told by the exchange's clock; without an answer, by what was measured last. */
  #measureClock(): void {
    const { rest } = this.#options;
    const measure = () => void rest?.serverTime().catch(() => undefined);
    measure();
    this.#clockTimer ??= setInterval(measure, CLOCK_EVERY_MS).unref();
  }

  #take(bytes: Buffer, begin: number, end: number, line: StreamLine): void {
    try {
      const event = readFrame(bytes, this.#keepText, begin, end);
      if (!event) return;
      switch (event.type) {
        case 'trade':
          this.#latency.note(event.eventTime);
          this.#trades?.see(event);
          break;
        case 'aggTrade':
          this.#latency.note(event.eventTime);
          this.#aggregates?.see(event);
          break;
        case 'depth':
          this.#depths.get(event.symbol)?.see(event);
          break;
        case 'answer':
          line.answered(event);
          break;
        case 'serverShutdown':
          line.rollOver();
          break;
        default:
          if (this.#symbols.has(event.symbol) && this.#freshness.isNew(event)) this.#deliver(event);
      }
    } catch (error) {
      if (!(error instanceof CandlebookError)) throw error;
      this.#counts.damaged++;
      this.#deliver({ type: 'error', at: Date.now(), code: error.code, message: error.message });
    }
  }

  #deliver(event: MarketEvent): void {
    switch (event.type) {
      case 'trade':
      case 'aggTrade':
        this.#counts.trades++;
        this.#counts.events++;
        break;
      case 'gap':
        this.#counts.gaps++;
        if (event.stream !== 'depth') this.#counts.missing += event.toId - event.fromId + 1;
        break;
      case 'stale':
        this.#counts.stale++;
        break;
      default:
        if (!('at' in event)) this.#counts.events++;
    }
    this.#mailbox.push(event);
  }

  /** Without a first connection it ends: the address, or the region, is the wrong one. */
  #endsWith(failure: CandlebookError): boolean {
    const isFirst = this.source === undefined;
    const isPassing = failure.code === 'HOST_UNREACHABLE' || failure.code === 'RATE_LIMITED';
    const fatal =
      failure.code === 'REGION_BLOCKED' || (isFirst && (!isPassing || ++this.#attempts >= FIRST_ATTEMPTS));
    if (fatal) this.#fail(failure);
    return fatal;
  }

  #fail(error: unknown): void {
    this.#mailbox.end({ error });
    void this.close();
  }
}

function carries(line: StreamLine, symbol: string): boolean {
  const beginning = `${symbol.toLowerCase()}@`;
  return line.streams.has(`${beginning}trade`) || line.streams.has(`${beginning}aggTrade`);
}
