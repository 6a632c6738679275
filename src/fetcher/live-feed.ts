import { setMaxListeners } from 'node:events';
import {
  CandlebookError,
  type DataSource,
  type Feed,
  type MarketEvent,
  type Trade,
} from '../market/index.ts';
import { Mailbox } from './mailbox.ts';
import type { RestClient } from './rest/client.ts';
import { type FeedStatistics, LatencyWindow } from './statistics.ts';
import { Freshness, keyOf } from './stream/freshness.ts';
import { StreamLine } from './stream/line.ts';
import { MOST_STREAMS, type StreamName, streamNames } from './stream/names.ts';
import { type BackFill, restBackFill } from './trades/back-fill.ts';
import { beginSequences, type Since } from './trades/beginning.ts';
import { TradeSequence } from './trades/sequence.ts';
import { parseFrame } from './wire/index.ts';

export interface LiveFeedOptions {
  /** Base of the WebSocket API without a trailing slash, such as `wss://stream.binance.us:9443`. */
  readonly wsUrl: string;
  /** Symbols times streams: at most 1,024, the exchange's limit for a connection. */
  readonly symbols: readonly string[];
  readonly streams: readonly StreamName[];
  /** Fetches trades that the stream did not bring. Without it, each hole is a `gap` event. */
  readonly rest?: RestClient;
  /**
   * Trades from here on, history and live as one: a time (epoch ms), or for each symbol the id of the last trade
   * that the caller has. Needs `rest` and the stream `trade`. Default: from now on.
   */
  readonly since?: Since;
  /** Ends the feed as `close()` does. */
  readonly signal?: AbortSignal;
  /**
   * Events that may wait for a slow reader before the connection is paused. From a tenth of it on, waiting tickers,
   * quotes and forming bars are replaced by newer ones; trades never. Default 10,000.
   */
  readonly maxWaiting?: number;
  /** How long a hole in the trades may resist before it is reported as a gap, ms. Default 120,000. */
  readonly fillWithinMs?: number;
  /** Age at which a connection is replaced, ms. Default 23 h 50 min: the exchange cuts at 24 h. */
  readonly maxAgeMs?: number;
}

/** A feed over a connection of its own. */
export interface LiveFeed extends Feed {
  /** Follows further symbols by the same streams; a `subscribe` event says when. @throws CandlebookError INPUT_INVALID */
  subscribe(symbols: readonly string[]): void;
  /** Nothing of these symbols is delivered from now on. */
  unsubscribe(symbols: readonly string[]): void;
  statistics(): FeedStatistics;
}

const MAX_AGE_MS = (24 * 60 - 10) * 60_000;
/** After a break, the exchange is asked for the newest trade of so many symbols at most; others show their holes later. */
const MOST_ASKED = 100;

/**
 * Follows symbols over a combined stream. Trades come in order of id, each once: holes are fetched by REST, and what
 * can not be had is a `gap` event. It reconnects for ever once it has been connected, replaces the connection before
 * the exchange ends it, and says so in the stream: `connect`, `subscribe`, `disconnect`, `stale`, `filled`, `gap`.
 *
 * @throws CandlebookError from the iterator: REGION_BLOCKED, FIREWALLED, HOST_UNREACHABLE when the first connection
 *   fails; SOURCE_MIXED when a later one leads elsewhere; INPUT_INVALID at once for options that can not be
 */
export function liveFeed(options: LiveFeedOptions): LiveFeed {
  return new Live(options);
}

class Live implements LiveFeed {
  source: DataSource | undefined;
  readonly #options: LiveFeedOptions;
  readonly #backFill: BackFill | undefined;
  readonly #line: StreamLine;
  readonly #mailbox: Mailbox<MarketEvent>;
  readonly #freshness = new Freshness();
  readonly #sequences = new Map<string, TradeSequence>();
  readonly #stop = new AbortController();
  readonly #latency = new LatencyWindow();
  readonly #counts = { events: 0, trades: 0, connects: 0, gaps: 0, missing: 0, damaged: 0 };
  /** Trades filled for symbols that are no longer followed. */
  #filledBefore = 0;
  #running = false;
  #closing: Promise<void> | undefined;

