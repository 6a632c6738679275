import { type Bar, BarSum, emptyBar } from '../tape/bar.ts';
import type { Instrument } from '../tape/instrument.ts';
import { type AggregateTrade, aggregate, type Tape, type TapeTrade } from '../tape/tape.ts';

/**
 * The tape of a recorded pair. Trades appear on it when their frame is sent. Aggregates are not recorded:
 * they are formed from trades of one time, price and side, and numbered from 1.
 */
export class RecordedTape implements Tape {
  readonly instrument: Instrument;
  readonly #trades: readonly TapeTrade[];
  /** How many of the trades have been published. */
  #published = 0;
  /** Sum of all that has been published: what a rolling window over a short recording always asks for. */
  readonly #whole = new BarSum();

  constructor(instrument: Instrument, trades: readonly TapeTrade[]) {
    this.instrument = instrument;
    this.#trades = trades;
  }

  /** Puts the next recorded trade on the tape. */
  publishNext(): void {
    const { id, price, quantity, buyerIsMaker } = this.#trades[this.#published++]!;
    this.#whole.trade(id, price, quantity, buyerIsMaker);
  }

  /** Whether the trade published last was its aggregate's last one. */
  get aggregateEnded(): boolean {
    return this.#trades[this.#published]?.aggregateId !== this.#trades[this.#published - 1]?.aggregateId;
  }

  get firstTime(): number {
    return this.#trades[0]?.time ?? 0;
  }

  get firstId(): number {
    return this.#trades[0]?.id ?? 0;
  }

  get firstAggregateId(): number {
    return this.#trades[0]?.aggregateId ?? 0;
  }

  get nextId(): number {
    return this.#published === 0 ? this.firstId : this.#trades[this.#published - 1]!.id + 1;
  }

  get nextAggregateId(): number {
    return this.#published === 0 ? this.firstAggregateId : this.#trades[this.#published - 1]!.aggregateId + 1;
  }

  trades(from: number, to: number): TapeTrade[] {
    return this.#trades.slice(this.#find('id', from), Math.max(this.#find('id', to), 0));
  }

  aggregates(from: number, to: number): AggregateTrade[] {
    return aggregate(this.#trades.slice(this.#find('aggregateId', from), this.#find('aggregateId', to)));
  }

  idAt(time: number): number {
    const at = this.#find('time', time);
    return at < this.#published ? this.#trades[at]!.id : this.nextId;
  }

  aggregateIdAt(time: number): number {
    const at = this.#find('time', time);
    return at < this.#published ? this.#trades[at]!.aggregateId : this.nextAggregateId;
  }

  bar(from: number, to: number): Bar {
    const start = this.#find('time', from);
    const end = this.#find('time', to);
    if (start === 0 && end === this.#published && end > 0) return { ...this.#whole.result()! };
    const sum = new BarSum();
    for (let i = start; i < end; i++) {
      const { id, price, quantity, buyerIsMaker } = this.#trades[i]!;
      sum.trade(id, price, quantity, buyerIsMaker);
    }
    const before = this.#trades[Math.max(start - 1, 0)];
    return sum.result() ?? emptyBar(before?.price ?? 0);
  }

  complete(time: number): boolean {
    const next = this.#trades[this.#published];
    return !next || next.time >= time;
  }

  /** Index of the first published trade whose field is at least `value`. */
  #find(field: 'id' | 'aggregateId' | 'time', value: number): number {
    let low = 0;
    let high = this.#published;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#trades[middle]![field] < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
