/** ccxt.pro's Binance client: tickers, trades, candles and books, by REST and by socket. */
import ccxt from 'ccxt';
import { lifeMs, Report, restUrl, SYMBOLS, wsUrl } from './report.mjs';

const report = new Report();
const symbols = SYMBOLS.map((pair) => pair.join('/'));
const exchange = new ccxt.pro.binance({
  enableRateLimit: true,
  options: { fetchMarkets: { types: ['spot'] }, fetchCurrencies: false },
});
exchange.urls.api.public = `${restUrl}/api/v3`;
exchange.urls.api.ws.spot = `${wsUrl}/ws/stream`;
// ccxt expects this where an address is not one that it knows.
exchange.loadHttpProxyAgent();

await report.ask(
  'loadMarkets',
  () => exchange.loadMarkets(),
  (markets) => symbols.every((s) => markets[s].active),
);

async function rest() {
  const day = Date.now() - 86_400_000;
  while (report.running) {
    await report.ask(
      'fetchTickers',
      () => exchange.fetchTickers(symbols),
      (all) => symbols.every((s) => all[s].last > 0),
    );
    await report.ask(
      'fetchOHLCV',
      () => exchange.fetchOHLCV(symbols[0], '1m', day, 1000),
      (rows) => rows.length === 1000 && rows.every(([t], i) => i === 0 || t === rows[i - 1][0] + 60_000),
    );
    await report.ask(
      'fetchTrades',
      () => exchange.fetchTrades(symbols[1], undefined, 500),
      (rows) => rows.length === 500,
    );
    await report.ask(
      'fetchOrderBook',
      () => exchange.fetchOrderBook(symbols[2], 1000),
      ({ bids, asks }) => bids.length > 100 && bids[0][0] < asks[0][0],
    );
    await report.ask(
      'fetchTime',
      () => exchange.fetchTime(),
      (time) => Math.abs(time - Date.now()) < 60_000,
    );
    await exchange.sleep(1000);
  }
}

/** One watch, again and again; the end of a connection's life is its own kind of error, and only then. */
async function watch(what, next, check) {
  while (report.running) {
    try {
      const value = await Promise.race([
        next(),
        exchange.sleep(20_000).then(() => {
          throw new Error('nothing for 20 s');
        }),
      ]);
      report.check(what, check(value), value);
      report.count(what);
    } catch (error) {
      if (error instanceof ccxt.NetworkError && /\b1001\b/.test(error.message)) report.rollovers++;
      else report.error(what, error);
      await exchange.sleep(50);
    }
  }
}

const lastIds = new Map();
const inOrder = (trades) =>
  trades.every(({ symbol, id }) => {
    const right = Number(id) > (lastIds.get(symbol) ?? 0);
    lastIds.set(symbol, Number(id));
    return right;
  });
exchange.newUpdates = true;
await Promise.all([
  rest(),
  watch(
    'watchTickers',
    () => exchange.watchTickers(symbols),
    (all) => Object.values(all).every(({ last }) => last > 0),
  ),
  watch(
    'watchTicker',
    () => exchange.watchTicker(symbols[0]),
    ({ last, high, low }) => low <= last && last <= high,
  ),
  watch('watchTrades', () => exchange.watchTradesForSymbols(symbols), inOrder),
  watch(
    'watchOHLCV',
    () => exchange.watchOHLCV(symbols[0], '1m'),
    (rows) => rows.every((row) => row[2] >= row[3]),
  ),
  watch(
    'watchOrderBook',
    () => exchange.watchOrderBookForSymbols(symbols),
    ({ bids, asks }) => bids.length > 10 && bids[0][0] < asks[0][0],
  ),
  watch(
    'watchBidsAsks',
    () => exchange.watchBidsAsks(symbols),
    (all) => Object.values(all).every(({ bid, ask }) => bid < ask),
  ),
]);
report.check('rollovers', report.rollovers > 0 || lifeMs > 3_600_000, report.rollovers);
await exchange.close().catch(() => undefined);
report.end();
