import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Exchange, type ExchangeOptions, startExchange } from '../../src/exchange/index.ts';
import { SOURCE_HEADER } from '../../src/market/index.ts';
import { get, TestSocket, until } from './client.ts';
import { ohlcv } from './ohlcv.ts';

const START = Date.UTC(2026, 10, 24, 14, 30, 0, 0);
let exchange: Exchange;
let sockets: TestSocket[] = [];

async function restart(options: ExchangeOptions = {}): Promise<void> {
  await exchange?.close();
  exchange = await startExchange({ seed: 7, startTime: START, clock: 'manual', ...options });
}

async function open(path: string): Promise<TestSocket> {
  const socket = await TestSocket.open(exchange, path);
  sockets.push(socket);
  return socket;
}

beforeEach(() => restart());
afterEach(async () => {
  for (const socket of sockets) socket.close();
  sockets = [];
  await exchange.close();
});

test('a minute lived through: the closed kline equals its trades field by field, and REST agrees', async () => {
  const socket = await open('/stream?streams=btcusd@trade/btcusd@aggTrade/btcusd@kline_1m');
  exchange.advance(61_000);
  await socket.settle();
  const trades = socket.of('btcusd@trade').filter(({ T }) => T < START + 60_000);
  expect(trades.length).toBeGreaterThan(60);
  const closed = socket.of('btcusd@kline_1m').filter(({ k }) => k.x);
  expect(closed).toHaveLength(1);
  const { k } = closed[0];
  const expected = ohlcv(trades.map(({ t, p, q, m }) => ({ id: t, price: p, quantity: q, buyerIsMaker: m })));
  expect([k.o, k.h, k.l, k.c, k.v, k.q, k.n, k.V, k.Q]).toEqual(expected);
  expect([k.t, k.T, k.f, k.L]).toEqual([START, START + 59_999, trades[0].t, trades.at(-1).t]);
  const [row] = (await get(exchange, `klines?symbol=BTCUSD&interval=1m&startTime=${START}&limit=1`)).body;
  expect(row).toEqual([k.t, k.o, k.h, k.l, k.c, k.v, k.T, k.q, k.n, k.V, k.Q, '0']);

  const ids = trades.map(({ t }) => t);
  expect(ids).toEqual(ids.map((_, i) => ids[0] + i));
  const rest = (await get(exchange, `historicalTrades?symbol=BTCUSD&fromId=${ids[0]}&limit=1000`)).body;
  expect(
    rest
      .slice(0, ids.length)
      .map((t: Record<string, unknown>) => [t.id, t.price, t.qty, t.time, t.isBuyerMaker]),
  ).toEqual(trades.map(({ t, p, q, T, m }) => [t, p, q, T, m]));
  const aggregates = socket.of('btcusd@aggTrade');
  const restAggregates = (await get(exchange, `aggTrades?symbol=BTCUSD&fromId=${aggregates[0].a}&limit=1000`))
    .body;
  expect(restAggregates.slice(0, aggregates.length)).toEqual(
    aggregates.map(({ a, p, q, f, l, T, m, M }) => ({ a, p, q, f, l, T, m, M })),
  );
  const before = (await get(exchange, `historicalTrades?symbol=BTCUSD&fromId=${ids[0] - 3}&limit=3`)).body;
  expect(before.map(({ id }: { id: number }) => id)).toEqual([ids[0] - 3, ids[0] - 2, ids[0] - 1]);
});

