/** The client `binance` of tiagosiebler: endpoints and streams of the spot market. */
import { MainClient, WebsocketClient } from 'binance';
import { lifeMs, Report, restUrl, SYMBOLS, wsUrl } from './report.mjs';

const report = new Report();
const names = SYMBOLS.map((pair) => pair.join(''));
const [symbol] = names;
const api = new MainClient({ baseUrl: restUrl, disableTimeSync: true });
const many = (least) => (rows) => rows.length >= least;
const REQUESTS = {
  getExchangeInfo: [() => api.getExchangeInfo({ symbols: names }), ({ symbols }) => symbols.length === 3],
  getKlines: [() => api.getKlines({ symbol, interval: '5m', limit: 200 }), many(200)],
  getAggregateTrades: [() => api.getAggregateTrades({ symbol, limit: 20 }), many(20)],
  getRecentTrades: [() => api.getRecentTrades({ symbol, limit: 20 }), many(20)],
  getOrderBook: [
    () => api.getOrderBook({ symbol, limit: 100 }),
    ({ bids, asks }) => Number(bids[0][0]) < Number(asks[0][0]),
  ],
  getAvgPrice: [() => api.getAvgPrice({ symbol }), ({ price }) => Number(price) > 0],
  get24hrChangeStatistics: [() => api.get24hrChangeStatistics({ symbols: names }), many(3)],
  getSymbolPriceTicker: [() => api.getSymbolPriceTicker({ symbol }), ({ price }) => Number(price) > 0],
  getSymbolOrderBookTicker: [
    () => api.getSymbolOrderBookTicker({ symbol }),
    ({ bidPrice }) => Number(bidPrice) > 0,
  ],
};

const quiet = { trace() {}, info() {}, error() {} };
const socket = new WebsocketClient({ wsUrl, beautify: false, reconnectTimeout: 200 }, quiet);
const STREAMS = [
  ...names.flatMap((name) =>
    ['trade', 'aggTrade', 'kline_1m', 'depth@100ms', 'bookTicker', 'ticker'].map(
      (stream) => `${name.toLowerCase()}@${stream}`,
    ),
  ),
  '!miniTicker@arr',
];
socket.on('message', (message) => {
  if (message.stream ?? message.streamName)
    report.count(`${message.stream ?? message.streamName}`.replace(/^.*@/, '@'));
  else if (message.e) report.count(message.e);
});
socket.on('reconnecting', () => report.rollovers++);
socket.on('exception', (error) => report.error('socket', error));
socket.on('response', (answer) =>
  report.check('answer', answer.result === null || answer.isWSAPIResponse, answer),
);
await socket.subscribe(STREAMS, 'main');

while (report.running) {
  for (const [name, [ask, check]] of Object.entries(REQUESTS)) await report.ask(name, ask, check);
  await new Promise((resolve) => setTimeout(resolve, 2000));
}
report.check('streams', Object.keys(report.counts).length > Object.keys(REQUESTS).length, report.counts);
report.check('rollovers', report.rollovers > 0 || lifeMs > 3_600_000, report.rollovers);
socket.closeAll(true);
report.end();
