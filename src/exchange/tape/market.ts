import type { DataSource } from '../../market/index.ts';
import type { Book } from './book.ts';
import type { Instrument } from './instrument.ts';
import type { Tape } from './tape.ts';

/** Factor from milliseconds to the unit in which a client asked for its times. */
export type TimeUnit = 1 | 1000;

/** Stream kinds that a market publishes itself; the others are computed from its tapes and books. */
export type RawKind = 'trade' | 'aggTrade' | 'bookTicker' | 'depth';

/** Where a market puts what it publishes. */
export interface Outlet {
  /** Symbols for which somebody listens to a stream of this kind. */
  listened(kind: RawKind): Iterable<string>;
  send(kind: RawKind, symbol: string, payload: (unit: TimeUnit) => string): void;
}

/** A market whose clock is moved from outside: simulated by a model or replayed from a recording. */
export interface Market {
  readonly source: Exclude<DataSource, 'live'>;
  readonly instruments: ReadonlyMap<string, Instrument>;
  /** All before this moment (epoch ms) has been published, nothing from it on. */
  readonly now: number;
  /** Where the market ends: the recording's last moment, or Infinity. */
  readonly end: number;
  tape(symbol: string): Tape;
  book(symbol: string): Book;
  /** Moves `now` on to `time` and hands over, in order of time, what somebody listens to. */
  publish(time: number, outlet: Outlet): void;
}
