import type {
  BookTicker,
  DepthUpdate,
  FeedEvent,
  KlineEvent,
  MiniTicker,
  Ticker,
} from '../../market/index.ts';

type Stamped = KlineEvent | Ticker | MiniTicker | BookTicker | DepthUpdate;
type Gap = Extract<FeedEvent, { type: 'gap' }>;

/**
 * Lets each frame that is not a trade through once and in order: what a second socket, a delay or a repetition
 * brings again is old. Holes in the ids of depth updates are named; they can not be fetched, so that a book has to
 * be built anew.
 */
export class Freshness {
  /** Stream of a symbol → what its last frame was ordered by. */
  #last = new Map<string, readonly [number, number]>();
  readonly #depth = new Map<string, number>();

  /** A new connection after a break: an exchange that started anew may count anew. */
  restart(): void {
    this.#last = new Map();
  }

  isNew(event: Stamped): boolean {
    const key = keyOf(event);
    const order = orderOf(event);
    const last = this.#last.get(key);
    if (last && (order[0] < last[0] || (order[0] === last[0] && order[1] <= last[1]))) return false;
    this.#last.set(key, order);
    return true;
  }

  /** The hole before a depth update that is new. */
  hole(event: DepthUpdate): Gap | undefined {
    const { symbol } = event;
    const expected = (this.#depth.get(symbol) ?? event.firstUpdateId - 1) + 1;
    this.#depth.set(symbol, event.lastUpdateId);
    if (event.firstUpdateId <= expected) return undefined;
    return {
      type: 'gap',
      at: Date.now(),
      symbol,
      stream: 'depth',
      fromId: expected,
      toId: event.firstUpdateId - 1,
      reason: 'depth updates can not be fetched again: the book has to be built anew',
    };
  }
}

/** What a newer event replaces. */
export function keyOf(event: Stamped): string {
  return event.type === 'kline' ? `${event.symbol} kline ${event.interval}` : `${event.symbol} ${event.type}`;
}

function orderOf(event: Stamped): readonly [number, number] {
  switch (event.type) {
    case 'kline':
      return [event.eventTime, event.candle.openTime + (event.closed ? 0.5 : 0)];
    case 'ticker':
    case 'miniTicker':
      return [event.eventTime, 0];
    case 'bookTicker':
      return [event.updateId, 0];
    case 'depth':
      return [event.lastUpdateId, 0];
  }
}
