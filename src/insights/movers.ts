import type { Ticker } from '../market/index.ts';
import { checkTickers } from './tickers.ts';

export interface Mover {
  readonly symbol: string;
  readonly lastPrice: number;
  /** Over 24 hours, in the quote asset. */
  readonly priceChange: number;
  /** Over 24 hours, in percent: 1.5 is +1.5 %. */
  readonly priceChangePercent: number;
}

export interface TopMovers {
  /** Those that rose, most first. */
  readonly gainers: readonly Mover[];
  /** Those that fell, most first. */
  readonly losers: readonly Mover[];
}

/**
 * Who rose and who fell most over 24 hours. An unchanged price is in neither list.
 * @param options `count`: how many of each at most; default 3
 * @throws CandlebookError INPUT_INVALID
 */
export function topMovers(tickers: readonly Ticker[], options: { count?: number } = {}): TopMovers {
  checkTickers(tickers);
  const { count = 3 } = options;
  const movers = tickers
    .map(({ symbol, lastPrice, priceChange, priceChangePercent }) => ({
      symbol,
      lastPrice,
      priceChange,
      priceChangePercent,
    }))
    .sort((a, b) => b.priceChangePercent - a.priceChangePercent);
  return {
    gainers: movers.filter((mover) => mover.priceChangePercent > 0).slice(0, count),
    losers: movers
      .filter((mover) => mover.priceChangePercent < 0)
      .reverse()
      .slice(0, count),
  };
}
