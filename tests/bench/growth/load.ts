/*
 * The exchange of a growth run, a process of its own: load.ts <symbols>. Requests are answered by the embedded exchange;
 * its streams bring as many trades a second as the parent asks for, evenly over all pairs, each stamped when it is
 * written, and of every pair a ticker each second and a bar every two, as on the exchange.
 */
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Counters } from '../../../src/exchange/counters.ts';
import { startExchange } from '../../../src/exchange/index.ts';
import { listPair } from '../../../src/exchange/model/coins.ts';
import { Hub } from '../../../src/exchange/stream/hub.ts';
import { StreamServer } from '../../../src/exchange/stream/server.ts';
import { seededRandom } from '../measure/random.ts';
import { LoadPair } from './pair.ts';

/** What the parent asks for: trades a second from now on. */
export interface LoadOrder {
  readonly rate: number;
}

/** What has been sent by now, and the CPU time that it took, ms. */
export interface LoadTold {
  readonly events: number;
  readonly trades: number;
  readonly cpu: number;
}

const TICK_MS = 5;
/** As the embedded exchange where nothing may be lost: a reader so far behind holds the load up. */
const HOLD_BYTES = 1024 * 1024;
const FOR_EVER = 1e9;

const count = Number(process.argv[2]);
const exchange = await startExchange({
  symbols: ['BTCUSDT'],
  symbolCount: count,
  weightLimit: FOR_EVER,
  maxConnectionAttempts: FOR_EVER,
});
const random = seededRandom(5);
const pairs = exchange.symbols.map((symbol) => {
  const { price, instrument } = listPair(symbol);
  const pair = new LoadPair(instrument, Math.round(price * 10 ** instrument.priceDecimals));
  const streams = `${symbol.toLowerCase()}@`;
  return { pair, trade: `${streams}trade`, ticker: `${streams}ticker`, kline: `${streams}kline_1m` };
});

const server = createServer((asked, answer) => {
  const { method, headers, url = '/' } = asked;
  const passed = request(`${exchange.restUrl}${url}`, { method, headers }, (from) => {
    answer.writeHead(from.statusCode ?? 500, from.headers);
    from.pipe(answer);
  });
  passed.on('error', () => answer.destroy());
  asked.pipe(passed);
});
let events = 0;
let trades = 0;
const hub = new Hub(() => events++);
const streams = new StreamServer(server, {
  source: exchange.source,
  hub,
  counters: new Counters(),
  rules: {
    maxConnectionAttempts: FOR_EVER,
    maxConnectionMs: FOR_EVER,
    maxMessagesPerSecond: FOR_EVER,
    pingIntervalMs: 20_000,
    pongTimeoutMs: 60_000,
    maxBufferedBytes: 64 * HOLD_BYTES,
  },
  blocked: undefined,
  now: Date.now,
});

let rate = 0;
let due = 0;
let at = 0;
let last = performance.now();
let second = 0;
/** Tickers and bars go out in their turn within a second, not all at once. */
let told = 0;

function tick(): void {
  const now = performance.now();
  const passed = Math.min(now - last, 10 * TICK_MS);
  last = now;
  if (streams.buffered > HOLD_BYTES) return;
  due += (rate * passed) / 1_000;
  for (; due >= 1; due--) {
    const { pair, trade } = pairs[at]!;
    at = (at + 1) % pairs.length;
    hub.send(trade, () => pair.trade(Date.now(), random()));
    trades++;
  }
  tellOfAll(Date.now());
}

function tellOfAll(time: number): void {
  const end = Math.ceil((pairs.length * (time % 1_000)) / 1_000);
  if (Math.floor(time / 1_000) !== second) {
    for (; told < pairs.length; told++) tellOf(told, second * 1_000 + 999);
    second = Math.floor(time / 1_000);
    told = 0;
    for (const { pair, kline } of pairs) {
      const closed = pair.turn(time);
      if (closed) hub.send(kline, () => closed);
    }
  }
  for (; told < end; told++) tellOf(told, time);
}

function tellOf(index: number, time: number): void {
  const { pair, ticker, kline } = pairs[index]!;
  hub.send(ticker, () => pair.ticker(time));
  if (second % 2 === 0) hub.send(kline, () => pair.kline(time));
}

for (const { pair } of pairs) pair.turn(Date.now());
second = Math.floor(Date.now() / 1_000);
setInterval(tick, TICK_MS);
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ url: `http://127.0.0.1:${port}`, symbols: exchange.symbols });
});
process.on('message', (order: LoadOrder) => {
  rate = order.rate;
});
setInterval(() => {
  const { user, system } = process.cpuUsage();
  process.send?.({ events, trades, cpu: (user + system) / 1_000 } satisfies LoadTold);
}, 100);
process.on('disconnect', () => process.exit());
