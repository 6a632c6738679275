import type { Interval } from '../../market/index.ts';

/** What a symbol is followed by. */
export type StreamName =
  | 'trade'
  | 'aggTrade'
  | 'ticker'
  | 'miniTicker'
  | 'bookTicker'
  | 'depth'
  | 'depth@100ms'
  | `kline_${Interval}`;

/** The exchange's limit for one connection. */
export const MOST_STREAMS = 1024;

/** The exchange's names: `btcusdt@trade`. */
export function streamNames(symbols: readonly string[], streams: readonly StreamName[]): string[] {
  return symbols.flatMap((symbol) => streams.map((stream) => `${symbol.toLowerCase()}@${stream}`));
}
