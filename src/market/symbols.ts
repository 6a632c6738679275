/** The seven pairs of the original dashboard, as binance.us lists them. */
export const DOCUMENT_SYMBOLS = [
  'BTCUSD',
  'ETHUSD',
  'ADAUSD',
  'DOGEUSD',
  'SOLUSD',
  'XRPUSD',
  'DOTUSD',
] as const;

/** The same coins against USDT, as binance.com lists them. */
export const USDT_SYMBOLS = [
  'BTCUSDT',
  'ETHUSDT',
  'ADAUSDT',
  'DOGEUSDT',
  'SOLUSDT',
  'XRPUSDT',
  'DOTUSDT',
] as const;

const QUOTES = ['FDUSD', 'USDT', 'USDC', 'USD', 'EUR', 'TRY', 'BTC', 'ETH', 'BNB'];

/** `BTCUSDT` → `['BTC', 'USDT']`; the quote is `''` where it is none of the usual ones. For labels only. */
export function splitSymbol(symbol: string): [base: string, quote: string] {
  const quote = QUOTES.find((q) => symbol.length > q.length && symbol.endsWith(q)) ?? '';
  return [symbol.slice(0, symbol.length - quote.length), quote];
}

/** As Binance names its pairs, 币安人生USDT among them. */
const SYMBOL = /^[\p{Lu}\p{Lo}\p{N}]{2,30}$/u;

/** A pair as the exchange names it, such as `BTCUSDT`, from a text in any case; `undefined` where it is none. */
export function acceptSymbol(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const symbol = value.trim().toUpperCase();
  return SYMBOL.test(symbol) ? symbol : undefined;
}
