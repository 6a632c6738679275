import { createServer, type Server } from 'node:http';
import { CandlebookError, type DataSource } from '../market/index.ts';
import { ManualClock, RunningClock } from './clock.ts';
import { Counters, type ExchangeCounters } from './counters.ts';
import { listen } from './listen.ts';
import { SimulatedMarket } from './model/market.ts';
import { type CheckedOptions, checkOptions, type ExchangeOptions } from './options.ts';
import { Pacer } from './pacer.ts';
import { Publisher } from './publish/publisher.ts';
import { openRecording } from './recording/market.ts';
import { restHandler } from './rest/server.ts';
import { Hub } from './stream/hub.ts';
import { StreamServer } from './stream/server.ts';
import type { Market } from './tape/market.ts';

/** What was published of a symbol since the start, whether or not somebody listened. */
export interface LedgerEntry {
  readonly symbol: string;
  /** -1 where there was no trade. */
  readonly firstTradeId: number;
  readonly lastTradeId: number;
  readonly trades: number;
}

/** A running exchange. */
export interface Exchange extends AsyncDisposable {
  readonly port: number;
  /** `http://127.0.0.1:PORT` */
  readonly restUrl: string;
  /** `ws://127.0.0.1:PORT` */
  readonly wsUrl: string;
  readonly source: Exclude<DataSource, 'live'>;
  /** Listed pairs. */
  readonly symbols: readonly string[];
  /** The market's clock, epoch ms: all before it has been published. */
  readonly now: number;
  /** Fulfilled when a recording is through and its last frame has been handed to the network; or by `close()`. */
  readonly finished: Promise<void>;
  /** Starts a running clock that waits to be told or for a subscriber. */
  begin(): void;
  /** Moves a manual clock on by `ms` and publishes what that brings. @throws CandlebookError INPUT_INVALID */
  advance(ms: number): void;
  counters(): ExchangeCounters;
  ledger(): LedgerEntry[];
  /** Ends all stream connections: with a close frame, or as a broken line would (default). */
  cutSockets(how?: 'close' | 'break'): void;
  /** Ends all connections and frees the port. */
  close(): Promise<void>;
}

/** A clock that waits for slow readers never leaps: most real ms that it moves on at once. */
const HELD_STEP_MS = 50;

/**
 * Starts the embedded exchange: Binance's market-data REST and WebSocket endpoints on this machine's loopback
 * interface, from a seeded market model or from recorded frames.
 *
 * @throws CandlebookError PORT_IN_USE, INPUT_INVALID; RESPONSE_INVALID for a recording that can not be read
 */
export async function startExchange(options: ExchangeOptions = {}): Promise<Exchange> {
  const checked = checkOptions(options);
  const market = await openMarket(checked);
  const server = createServer({ keepAliveTimeout: 60_000 });
  const exchange = new LocalExchange(market, server, checked);
  try {
    exchange.port = await listen(server, checked.port, checked.host);
  } catch (error) {
    await exchange.close();
    throw error;
  }
  return exchange;
}

async function openMarket(options: CheckedOptions): Promise<Market> {
  if (options.recording) return openRecording(options.recording);
  const { seed, symbols, startTime = Date.now() } = options;
  return new SimulatedMarket({ seed, symbols, startTime });
}

class LocalExchange implements Exchange {
  port = 0;
  readonly source: Exclude<DataSource, 'live'>;
  readonly symbols: readonly string[];
  readonly finished: Promise<void>;
  readonly #market: Market;
  readonly #server: Server;
  readonly #streams: StreamServer;
  readonly #host: string;
  readonly #counters = new Counters();
  readonly #clock: ManualClock | RunningClock;
  readonly #pacer: Pacer | undefined;
  readonly #publish: () => void;
  readonly #startTime: number;
  #told = false;
  #closing: Promise<void> | undefined;

  constructor(market: Market, server: Server, options: CheckedOptions) {
    this.#market = market;
    this.#server = server;
    this.#host = options.host;
    this.source = market.source;
    this.symbols = [...market.instruments.keys()];
    this.#startTime = market.now;
    const hub = new Hub((name) => this.#counters.frame(name));
    const publisher = new Publisher(market, hub);
    const holds = market.source === 'recorded' || options.speed > 1;
    const clock =
      options.clock === 'manual'
        ? new ManualClock(market.now)
        : new RunningClock(market.now, options.speed, holds ? HELD_STEP_MS : undefined);
    this.#clock = clock;
    this.#publish = () => publisher.advance(Math.floor(clock.now()));
    this.#streams = new StreamServer(server, {
      source: market.source,
      hub,
      counters: this.#counters,
      rules: { ...options, maxBufferedBytes: MAX_BUFFERED_BYTES },
    });
    const answer = restHandler({
      market,
      counters: this.#counters,
      weightLimit: options.weightLimit,
      catchUp: this.#publish,
    });
    server.on('request', (request, response) => void answer(request, response));
    this.#told = options.start === 'now';
    if (clock instanceof RunningClock)
      this.#pacer = new Pacer({
        clock,
        publish: this.#publish,
        ready: () => this.#told || (options.start === 'firstSubscriber' && hub.version > 0),
        ended: () => market.now >= market.end,
        buffered: () => this.#streams.buffered,
        holds,
      });
    this.finished = this.#pacer?.finished ?? Promise.resolve();
  }

  get restUrl(): string {
    return `http://${this.#hostText}:${this.port}`;
  }

  get wsUrl(): string {
    return `ws://${this.#hostText}:${this.port}`;
  }

  get now(): number {
    return this.#market.now;
  }

  begin(): void {
    this.#told = true;
  }

  advance(ms: number): void {
    if (!(this.#clock instanceof ManualClock))
      throw new CandlebookError('INPUT_INVALID', 'The clock of this exchange runs by itself.', {
        hint: "Start it with { clock: 'manual' } to move it by hand.",
      });
    if (!(ms >= 0)) throw new CandlebookError('INPUT_INVALID', `Can not advance by ${ms} ms.`, { value: ms });
    this.#clock.advance(ms);
    this.#publish();
  }

  counters(): ExchangeCounters {
    return this.#counters.snapshot();
  }

  ledger(): LedgerEntry[] {
    return this.symbols.map((symbol) => {
      const tape = this.#market.tape(symbol);
      const first = tape.idAt(this.#startTime);
      const trades = tape.nextId - first;
      return {
        symbol,
        firstTradeId: trades > 0 ? first : -1,
        lastTradeId: trades > 0 ? tape.nextId - 1 : -1,
        trades,
      };
    });
  }

  cutSockets(how: 'close' | 'break' = 'break'): void {
    for (const connection of this.#streams.connections) connection.cut(how);
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  get #hostText(): string {
    return this.#host.includes(':') ? `[${this.#host}]` : this.#host;
  }

  async #end(): Promise<void> {
    this.#pacer?.stop();
    this.#streams.close();
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}

/** What may wait for a reader of a live-paced market before it is dropped. */
const MAX_BUFFERED_BYTES = 64 * 1024 * 1024;
