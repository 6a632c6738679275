import type { Trade } from '../../../src/market/index.ts';
import { trade } from '../../fixtures/market.ts';

export const FEED_SYMBOLS = ['BTCUSDT', 'ETHUSDT'] as const;

/** The trade of a symbol with an id: always the same, over two days. */
export function feedTrade(symbol: string, id: number): Trade {
  const time = Date.UTC(2026, 10, 24, 23, 50) + id * 1_000;
  return trade(symbol, {
    id,
    price: 100 + (id % 97) / 8,
    quantity: ((id * 7) % 31) / 16,
    time,
    eventTime: time + 0.25,
  });
}
