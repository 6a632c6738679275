import { createServer, type Server } from 'node:http';
import { CandlebookError, type DataSource, SOURCE_HEADER } from '../market/index.ts';
import { ManualClock, RunningClock } from './clock.ts';
import { Counters, type ExchangeCounters } from './counters.ts';
import { Door } from './door.ts';
import type { Exchange } from './exchange.ts';
import { Faults } from './faults/faults.ts';
import type { FaultKind, ServerFault } from './faults/kinds.ts';
import { FaultSchedule } from './faults/schedule.ts';
import { Ledger, type LedgerEntry } from './ledger.ts';
import type { CheckedOptions } from './options.ts';
import { Pacer } from './pacer.ts';
import { Publisher } from './publish/publisher.ts';
import { restHandler } from './rest/server.ts';
import { Hub } from './stream/hub.ts';
import { StreamServer } from './stream/server.ts';
import type { Market } from './tape/market.ts';

/** A clock that waits for slow readers never leaps: most real ms that it moves on at once. */
const HELD_STEP_MS = 50;

/** A market behind a server on this machine. */
export class LocalExchange implements Exchange {
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
    // Bytes that are no HTTP: answered here, since the request never comes to be.
    this.#server.on('clientError', (_error, line) => {
      if (line.writable)
        line.end(
          `HTTP/1.1 400 Bad Request\r\nConnection: close\r\n${SOURCE_HEADER}: ${market.source}\r\n\r\n`,
        );
    });
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

  inject(fault: FaultKind, path?: string): void {
    this.#faults.inject(fault, path);
  }

  calm(): void {
    this.#schedule?.stop();
    this.#faults.clear();
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
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
