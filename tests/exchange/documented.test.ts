import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Exchange, startExchange } from '../../src/exchange/index.ts';
import { get, TestSocket, until } from './client.ts';

/** What the exchange's documents say beside what its endpoints and streams answer. */
let exchange: Exchange;
beforeAll(async () => {
  exchange = await startExchange({
    seed: 7,
    startTime: Date.UTC(2026, 10, 24, 14, 30),
    clock: 'manual',
    weightLimit: 1_000_000,
    symbolCount: 130,
  });
});
afterAll(() => exchange.close());

const listed = (count: number) => encodeURIComponent(JSON.stringify(exchange.symbols.slice(0, count)));

test('weights by limit and by number of symbols', async () => {
  const used = async (path: string) => {
    const reply = await get(exchange, path);
    expect([path, reply.status]).toEqual([path, 200]);
    return Number(reply.headers.get('x-mbx-used-weight-1m'));
  };
  for (const [path, weight] of [
    ['depth?symbol=BTCUSD&limit=100', 5],
    ['depth?symbol=BTCUSD&limit=101', 25],
    ['depth?symbol=BTCUSD&limit=500', 25],
    ['depth?symbol=BTCUSD&limit=501', 50],
    ['depth?symbol=BTCUSD&limit=5000', 250],
    [`ticker/24hr?type=MINI&symbols=${listed(20)}`, 2],
    [`ticker/24hr?type=MINI&symbols=${listed(21)}`, 40],
    [`ticker/24hr?type=MINI&symbols=${listed(101)}`, 80],
    ['uiKlines?symbol=BTCUSD&interval=1m&limit=1', 2],
    ['historicalTrades?symbol=BTCUSD&limit=1', 25],
    ['ticker/price?symbol=BTCUSD', 2],
    ['ticker/price', 4],
    ['ticker/bookTicker?symbol=BTCUSD', 2],
    ['avgPrice?symbol=BTCUSD', 2],
    [`ticker?symbols=${listed(3)}`, 12],
    ['time', 1],
  ] as const) {
    const before = await used('ping');
    const after = await used(path);
    // A minute that ends in between begins again at zero.
    if (after > before) expect([path, after - before]).toEqual([path, weight]);
  }
});

test('what was retired is not served', async () => {
  const response = await fetch(`${exchange.restUrl}/api/v1/klines?symbol=BTCUSD&interval=1m`);
  expect(response.status).toBe(404);
  const socket = await TestSocket.open(exchange, '/stream?streams=!ticker@arr/!bookTicker/BTCUSD@trade');
  exchange.advance(5_000);
  await socket.settle();
  expect(socket.frames).toEqual([]);
  socket.close();
});

test.each([
  [0, true],
  [4_294_967_296, true],
  ['a'.repeat(36), true],
  ['4d96324ff9d44481926157ec08158a40', true],
  [null, true],
  ['a'.repeat(37), false],
  ['', false],
  [-1, false],
  [true, false],
])('control frames take the id %j: %s', async (id, right) => {
  const socket = await TestSocket.open(exchange, '/ws');
  const answer = await socket.ask({ method: 'LIST_SUBSCRIPTIONS', id });
  expect(answer).toEqual(right ? { result: [], id } : { code: 2, msg: expect.any(String), id: null });
  socket.close();
});

test.each(['ping', 'pong'] as const)('a %s counts as a message', async (kind) => {
  const socket = await TestSocket.open(exchange, '/ws');
  for (let i = 0; i < 12; i++) socket.socket[kind]();
  await until(() => socket.closed !== undefined);
  expect(socket.closed).toEqual({ code: 1008, reason: 'Too many requests' });
});

test('a symbol is upper case in REST and lower case in streams', async () => {
  expect((await get(exchange, 'ticker/price?symbol=btcusd')).body.code).toBe(-1100);
  const socket = await TestSocket.open(exchange, '/stream?streams=btcusd@trade');
  exchange.advance(5_000);
  await socket.settle();
  expect(socket.frames.length).toBeGreaterThan(0);
  socket.close();
});

test('thousands of symbols on one connection, each with its own stream', async () => {
  const many = await startExchange({
    seed: 7,
    startTime: Date.UTC(2026, 10, 24, 14, 30),
    clock: 'manual',
    symbolCount: 3_000,
  });
  try {
    expect(new Set(many.symbols).size).toBe(3_000);
    const names = many.symbols.slice(-1_024).map((symbol) => `${symbol.toLowerCase()}@trade`);
    const socket = await TestSocket.open(many, '/ws');
    for (let i = 0; i < 4; i++)
      expect(
        await socket.ask({ method: 'SUBSCRIBE', params: names.slice(i * 256, (i + 1) * 256), id: i }),
      ).toEqual({
        result: null,
        id: i,
      });
    many.advance(10_000);
    await until(() => socket.messages.filter(({ e }) => e === 'trade').length > 300);
    const symbols = new Set(socket.messages.filter(({ e }) => e === 'trade').map(({ s }) => s));
    expect(symbols.size).toBeGreaterThan(100);
    socket.close();
  } finally {
    await many.close();
  }
}, 30_000);

test('a day of market time ends a connection, however fast time runs', async () => {
  const fast = await startExchange({ seed: 7, speed: 10_000, symbols: ['DOTUSD'] });
  try {
    const began = fast.now;
    const socket = await TestSocket.open(fast, '/ws/dotusd@miniTicker');
    await until(() => socket.closed !== undefined, 60_000);
    expect(socket.closed).toEqual({ code: 1001, reason: 'Connection lifetime reached' });
    expect(fast.now - began).toBeGreaterThanOrEqual(86_400_000);
  } finally {
    await fast.close();
  }
}, 70_000);