test('forming klines come every 2 s, tickers every second, and agree with REST at that moment', async () => {
  const socket = await open(
    '/stream?streams=ethusd@kline_5m/ethusd@ticker/ethusd@miniTicker/!miniTicker@arr',
  );
  exchange.advance(10_000);
  await socket.settle();
  expect(socket.of('ethusd@kline_5m').map(({ E, k }) => [E - START, k.x])).toEqual(
    [2, 4, 6, 8, 10].map((s) => [s * 1000, false]),
  );
  const tickers = socket.of('ethusd@ticker');
  expect(tickers).toHaveLength(10);
  const ticker = tickers.at(-1);
  const rest = (await get(exchange, 'ticker/24hr?symbol=ETHUSD')).body;
  expect([
    ticker.c,
    ticker.o,
    ticker.h,
    ticker.l,
    ticker.v,
    ticker.q,
    ticker.w,
    ticker.P,
    ticker.F,
    ticker.L,
    ticker.n,
    ticker.b,
    ticker.a,
  ]).toEqual([
    rest.lastPrice,
    rest.openPrice,
    rest.highPrice,
    rest.lowPrice,
    rest.volume,
    rest.quoteVolume,
    rest.weightedAvgPrice,
    rest.priceChangePercent,
    rest.firstId,
    rest.lastId,
    rest.count,
    rest.bidPrice,
    rest.askPrice,
  ]);
  const all = socket.of('!miniTicker@arr');
  expect(all[0].length).toBe(14);
  // Only pairs with a trade since the frame before are in it.
  expect(all.slice(1).every((frame) => frame.length < 14)).toBe(true);
  expect(socket.of('ethusd@miniTicker').at(-1)).toEqual({
    e: '24hrMiniTicker',
    E: ticker.E,
    s: 'ETHUSD',
    c: ticker.c,
    o: ticker.o,
    h: ticker.h,
    l: ticker.l,
    v: ticker.v,
    q: ticker.q,
  });
});

test('klines of 1 s close every second, traded or not', async () => {
  const socket = await open('/stream?streams=dotusd@kline_1s');
  exchange.advance(20_000);
  await socket.settle();
  const klines = socket.of('dotusd@kline_1s').map(({ k }) => k);
  expect(klines.map(({ t, x }) => [t, x])).toEqual(
    Array.from({ length: 20 }, (_, i) => [START + i * 1000, true]),
  );
  const idle = klines.filter(({ n }) => n === 0);
  expect(idle.length).toBeGreaterThan(0);
  for (const { f, L, o, c, v } of idle) expect([f, L, c, v]).toEqual([-1, -1, o, '0.00000000']);
});

test('a book from snapshot and diffs follows the published procedure and meets bookTicker', async () => {
  const socket = await open(
    '/stream?streams=btcusd@depth@100ms/btcusd@depth/btcusd@bookTicker/btcusd@depth5@100ms',
  );
  exchange.advance(3_050);
  const snapshot = (await get(exchange, 'depth?symbol=BTCUSD&limit=5000')).body;
  exchange.advance(30_000);
  await socket.settle();
  for (const stream of ['btcusd@depth@100ms', 'btcusd@depth']) {
    const book = { b: new Map<string, string>(snapshot.bids), a: new Map<string, string>(snapshot.asks) };
    const tops = new Map(socket.of('btcusd@bookTicker').map((quote) => [quote.u, quote]));
    let local = snapshot.lastUpdateId;
    let compared = 0;
    for (const diff of socket.of(stream).filter(({ u }) => u > snapshot.lastUpdateId)) {
      expect(diff.U).toBeLessThanOrEqual(local + 1);
      local = diff.u;
      for (const side of ['b', 'a'] as const)
        for (const [price, quantity] of diff[side])
          Number(quantity) === 0 ? book[side].delete(price) : book[side].set(price, quantity);
      const top = tops.get(local);
      const bid = [...book.b.keys()].sort((x, y) => Number(y) - Number(x))[0]!;
      const ask = [...book.a.keys()].sort((x, y) => Number(x) - Number(y))[0]!;
      expect(Number(bid)).toBeLessThan(Number(ask));
      if (!top) continue;
      expect([bid, book.b.get(bid), ask, book.a.get(ask)]).toEqual([top.b, top.B, top.a, top.A]);
      compared++;
    }
    expect([stream, compared]).toEqual([stream, expect.toSatisfy((n: number) => n > 3)]);
  }
  const partial = socket.of('btcusd@depth5@100ms').at(-1);
  expect([partial.bids.length, partial.asks.length]).toEqual([5, 5]);
});

