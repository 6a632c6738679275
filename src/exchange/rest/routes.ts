import { depth } from './depth.ts';
import type { Endpoint } from './endpoint.ts';
import { exchangeInfo, ping, time } from './general.ts';
import { klines } from './klines.ts';
import { avgPrice, ticker24h, tickerBook, tickerPrice, tickerTradingDay, tickerWindow } from './tickers.ts';
import { aggTrades, historicalTrades, trades } from './trades.ts';

export const ROUTES: Readonly<Record<string, Endpoint>> = {
  '/api/v3/ping': ping,
  '/api/v3/time': time,
  '/api/v3/exchangeInfo': exchangeInfo,
  '/api/v3/depth': depth,
  '/api/v3/trades': trades,
  '/api/v3/historicalTrades': historicalTrades,
  '/api/v3/aggTrades': aggTrades,
  '/api/v3/klines': klines,
  '/api/v3/uiKlines': klines,
  '/api/v3/avgPrice': avgPrice,
  '/api/v3/ticker': tickerWindow,
  '/api/v3/ticker/24hr': ticker24h,
  '/api/v3/ticker/tradingDay': tickerTradingDay,
  '/api/v3/ticker/price': tickerPrice,
  '/api/v3/ticker/bookTicker': tickerBook,
};
