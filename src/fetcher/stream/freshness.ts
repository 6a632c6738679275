import type { BookTicker, KlineEvent, MiniTicker, Ticker } from '../../market/index.ts';

/** What a newer event of the same kind replaces. */
export type Conflated = KlineEvent | Ticker | MiniTicker | BookTicker;

/**
 * Lets each frame that has no consecutive id through once and in order: what a second socket, a delay or a repetition
 * brings again is old.
 */
export class Freshness {
  /** Stream of a symbol → what its last frame was ordered by. */
  #last = new Map<string, readonly [number, number]>();

  /** A new connection after a break: an exchange that started anew may count anew. */
  restart(): void {
    this.#last = new Map();
  }

  forget(symbol: string): void {
    for (const key of this.#last.keys()) if (key.startsWith(`${symbol} `)) this.#last.delete(key);
  }

  isNew(event: Conflated): boolean {
    const key = keyOf(event);
    const order = orderOf(event);
    const last = this.#last.get(key);
    if (last && (order[0] < last[0] || (order[0] === last[0] && order[1] <= last[1]))) return false;
    this.#last.set(key, order);
    return true;
  }
}

/** What a newer event replaces. */
export function keyOf(event: Conflated): string {
  return event.type === 'kline' ? `${event.symbol} kline ${event.interval}` : `${event.symbol} ${event.type}`;
}

function orderOf(event: Conflated): readonly [number, number] {
  switch (event.type) {
    case 'kline':
      return [event.eventTime, event.candle.openTime + (event.closed ? 0.5 : 0)];
    case 'ticker':
    case 'miniTicker':
      return [event.eventTime, 0];
    case 'bookTicker':
      return [event.updateId, 0];
  }
}