test('raw and combined paths, the source header, and unknown paths', async () => {
  const raw = await open('/ws/btcusd@trade');
  const combined = await open('/stream?streams=btcusd@trade');
  exchange.advance(5_000);
  await raw.settle();
  await combined.settle();
  const trades = raw.messages.filter(({ e }) => e === 'trade');
  expect(trades.length).toBeGreaterThan(0);
  expect(combined.of('btcusd@trade')).toEqual(trades);
  expect([raw.headers[SOURCE_HEADER], combined.headers[SOURCE_HEADER]]).toEqual(['simulated', 'simulated']);
  const wrong = new WebSocket(`${exchange.wsUrl}/else`);
  const [, response] = await once(wrong, 'unexpected-response');
  expect([response.statusCode, response.headers[SOURCE_HEADER]]).toEqual([404, 'simulated']);
  wrong.on('error', () => {});
  wrong.terminate();
});

test('klines of UTC+8 by their documented name, the plus as it is or escaped', async () => {
  for (const name of ['btcusd@kline_1d@+08:00', 'btcusd@kline_1d@%2B08:00']) {
    const socket = await open(`/stream?streams=${name}`);
    exchange.advance(4_000);
    await socket.settle();
    const [{ k }] = socket.of('btcusd@kline_1d@+08:00');
    expect((k.t + 8 * 3_600_000) % 86_400_000).toBe(0);
  }
});

test('subscribing at runtime, listing, and the combined property', async () => {
  const socket = await open('/ws');
  expect(await socket.ask({ method: 'SUBSCRIBE', params: ['btcusd@trade', 'ethusd@trade'], id: 1 })).toEqual({
    result: null,
    id: 1,
  });
  expect(await socket.ask({ method: 'LIST_SUBSCRIPTIONS', id: 'abc123' })).toEqual({
    result: ['btcusd@trade', 'ethusd@trade'],
    id: 'abc123',
  });
  expect(await socket.ask({ method: 'GET_PROPERTY', params: ['combined'], id: 2 })).toEqual({
    result: false,
    id: 2,
  });
  expect(await socket.ask({ method: 'SET_PROPERTY', params: ['combined', true], id: 3 })).toEqual({
    result: null,
    id: 3,
  });
  expect(await socket.ask({ method: 'UNSUBSCRIBE', params: ['ethusd@trade'], id: null })).toEqual({
    result: null,
    id: null,
  });
  exchange.advance(5_000);
  await until(() => socket.frames.length > 0);
  expect(new Set(socket.frames.map(({ stream }) => stream))).toEqual(new Set(['btcusd@trade']));
});

test.each([
  [
    'not json',
    { code: 3, msg: expect.stringMatching(/^Invalid JSON: expected value at line 1 column \d+$/), id: null },
  ],
  [
    { method: 'JOIN', params: [], id: 1 },
    {
      code: 2,
      msg: expect.stringMatching(/^Invalid request: unknown variant `JOIN`, expected one of `SUBSCRIBE`, /),
      id: 1,
    },
  ],
  [
    { params: [], id: 1 },
    { code: 2, msg: expect.stringMatching(/missing field `method`/), id: 1 },
  ],
  [
    { method: 'SUBSCRIBE', params: ['a@trade'], id: 1.5 },
    { code: 2, msg: 'Invalid request: request ID must be an unsigned integer', id: null },
  ],
  [
    { method: 'SUBSCRIBE', params: ['a@trade'] },
    { code: 2, msg: 'Invalid request: request ID must be an unsigned integer', id: null },
  ],
  [
    { method: 'SUBSCRIBE', params: ['a@trade'], id: 1, more: 2 },
    { code: 2, msg: 'Invalid request: too many parameters', id: 1 },
  ],
  [
    { method: 'SET_PROPERTY', params: ['colour', true], id: 1 },
    { code: 0, msg: 'Unknown property', id: 1 },
  ],
  [
    { method: 'SET_PROPERTY', params: ['combined', 'yes'], id: 1 },
    { code: 1, msg: 'Invalid value type: expected Boolean', id: 1 },
  ],
  [
    { method: 'GET_PROPERTY', params: [7], id: 1 },
    { code: 2, msg: 'Invalid request: property name must be a string', id: 1 },
  ],
])('control frame %j is refused as documented', async (frame, answer) => {
  const socket = await open('/ws');
  expect(await socket.ask(frame)).toEqual(answer);
  expect(socket.closed).toBeUndefined();
  expect(exchange.counters().refusedControls).toBe(1);
});

