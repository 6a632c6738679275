import type { Ticker } from '../market/index.ts';
import { type Mover, topMovers } from './movers.ts';
import { type Sentiment, sentiment } from './sentiment.ts';
import { commonVolumes, percentOf } from './tickers.ts';

export interface Summary24h {
  readonly symbols: number;
  /** The asset of the volumes: the commonest quote; `USD` for several dollar coins, `''` where it is unknown. */
  readonly quote: string;
  readonly totalQuoteVolume: number;
  readonly totalTrades: number;
  /** Mean of the symbols' changes, in percent. */
  readonly averageChangePercent: number;
  /** The same, each symbol by its quote volume. */
  readonly weightedChangePercent: number;
  readonly topGainer: Mover | undefined;
  readonly topLoser: Mover | undefined;
  readonly mostTraded: { readonly symbol: string; readonly quoteVolume: number } | undefined;
  /** The widest range from the day's low to its high, in percent of the low. */
  readonly widestRange: { readonly symbol: string; readonly rangePercent: number } | undefined;
  readonly sentiment: Sentiment;
  /** Newest of the tickers' event times, epoch ms; `undefined` without tickers. */
  readonly time: number | undefined;
}

/**
 * The last 24 hours of the market that the tickers are of.
 * @throws CandlebookError INPUT_INVALID, also where volumes are in assets between which no pair leads
 */
export function summary24h(tickers: readonly Ticker[]): Summary24h {
  const { gainers, losers } = topMovers(tickers, { count: 1 });
  const { quote, volumes } = commonVolumes(tickers);
  const sum = (of: (ticker: Ticker) => number) => tickers.reduce((total, ticker) => total + of(ticker), 0);
  const totalQuoteVolume = volumes.reduce((total, volume) => total + volume, 0);
  const most = volumes.indexOf(Math.max(...volumes));
  const widest = largest(tickers, rangePercent);
  return {
    symbols: tickers.length,
    quote,
    totalQuoteVolume,
    totalTrades: sum((ticker) => ticker.tradeCount),
    averageChangePercent:
      tickers.length === 0 ? 0 : sum((ticker) => ticker.priceChangePercent) / tickers.length,
    weightedChangePercent:
      percentOf(
        volumes.reduce((total, volume, i) => total + tickers[i]!.priceChangePercent * volume, 0),
        totalQuoteVolume,
      ) / 100,
    topGainer: gainers[0],
    topLoser: losers[0],
    mostTraded: most < 0 ? undefined : { symbol: tickers[most]!.symbol, quoteVolume: volumes[most]! },
    widestRange: widest && { symbol: widest.symbol, rangePercent: rangePercent(widest) },
    sentiment: sentiment(tickers),
    time: tickers.length === 0 ? undefined : Math.max(...tickers.map((ticker) => ticker.eventTime)),
  };
}

function rangePercent({ highPrice, lowPrice }: Ticker): number {
  return percentOf(highPrice - lowPrice, lowPrice);
}

function largest(tickers: readonly Ticker[], by: (ticker: Ticker) => number): Ticker | undefined {
  return tickers.reduce<Ticker | undefined>(
    (best, t) => (best === undefined || by(t) > by(best) ? t : best),
    undefined,
  );
}
