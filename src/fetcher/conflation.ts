import type { DepthUpdate, MarketEvent } from '../market/index.ts';
import { keyOf } from './stream/freshness.ts';

/** Levels of a side that updates are merged up to: what a reader misses for hours must not grow without end. */
const MOST_LEVELS = 5_000;

/** Under what a waiting event may be replaced by a newer one: tickers, quotes, forming bars and depth updates. */
export function conflationKey(event: MarketEvent): string | undefined {
  switch (event.type) {
    case 'ticker':
    case 'miniTicker':
    case 'bookTicker':
      return keyOf(event);
    case 'kline':
      return event.closed ? undefined : `${keyOf(event)} ${event.candle.openTime}`;
    case 'depth':
      return `${event.symbol} depth`;
    default:
      return undefined;
  }
}

/**
 * What takes the place of a waiting event: the newer one alone, or for depth updates both as one; `undefined` where
 * the newer one does not follow upon the waiting one, so that both have to be read.
 */
export function conflate(waiting: MarketEvent, newer: MarketEvent): MarketEvent | undefined {
  if (waiting.type !== 'depth' || newer.type !== 'depth') return newer;
  if (newer.firstUpdateId !== waiting.lastUpdateId + 1) return undefined;
  if (waiting.bids.length > MOST_LEVELS || waiting.asks.length > MOST_LEVELS) return undefined;
  return {
    ...newer,
    firstUpdateId: waiting.firstUpdateId,
    bids: mergeLevels(waiting.bids, newer.bids),
    asks: mergeLevels(waiting.asks, newer.asks),
  };
}

/** The last quantity of each price counts. */
function mergeLevels(first: DepthUpdate['bids'], then: DepthUpdate['bids']): DepthUpdate['bids'] {
  const levels = new Map(first.map((level) => [level[0], level]));
  for (const level of then) levels.set(level[0], level);
  return [...levels.values()];
}
