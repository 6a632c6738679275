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

/** Stablecoins and the dollar: one of each is taken for one of the other. */
const DOLLARS = ['USD', 'USDT', 'USDC', 'FDUSD', 'TUSD', 'BUSD'];

export interface CommonVolumes {
  /** The asset of the volumes: the commonest quote; `USD` where that is several dollar coins, `''` if unknown. */
  readonly quote: string;
  /** 24-hour quote volume of each ticker, in that asset. */
  readonly volumes: readonly number[];
}

/**
 * Quote volumes that can be added up. Where the pairs are quoted in different assets, they are converted by the last
 * prices of the tickers themselves: ETHBTC's bitcoins by BTCUSDT, or by ETHUSDT and ETHBTC.
 * @throws CandlebookError INPUT_INVALID where no pair leads from one quote to the other
 */
export function commonVolumes(tickers: readonly Ticker[]): CommonVolumes {
  const pairs = tickers.map((ticker) => splitSymbol(ticker.symbol));
  const quotes = [...new Set(pairs.map(([, quote]) => quote))];
  if (quotes.length <= 1)
    return { quote: quotes[0] ?? '', volumes: tickers.map((ticker) => ticker.quoteVolume) };

  const asset = (name: string) => (DOLLARS.includes(name) ? 'USD' : name);
  const uses = (quote: string) => pairs.filter((pair) => asset(pair[1]) === quote).length;
  const target = [...new Set(quotes.map(asset))].reduce((best, quote) =>
    uses(quote) > uses(best) ? quote : best,
  );

  // What one of each asset is worth in the target, found pair by pair from there.
  const worth = new Map([[target, 1]]);
  for (let known = 0; known < worth.size; ) {
    known = worth.size;
    pairs.forEach(([base, quote], i) => {
      const [b, q, price] = [asset(base), asset(quote), tickers[i]!.lastPrice];
      if (!(price > 0)) return;
      if (worth.has(q) && !worth.has(b)) worth.set(b, worth.get(q)! * price);
      else if (worth.has(b) && !worth.has(q)) worth.set(q, worth.get(b)! / price);
    });
  }
  const lost = quotes.find((quote) => !worth.has(asset(quote)));
  if (lost !== undefined) {
    throw new CandlebookError(
      'INPUT_INVALID',
      `Volumes in ${lost || 'an unknown asset'} and in ${target || 'an unknown asset'} can not be added up.`,
      { value: quotes, hint: `Pass pairs of one quote asset, or one that leads from ${lost} to ${target}.` },
    );
  }
  const named = quotes.filter((quote) => asset(quote) === target);
  const quote = named.length === 1 ? named[0]! : target;
  return { quote, volumes: tickers.map((ticker, i) => ticker.quoteVolume * worth.get(asset(pairs[i]![1]))!) };
}

/** `part` of `whole` in percent; 0 of nothing is 0. */
export function percentOf(part: number, whole: number): number {
  return whole === 0 ? 0 : (part / whole) * 100;
}
