import type { Ticker } from '../market/index.ts';
import { checkTickers, commonQuote, percentOf } from './tickers.ts';

export interface SentimentShares {
  readonly positivePercent: number;
  readonly negativePercent: number;
  readonly unchangedPercent: number;
}

export interface Sentiment {
  readonly symbols: number;
  readonly positive: number;
  readonly negative: number;
  readonly unchanged: number;
  /** Each symbol counts once. */
  readonly shares: SentimentShares;
  /** Each symbol counts by its 24-hour quote volume. */
  readonly volumeWeighted: SentimentShares;
  /** By the volume-weighted shares: 20 points more up than down is bullish, 20 more down than up bearish. */
  readonly mood: 'bullish' | 'bearish' | 'neutral';
}

const DECIDED = 20;

/**
 * How much of the market rose over 24 hours.
 * @throws CandlebookError INPUT_INVALID, also where the symbols are quoted in different assets
 */
export function sentiment(tickers: readonly Ticker[]): Sentiment {
  checkTickers(tickers);
  commonQuote(tickers);
  const up = tickers.filter((ticker) => ticker.priceChangePercent > 0);
  const down = tickers.filter((ticker) => ticker.priceChangePercent < 0);
  const money = (of: readonly Ticker[]) => of.reduce((sum, ticker) => sum + ticker.quoteVolume, 0);
  const shares = sharesOf(up.length, down.length, tickers.length);
  const volumeWeighted = sharesOf(money(up), money(down), money(tickers));
  const lead = volumeWeighted.positivePercent - volumeWeighted.negativePercent;
  return {
    symbols: tickers.length,
    positive: up.length,
    negative: down.length,
    unchanged: tickers.length - up.length - down.length,
    shares,
    volumeWeighted,
    mood: lead >= DECIDED ? 'bullish' : lead <= -DECIDED ? 'bearish' : 'neutral',
  };
}

function sharesOf(up: number, down: number, all: number): SentimentShares {
  const positivePercent = percentOf(up, all);
  const negativePercent = percentOf(down, all);
  return {
    positivePercent,
    negativePercent,
    unchangedPercent: percentOf(Math.max(0, all - up - down), all),
  };
}
