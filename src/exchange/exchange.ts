import type { DataSource } from '../market/index.ts';
import type { ExchangeCounters } from './counters.ts';
import type { FaultKind, RestFault } from './faults/kinds.ts';
import type { LedgerEntry } from './ledger.ts';
import { checkOptions, type ExchangeOptions } from './options.ts';

/** A running exchange. */
export interface Exchange {
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
  /** The same with the next request for a path, such as `/api/v3/klines`. */
  inject(fault: RestFault, path: string): void;
  /** From now on nothing goes wrong by itself, and what waits to go wrong does not. */
  calm(): void;
  /** Ends all connections and frees the port. */
  close(): Promise<void>;
}

/**
 * Starts the embedded exchange: Binance's market-data REST and WebSocket endpoints on this machine's loopback
 * interface, from a seeded market model or from recorded frames.
 *
 * @throws CandlebookError PORT_IN_USE; INPUT_INVALID, also for a recording that can not be read
 */
export async function startExchange(options: ExchangeOptions = {}): Promise<Exchange> {
  const checked = checkOptions(options);
  // Loaded when first used: importing the package must not wait for servers that most never start.
  const [{ openMarket }, { LocalExchange }] = await Promise.all([
    import('./open-market.ts'),
    import('./local-exchange.ts'),
  ]);
  const exchange = new LocalExchange(await openMarket(checked), checked);
  try {
    await exchange.open(checked.port);
  } catch (error) {
    await exchange.close();
    throw error;
  }
  return exchange;
}
