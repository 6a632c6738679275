import { createServer, type Server } from 'node:http';
import { CandlebookError, type DataSource } from '../market/index.ts';
import { ManualClock, RunningClock } from './clock.ts';
import { Counters, type ExchangeCounters } from './counters.ts';
import { Door } from './door.ts';
import { Faults } from './faults/faults.ts';
import type { FaultKind, ServerFault } from './faults/kinds.ts';
import { FaultSchedule } from './faults/schedule.ts';
import { Ledger, type LedgerEntry } from './ledger.ts';
import { SimulatedMarket } from './model/market.ts';
import { type CheckedOptions, checkOptions, type ExchangeOptions } from './options.ts';
import { Pacer } from './pacer.ts';
import { Publisher } from './publish/publisher.ts';
import { openRecording } from './recording/market.ts';
import { restHandler } from './rest/server.ts';
import { Hub } from './stream/hub.ts';
import { StreamServer } from './stream/server.ts';
import type { Market } from './tape/market.ts';

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
  /** What was published of each symbol since the start. */
  ledger(): LedgerEntry[];
  /** Ends all stream connections: with a close frame, or as a broken line would (default). */
  cutSockets(how?: 'close' | 'break'): void;
  /** Sends `serverShutdown` on all stream connections and closes them `noticeMs` real ms later (default 5000). */
  announceShutdown(noticeMs?: number): void;
  /** Ends all connections and refuses new ones for `downMs` real ms (default 1000). The market goes on meanwhile. */
  restart(downMs?: number): void;
  /** Lets one thing go wrong: at once, or with the next connection or request on which it can be played. */
  inject(fault: FaultKind): void;
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
  const exchange = new LocalExchange(await openMarket(checked), checked);
  try {
    await exchange.open(checked.port);
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
  readonly source: Exclude<DataSource, 'live'>;
  readonly symbols: readonly string[];
  readonly finished: Promise<void>;
  readonly #market: Market;
  readonly #server: Server = createServer({ keepAliveTimeout: 60_000 });
  readonly #door: Door;
  readonly #streams: StreamServer;
  readonly #host: string;
  readonly #counters = new Counters();
  readonly #clock: ManualClock | RunningClock;
  readonly #publisher: Publisher;
  readonly #ledger: Ledger;
  readonly #faults: Faults;
  readonly #schedule: FaultSchedule | undefined;
  readonly #pacer: Pacer | undefined;
  readonly #finish: () => void;
  #told: boolean;
  #closing: Promise<void> | undefined;

  constructor(market: Market, options: CheckedOptions) {
    this.#market = market;
    this.#host = options.host;
    this.source = market.source;
    this.symbols = [...market.instruments.keys()];
    this.#door = new Door(this.#server, options.host);
    this.#ledger = new Ledger(market, options.ledgerFile);
    const hub = new Hub((name) => this.#counters.frame(name));
    this.#publisher = new Publisher(market, hub);
    this.#streams = new StreamServer(this.#server, {
      source: market.source,
      hub,
      counters: this.#counters,
      rules: options,
      blocked: options.blocked,
      now: () => market.now,
    });
    this.#faults = new Faults(
      options.faults?.seed ?? options.seed,
      () => [...this.#streams.connections].filter(({ subscriptions }) => subscriptions.size > 0),
      (kind) => this.#playOnServer(kind),
    );
    const answer = restHandler({
      market,
      counters: this.#counters,
      faults: this.#faults,
      rules: options,
      blocked: options.blocked,
      catchUp: () => this.#publish(),
    });
    this.#server.on('request', (request, response) => {
      answer(request, response).catch(() => response.destroy());
    });

    let finish = () => {};
    this.finished = new Promise((resolve) => {
      finish = resolve;
    });
    this.#finish = finish;
    const holds = market.source === 'recorded' || options.speed > 1;
    this.#told = options.start === 'now';
    if (options.clock === 'manual') this.#clock = new ManualClock(market.now);
    else {
      const clock = new RunningClock(market.now, options.speed, holds ? HELD_STEP_MS : undefined);
      this.#clock = clock;
      this.#pacer = new Pacer({
        clock,
        publish: () => this.#publish(),
        ready: () => this.#told || (options.start === 'firstSubscriber' && hub.version > 0),
        ended: () => market.now >= market.end,
        buffered: () => this.#streams.buffered,
        holds,
        finish: this.#finish,
      });
    }
    if (options.faults)
      this.#schedule = new FaultSchedule(
        options.faults.perMinute,
        options.faults.kinds,
        this.#faults.random,
        (kind) => this.inject(kind),
      );
  }

  get port(): number {
    return this.#door.port;
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

  open(port: number): Promise<void> {
    return this.#door.open(port);
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
    if (this.now >= this.#market.end) this.#finish();
  }

  counters(): ExchangeCounters {
    return { ...this.#counters.snapshot(), faults: Object.fromEntries(this.#faults.played) };
  }

  ledger(): LedgerEntry[] {
    return this.#ledger.entries();
  }

  cutSockets(how: 'close' | 'break' = 'break'): void {
    this.#streams.cut(how);
  }

  announceShutdown(noticeMs = 5_000): void {
    const connections = [...this.#streams.connections];
    for (const connection of connections) connection.announceShutdown(this.now);
    setTimeout(() => {
      for (const connection of connections) connection.cut('close', 1001, 'Server shutdown');
    }, noticeMs).unref();
  }

  restart(downMs = 1_000): void {
    this.#door.shutFor(downMs);
    this.#streams.cut('break');
    this.#server.closeAllConnections();
  }

  inject(fault: FaultKind): void {
    this.#faults.inject(fault);
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

  /** Publishes all that is due by the clock. */
  #publish(): void {
    this.#publisher.advance(Math.floor(this.#clock.now()));
    this.#streams.expire();
    this.#faults.playStreams();
    this.#ledger.write();
  }

  #playOnServer(kind: ServerFault): void {
    const ms = 500 + 1_500 * this.#faults.random();
    if (kind === 'refuse') this.#door.shutFor(ms);
    else if (kind === 'restart') this.restart(ms);
    else this.announceShutdown(ms);
  }

  async #end(): Promise<void> {
    this.#schedule?.stop();
    this.#pacer?.stop();
    this.#finish();
    this.#streams.close();
    await this.#door.close();
    this.#ledger.close();
  }
}
