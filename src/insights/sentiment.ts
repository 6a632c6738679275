import type { Ticker } from '../market/index.ts';
import { checkTickers, commonVolumes, percentOf } from './tickers.ts';

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
 * @throws CandlebookError INPUT_INVALID, also where volumes are in assets between which no pair leads
 */
export function sentiment(tickers: readonly Ticker[]): Sentiment {
  checkTickers(tickers);
  const { volumes } = commonVolumes(tickers);
  const signs = tickers.map((ticker) => Math.sign(ticker.priceChangePercent));
  const count = (sign: number) => signs.filter((of) => of === sign).length;
  const money = (sign: number) =>
    volumes.reduce((sum, volume, i) => sum + (signs[i] === sign ? volume : 0), 0);
  const shares = sharesOf(count(1), count(-1), tickers.length);
  const volumeWeighted = sharesOf(money(1), money(-1), money(1) + money(-1) + money(0));
  const lead = volumeWeighted.positivePercent - volumeWeighted.negativePercent;
  return {
    symbols: tickers.length,
    positive: count(1),
    negative: count(-1),
    unchanged: count(0),
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
