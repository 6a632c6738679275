/** The exchange's own connector, @binance/spot: every market endpoint and stream. */
import { Spot } from '@binance/spot';
import { lifeMs, Report, restUrl, SYMBOLS, wsUrl } from './report.mjs';

const report = new Report();
const names = SYMBOLS.map((pair) => pair.join(''));
const [symbol] = names;
const client = new Spot({
  configurationRestAPI: { apiKey: '', basePath: restUrl },
  configurationWebsocketStreams: { wsURL: wsUrl, reconnectDelay: 200, mode: 'single' },
});
const api = client.restAPI;
const many = (least) => (rows) => rows.length >= least;
const REQUESTS = {
  exchangeInfo: [
    () => api.exchangeInfo(),
    ({ symbols }) => names.every((name) => symbols.some((s) => s.symbol === name)),
  ],
  'exchangeInfo, one': [() => api.exchangeInfo({ symbol }), ({ symbols }) => symbols.length === 1],
  ping: [() => api.ping(), () => true],
  time: [() => api.time(), ({ serverTime }) => Math.abs(Number(serverTime) - Date.now()) < 60_000],
  klines: [() => api.klines({ symbol, interval: '1m', limit: 1000 }), many(1000)],
  uiKlines: [() => api.uiKlines({ symbol, interval: '1d', timeZone: '8', limit: 5 }), many(5)],
  aggTrades: [() => api.aggTrades({ symbol, limit: 10 }), many(10)],
  getTrades: [() => api.getTrades({ symbol, limit: 10 }), many(10)],
  historicalTrades: [() => api.historicalTrades({ symbol, limit: 10 }), many(10)],
  depth: [
    () => api.depth({ symbol, limit: 50 }),
    ({ bids, asks }) => Number(bids[0][0]) < Number(asks[0][0]),
  ],
  avgPrice: [() => api.avgPrice({ symbol }), ({ price }) => Number(price) > 0],
  ticker24hr: [() => api.ticker24hr({ symbols: names }), many(3)],
  'ticker24hr, MINI': [
    () => api.ticker24hr({ symbol, type: 'MINI' }),
    ({ lastPrice }) => Number(lastPrice) > 0,
  ],
  ticker: [() => api.ticker({ symbols: names, windowSize: '4h' }), many(3)],
  tickerPrice: [() => api.tickerPrice({ symbol }), ({ price }) => Number(price) > 0],
  tickerBookTicker: [() => api.tickerBookTicker({ symbols: names }), many(3)],
  tickerTradingDay: [() => api.tickerTradingDay({ symbols: names }), many(3)],
};

/** What each stream's message must hold. */
const STREAMS = {
  trade: [(s) => s.trade({ symbol }), ({ t, p }) => t > 0 && Number(p) > 0],
  aggTrade: [(s) => s.aggTrade({ symbol }), ({ a, f, l }) => a > 0 && l >= f],
  kline: [(s) => s.kline({ symbol, interval: '1s' }), ({ k }) => Number(k.h) >= Number(k.l)],
  klineOffset: [(s) => s.klineOffset({ symbol, interval: '1m' }), ({ k }) => k.i === '1m'],
  miniTicker: [(s) => s.miniTicker({ symbol }), ({ c }) => Number(c) > 0],
  allMiniTicker: [(s) => s.allMiniTicker(), many(1)],
  ticker: [(s) => s.ticker({ symbol }), ({ b, a }) => Number(b) < Number(a)],
  rollingWindowTicker: [(s) => s.rollingWindowTicker({ symbol, windowSize: '1h' }), ({ o }) => Number(o) > 0],
  allMarketRollingWindowTicker: [(s) => s.allMarketRollingWindowTicker({ windowSize: '4h' }), many(1)],
  avgPrice: [(s) => s.avgPrice({ symbol }), ({ w }) => Number(w) > 0],
  bookTicker: [(s) => s.bookTicker({ symbol }), ({ b, a }) => Number(b) < Number(a)],
  partialBookDepth: [(s) => s.partialBookDepth({ symbol, levels: '5' }), ({ bids }) => bids.length === 5],
  diffBookDepth: [(s) => s.diffBookDepth({ symbol, updateSpeed: '100ms' }), ({ U, u }) => u >= U],
};

const streams = await client.websocketStreams.connect();
streams.on('error', (error) => report.error('socket', error));
streams.on('close', () => report.rollovers++);
for (const [name, [open, check]] of Object.entries(STREAMS)) {
  open(streams).on('message', (message) => {
    report.check(name, check(message), message);
    report.count(`${name} stream`);
  });
  // Each is a message of its own, and the exchange takes five a second.
  await new Promise((resolve) => setTimeout(resolve, 250));
}

while (report.running) {
  for (const [name, [ask, check]] of Object.entries(REQUESTS))
    await report.ask(name, async () => (await ask()).data(), check);
  await new Promise((resolve) => setTimeout(resolve, 2000));
}
for (const name of Object.keys(STREAMS))
  report.check(`${name} stream`, report.counts[`${name} stream`] > 0, 'no message');
report.check('rollovers', report.rollovers > 0 || lifeMs > 3_600_000, report.rollovers);
report.end();
