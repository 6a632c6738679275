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
