import type { Bar } from './bar.ts';
import type { Instrument } from './instrument.ts';

/** One trade in ticks and lots; `time` in epoch ms. */
export interface TapeTrade {
  readonly id: number;
  readonly aggregateId: number;
  readonly price: number;
  readonly quantity: number;
  readonly time: number;
  readonly buyerIsMaker: boolean;
}

/** Consecutive trades of one taker order at one price. */
export interface AggregateTrade {
  readonly id: number;
  readonly price: number;
  readonly quantity: number;
  readonly firstId: number;
  readonly lastId: number;
  readonly time: number;
  readonly buyerIsMaker: boolean;
}

/**
 * All trades of one instrument that have been published so far: nothing on a tape is ahead of the streams.
 * Spans are half-open, `[from, to)`, in ids and in times.
 */
export interface Tape {
  readonly instrument: Instrument;
  /** Time of listing, or of the first recorded trade. */
  readonly firstTime: number;
  readonly firstId: number;
  readonly firstAggregateId: number;
  /** The ids that the next trade and the next aggregate will get. */
  readonly nextId: number;
  readonly nextAggregateId: number;
  trades(from: number, to: number): TapeTrade[];
  aggregates(from: number, to: number): AggregateTrade[];
  /** Id of the first published trade at or after a time; `nextId` if there is none. */
  idAt(time: number): number;
  aggregateIdAt(time: number): number;
  bar(from: number, to: number): Bar;
  /** Whether all trades before a time have been published: in a recording, frames lag behind their stamps. */
  complete(time: number): boolean;
}

/** Trades, in tape order, to the aggregates they form. */
export function aggregate(trades: readonly TapeTrade[]): AggregateTrade[] {
  const result: { -readonly [K in keyof AggregateTrade]: AggregateTrade[K] }[] = [];
  for (const trade of trades) {
    const last = result.at(-1);
    if (last && last.id === trade.aggregateId) {
      last.quantity += trade.quantity;
      last.lastId = trade.id;
    } else {
      const { aggregateId, id, price, quantity, time, buyerIsMaker } = trade;
      result.push({ id: aggregateId, price, quantity, firstId: id, lastId: id, time, buyerIsMaker });
    }
  }
  return result;
}