test('more than 1024 streams on one connection are refused', async () => {
  const socket = await open('/ws');
  const params = Array.from({ length: 1025 }, (_, i) => `c${i}usd@trade`);
  expect(await socket.ask({ method: 'SUBSCRIBE', params, id: 1 })).toMatchObject({
    code: 2,
    msg: expect.stringMatching(/1024/),
    id: 1,
  });
  expect(await socket.ask({ method: 'SUBSCRIBE', params: params.slice(1), id: 2 })).toEqual({
    result: null,
    id: 2,
  });
});

test('more than five messages a second end the connection', async () => {
  const socket = await open('/ws');
  for (let id = 0; id < 12; id++) socket.socket.send(JSON.stringify({ method: 'LIST_SUBSCRIPTIONS', id }));
  await until(() => socket.closed !== undefined);
  expect(socket.closed).toEqual({ code: 1008, reason: 'Too many requests' });
});

test('the server pings, and ends a connection that does not answer', async () => {
  await restart({ pingIntervalMs: 50, pongTimeoutMs: 120 });
  const answering = await open('/ws');
  let pings = 0;
  answering.socket.on('ping', () => pings++);
  const silent = new WebSocket(`${exchange.wsUrl}/ws`, { autoPong: false });
  const [code, reason] = await once(silent, 'close');
  expect([code, String(reason)]).toEqual([1008, 'Pong timeout']);
  await until(() => pings >= 3);
  expect(answering.closed).toBeUndefined();
});

test('sockets are cut when told, and the ledger counts on', async () => {
  const closed = await open('/ws/btcusd@trade');
  exchange.advance(2_000);
  exchange.cutSockets('close');
  await until(() => closed.closed !== undefined);
  expect(closed.closed!.code).toBe(1001);
  const broken = await open('/ws/btcusd@trade');
  exchange.cutSockets();
  await until(() => broken.closed !== undefined);
  expect(broken.closed!.code).toBe(1006);
  exchange.advance(2_000);
  const entry = exchange.ledger().find(({ symbol }) => symbol === 'BTCUSD')!;
  const [last] = (await get(exchange, 'trades?symbol=BTCUSD&limit=1')).body;
  expect(entry.lastTradeId).toBe(last.id);
  expect(entry.trades).toBe(last.id - entry.firstTradeId + 1);
});

test('a running clock sends trades as time passes', async () => {
  await restart({ clock: 'running', speed: 20 });
  const socket = await open('/stream?streams=btcusd@trade/ethusd@trade/solusd@trade');
  await until(() => socket.frames.length > 100);
  const times = socket.frames.map(({ data }) => data.T);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(exchange.now).toBeGreaterThan(times.at(-1)!);
});

test('times in microseconds when the URL asks for them', async () => {
  const socket = await open('/stream?streams=btcusd@trade/btcusd@kline_1m&timeUnit=MICROSECOND');
  exchange.advance(4_000);
  await socket.settle();
  expect(socket.of('btcusd@trade')[0].T % 1000).toBe(0);
  expect(socket.of('btcusd@trade').at(-1).T).toBeGreaterThan(START * 1000);
  expect(socket.of('btcusd@kline_1m')[0].k.T).toBe((START + 60_000) * 1000 - 1);
});

test('pairs with names beyond ASCII, in paths, queries, frames and REST', async () => {
  await restart({ symbols: ['币安人生USDT', 'BTCUSDT'] });
  const raw = await open('/ws/币安人生usdt@kline_1m');
  const combined = await open(`/stream?streams=${encodeURIComponent('币安人生usdt@miniTicker')}`);
  exchange.advance(60_000);
  await raw.settle();
  await combined.settle();
  expect(raw.messages.find(({ e }) => e === 'kline').s).toBe('币安人生USDT');
  expect(combined.of('币安人生usdt@miniTicker')[0].s).toBe('币安人生USDT');
  const path = `symbol=${encodeURIComponent('币安人生USDT')}`;
  expect((await get(exchange, `ticker/price?${path}`)).body.symbol).toBe('币安人生USDT');
  expect((await get(exchange, `klines?${path}&interval=1m&limit=2`)).body).toHaveLength(2);
});
