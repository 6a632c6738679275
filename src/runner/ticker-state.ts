import type { Ticker, Trade } from '../market/index.ts';

/**
 * The 24-hour statistics of the tracked symbols between two ticker events: each trade moves the last price,
 * the change and, where it passes them, the day's extremes. The exchange's own next ticker replaces it all,
 * so nothing drifts. Volumes are left to the exchange: a sum kept here would count the window's start twice.
 */
export class TickerState {
  readonly #tickers = new Map<string, Ticker>();
  readonly #order: readonly string[];

  constructor(symbols: readonly string[]) {
    this.#order = symbols;
  }

  /** Takes the exchange's ticker, unless a later trade is already shown. @returns whether anything changed */
  replace(ticker: Ticker): boolean {
    const shown = this.#tickers.get(ticker.symbol);
    if (shown && ticker.eventTime < shown.eventTime && ticker.lastTradeId < shown.lastTradeId) {
      this.#tickers.set(
        ticker.symbol,
        withPrice(ticker, shown.lastPrice, shown.lastTradeId, shown.eventTime),
      );
    } else this.#tickers.set(ticker.symbol, ticker);
    return true;
  }

  /** Moves the symbol's price to a trade's. @returns whether anything changed */
  apply(trade: Trade): boolean {
    const shown = this.#tickers.get(trade.symbol);
    if (!shown || trade.id <= shown.lastTradeId) return false;
    this.#tickers.set(trade.symbol, withPrice(shown, trade.price, trade.id, trade.eventTime));
    return true;
  }

  /** In the order of the settings; symbols without a ticker yet are left out. */
  list(): Ticker[] {
    return this.#order.flatMap((symbol) => this.#tickers.get(symbol) ?? []);
  }
}

function withPrice(ticker: Ticker, lastPrice: number, lastTradeId: number, eventTime: number): Ticker {
  const priceChange = lastPrice - ticker.openPrice;
  return {
    ...ticker,
    lastPrice,
    priceChange,
    priceChangePercent: ticker.openPrice === 0 ? 0 : (priceChange / ticker.openPrice) * 100,
    highPrice: Math.max(ticker.highPrice, lastPrice),
    lowPrice: Math.min(ticker.lowPrice, lastPrice),
    lastTradeId,
    eventTime,
  };
}
