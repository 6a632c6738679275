import { CandlebookError, splitSymbol, type Ticker } from '../market/index.ts';

/** Fields that the insights add up or compare. */
const READ = [
  'lastPrice',
  'priceChange',
  'priceChangePercent',
  'highPrice',
  'lowPrice',
  'volume',
  'quoteVolume',
] as const;

/** @throws CandlebookError INPUT_INVALID on a number that is none or a symbol that comes twice */
export function checkTickers(tickers: readonly Ticker[]): void {
  const seen = new Set<string>();
  tickers.forEach((ticker, i) => {
    for (const field of READ) {
      if (Number.isFinite(ticker[field])) continue;
      throw new CandlebookError(
        'INPUT_INVALID',
        `The ticker of ${ticker.symbol} at index ${i} has ${field} ${ticker[field]}.`,
        {
          value: ticker,
          hint: 'Leave the ticker out until the exchange states it.',
        },
      );
    }
    if (seen.has(ticker.symbol)) {
      throw new CandlebookError(
        'INPUT_INVALID',
        `The ticker of ${ticker.symbol} comes twice, again at index ${i}.`,
        {
          value: ticker.symbol,
          hint: 'Pass the newest ticker of each symbol.',
        },
      );
    }
    seen.add(ticker.symbol);
  });
}

/** Stablecoins and the dollar: their volumes may be added up. */
const DOLLARS = ['USD', 'USDT', 'USDC', 'FDUSD', 'TUSD', 'BUSD'];

/** The asset in which volumes are stated, where it is one for all. @throws CandlebookError INPUT_INVALID */
export function commonQuote(tickers: readonly Ticker[]): string {
  const quotes = [...new Set(tickers.map((ticker) => splitSymbol(ticker.symbol)[1]))];
  if (quotes.length <= 1) return quotes[0] ?? '';
  if (quotes.every((quote) => DOLLARS.includes(quote))) return 'USD';
  throw new CandlebookError(
    'INPUT_INVALID',
    `Volumes in ${quotes.map((q) => q || 'an unknown quote').join(' and ')} can not be added up.`,
    {
      value: quotes,
      hint: 'Pass pairs of one quote asset; dollars and dollar stablecoins count as one.',
    },
  );
}

/** `part` of `whole` in percent; 0 of nothing is 0. */
export function percentOf(part: number, whole: number): number {
  return whole === 0 ? 0 : (part / whole) * 100;
}
