import type { Ticker } from '../market/index.ts';
import { checkTickers, commonVolumes, percentOf } from './tickers.ts';

export interface MarketShare {
  readonly symbol: string;
  /** Traded in 24 hours, in the quote asset; in the commonest one where they differ, at the last prices. */
  readonly quoteVolume: number;
  /** Of all the symbols given, in percent. */
  readonly sharePercent: number;
}

/**
 * What part of the money traded in 24 hours each symbol has, largest first.
 * @throws CandlebookError INPUT_INVALID, also where volumes are in assets between which no pair leads
 */
export function marketShare(tickers: readonly Ticker[]): MarketShare[] {
  checkTickers(tickers);
  const { volumes } = commonVolumes(tickers);
  const total = volumes.reduce((sum, volume) => sum + volume, 0);
  return tickers
    .map(({ symbol }, i) => ({
      symbol,
      quoteVolume: volumes[i]!,
      sharePercent: percentOf(volumes[i]!, total),
    }))
    .sort((a, b) => b.quoteVolume - a.quoteVolume);
}
