import type { Ticker } from '../market/index.ts';
import { checkTickers, commonQuote, percentOf } from './tickers.ts';

export interface MarketShare {
  readonly symbol: string;
  /** Traded in 24 hours, in the quote asset. */
  readonly quoteVolume: number;
  /** Of all the symbols given, in percent. */
  readonly sharePercent: number;
}

/**
 * What part of the money traded in 24 hours each symbol has, largest first.
 * @throws CandlebookError INPUT_INVALID, also where the symbols are quoted in different assets
 */
export function marketShare(tickers: readonly Ticker[]): MarketShare[] {
  checkTickers(tickers);
  commonQuote(tickers);
  const total = tickers.reduce((sum, ticker) => sum + ticker.quoteVolume, 0);
  return tickers
    .map(({ symbol, quoteVolume }) => ({ symbol, quoteVolume, sharePercent: percentOf(quoteVolume, total) }))
    .sort((a, b) => b.quoteVolume - a.quoteVolume);
}