  constructor(options: LiveFeedOptions) {
    this.#options = options;
    const { wsUrl, symbols, streams, rest, since, signal, maxWaiting = 10_000 } = options;
    if (since !== undefined && (!rest || !streams.includes('trade'))) {
      throw new CandlebookError('INPUT_INVALID', 'Option since needs a REST client and the stream "trade".', {
        value: since,
        hint: 'Add { rest: createRest(host), streams: ["trade", …] }, or leave since out.',
      });
    }
    // Each symbol's back-fill may wait at the same time.
    setMaxListeners(0, this.#stop.signal);
    this.#backFill = rest && restBackFill(rest);
    this.#mailbox = new Mailbox({
      limit: maxWaiting,
      onFull: () => this.#line.pause(),
      onDrained: () => this.#line.resume(),
      keyOf: conflationKey,
    });
    this.#line = new StreamLine(wsUrl, options.maxAgeMs ?? MAX_AGE_MS, {
      event: (event) => this.#deliver(event),
      connected: (source, again) => this.#connected(source, again),
      frame: (text) => this.#take(text),
      failed: (error) => this.#fail(error),
    });
    this.#follow(symbols, false);
    if (signal?.aborted) void this.close();
    else signal?.addEventListener('abort', () => void this.close(), { once: true });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<MarketEvent, void, undefined> {
    if (!this.#running && !this.#closing) {
      this.#running = true;
      this.#line.open();
    }
    try {
      for (;;) {
        const { value, done } = await this.#mailbox.next();
        if (done) return;
        yield value;
      }
    } finally {
      await this.close();
    }
  }

  close(): Promise<void> {
    this.#stop.abort();
    this.#mailbox.end();
    this.#closing ??= this.#line.close();
    return this.#closing;
  }

  subscribe(symbols: readonly string[]): void {
    this.#follow(symbols, true);
  }

  unsubscribe(symbols: readonly string[]): void {
    for (const symbol of symbols.map((name) => name.toUpperCase())) {
      this.#filledBefore += this.#sequences.get(symbol)?.filled ?? 0;
      this.#sequences.delete(symbol);
    }
    this.#line.remove(streamNames(symbols, this.#options.streams));
  }

  statistics(): FeedStatistics {
    const { events, trades, connects, gaps, missing, damaged } = this.#counts;
    let filled = this.#filledBefore;
    for (const sequence of this.#sequences.values()) filled += sequence.filled;
    return {
      events,
      trades,
      reconnects: Math.max(0, connects - 1),
      gaps,
      missing,
      filled,
      conflated: this.#mailbox.conflated,
      damaged,
      waiting: this.#mailbox.length,
      latencyMs: this.#latency.summary(),
      usedWeight: this.#options.rest?.usedWeight,
    };
  }

  #follow(symbols: readonly string[], late: boolean): void {
    const added = symbols.map((name) => name.toUpperCase()).filter((symbol) => !this.#sequences.has(symbol));
    const { streams, since, fillWithinMs = 120_000 } = this.#options;
    const total = (this.#sequences.size + added.length) * streams.length;
    if (total === 0 || total > MOST_STREAMS) {
      throw new CandlebookError('INPUT_INVALID', `${total} streams were asked for.`, {
        value: total,
        hint: `A connection carries 1 to ${MOST_STREAMS}: symbols times streams.`,
      });
    }
    for (const symbol of added) {
      const lastId = typeof since === 'object' ? since[symbol] : undefined;
      const sequence: TradeSequence = new TradeSequence({
        symbol,
        // A symbol that is no longer followed may still have a page on its way.
        emit: (event) => this.#sequences.get(symbol) === sequence && this.#deliver(event),
        backFill: this.#backFill,
        patienceMs: fillWithinMs,
        heldLimit: this.#options.maxWaiting ?? 10_000,
        next: typeof since === 'number' && !late ? 'told' : lastId === undefined ? undefined : lastId + 1,
        room: () => this.#mailbox.room(),
        signal: this.#stop.signal,
      });
      this.#sequences.set(symbol, sequence);
    }
    this.#line.add(streamNames(added, streams));
  }

  #connected(source: DataSource, again: boolean): void {
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
    this.#counts.connects++;
    if (this.#mailbox.full) this.#line.pause();
    if (!again) this.#freshness.restart();
    if (!this.#backFill || !this.#options.streams.includes('trade')) return;
    if (this.#counts.connects === 1)
      beginSequences(this.#backFill, this.#sequences, this.#options.since, {
        patienceMs: this.#options.fillWithinMs ?? 120_000,
        signal: this.#stop.signal,
      }).catch((error) => this.#fail(error));
    else if (!again) void this.#askForNewest(this.#backFill);
  }

  /** What a break cost is known at once, also for a symbol that trades seldom. */
  async #askForNewest(backFill: BackFill): Promise<void> {
    if (this.#sequences.size > MOST_ASKED) return;
    for (const [symbol, sequence] of this.#sequences) {
      try {
        const newest = await backFill.latestId(symbol);
        if (newest !== undefined) sequence.expect(newest);
      } catch (error) {
        if (!(error instanceof CandlebookError)) throw error;
        // The next trade of the symbol shows the hole too.
      }
    }
  }

  #take(text: string): void {
    try {
      const event = parseFrame(text);
      if (!event) return;
      if (event.type === 'answer') this.#line.answered(event);
      else if (event.type === 'serverShutdown') this.#line.rollOver();
      else if (event.type === 'trade') this.#takeTrade(event);
      else if (event.type === 'aggTrade') this.#deliver(event);
      else if (this.#sequences.has(event.symbol) && this.#freshness.isNew(event)) {
        const hole = event.type === 'depth' ? this.#freshness.hole(event) : undefined;
        if (hole) this.#deliver(hole);
        this.#deliver(event);
      }
    } catch (error) {
      if (!(error instanceof CandlebookError)) throw error;
      this.#counts.damaged++;
      this.#deliver({ type: 'error', at: Date.now(), code: error.code, message: error.message });
    }
  }

  #takeTrade(trade: Trade): void {
    this.#latency.add(Date.now() - trade.eventTime);
    this.#sequences.get(trade.symbol)?.see(trade);
  }

  #deliver(event: MarketEvent): void {
    if (!('at' in event)) this.#counts.events++;
    if (event.type === 'trade') this.#counts.trades++;
    else if (event.type === 'gap') {
      this.#counts.gaps++;
      this.#counts.missing += event.stream === 'trade' ? event.toId - event.fromId + 1 : 0;
    }
    this.#mailbox.push(event);
  }

  #fail(error: unknown): void {
    this.#mailbox.end({ error });
    void this.close();
  }
}

/** A newer ticker, quote or view of a forming bar makes an older one that nobody has read superfluous. */
function conflationKey(event: MarketEvent): string | undefined {
  if (event.type === 'ticker' || event.type === 'miniTicker' || event.type === 'bookTicker')
    return keyOf(event);
  if (event.type === 'kline' && !event.closed) return `${keyOf(event)} ${event.candle.openTime}`;
  return undefined;
}
