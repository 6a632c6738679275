import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Exchange, type ExchangeOptions, startExchange } from '../../src/exchange/index.ts';
import { SOURCE_HEADER } from '../../src/market/index.ts';
import { get, TestSocket, until } from './client.ts';

let exchange: Exchange;

async function start(options: ExchangeOptions): Promise<void> {
  exchange = await startExchange({ clock: 'manual', startTime: Date.UTC(2026, 10, 24, 14, 30), ...options });
}

afterEach(() => exchange.close());

/** The weight counts by whole minutes of this machine's clock: begins where a minute is not about to end. */
async function awayFromMinuteEnd(): Promise<void> {
  const left = 60_000 - (Date.now() % 60_000);
  if (left < 4_000) await new Promise((resolve) => setTimeout(resolve, left));
}

test('over the weight limit comes 429 with Retry-After, then 418, which ends', async () => {
  await awayFromMinuteEnd();
  await start({ weightLimit: 50, banAfter: 2, banMs: 300 });
  expect((await get(exchange, 'trades?symbol=BTCUSD&limit=1')).status).toBe(200);
  expect((await get(exchange, 'trades?symbol=BTCUSD&limit=1')).headers.get('x-mbx-used-weight-1m')).toBe(
    '50',
  );
  for (let i = 0; i < 2; i++) {
    const over = await get(exchange, 'ping');
    expect(over.status).toBe(429);
    expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(over.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    expect(over.body).toEqual({
      code: -1003,
      msg: expect.stringMatching(/current limit is 50 request weight per 1 MINUTE/),
    });
  }
  const banned = await get(exchange, 'ping');
  expect([banned.status, banned.headers.get('retry-after')]).toEqual([418, '1']);
  const until = Number(/banned until (\d+)\./.exec(banned.body.msg)?.[1]);
  expect(until - Date.now()).toBeLessThanOrEqual(300);
  await new Promise((resolve) => setTimeout(resolve, 320));
  // The ban is over; the minute's weight is still used up.
  expect((await get(exchange, 'ping')).status).toBeOneOf([418, 429]);
});

test('a connection ends after its lifetime of market time', async () => {
  await start({ maxConnectionMs: 3_600_000 });
  const old = await TestSocket.open(exchange, '/ws/btcusd@trade');
  exchange.advance(1_800_000);
  const young = await TestSocket.open(exchange, '/ws/btcusd@trade');
  expect(old.closed).toBeUndefined();
  exchange.advance(1_800_000);
  await until(() => old.closed !== undefined);
  expect(old.closed).toEqual({ code: 1001, reason: 'Connection lifetime reached' });
  await young.settle();
  expect(young.closed).toBeUndefined();
  young.close();
});

test('serverShutdown is announced on raw and combined connections before they close', async () => {
  await start({});
  const raw = await TestSocket.open(exchange, '/ws/btcusd@trade');
  const combined = await TestSocket.open(exchange, '/stream?streams=btcusd@trade');
  exchange.announceShutdown(50);
  await until(() => raw.closed !== undefined && combined.closed !== undefined);
  expect(raw.messages).toEqual([{ e: 'serverShutdown', E: exchange.now }]);
  expect(combined.messages).toEqual([
    { stream: '!serverShutdown', data: { e: 'serverShutdown', E: exchange.now } },
  ]);
});

test('so many connection attempts in five minutes, then 429', async () => {
  await start({ maxConnectionAttempts: 3 });
  const open = await Promise.all([1, 2, 3].map(() => TestSocket.open(exchange, '/ws')));
  const fourth = new WebSocket(`${exchange.wsUrl}/ws`);
  const [, response] = await once(fourth, 'unexpected-response');
  expect(response.statusCode).toBe(429);
  fourth.on('error', () => {});
  fourth.terminate();
  for (const socket of open) socket.close();
});

test('request lines that are no URL are answered, not crashed on', async () => {
  await start({});
  const ask = async (lines: string) => {
    const line = connect(exchange.port, '127.0.0.1');
    line.write(`${lines}\r\nHost: localhost\r\n\r\n`);
    const [reply] = await once(line, 'data');
    line.destroy();
    return String(reply).split('\r\n')[0];
  };
  const upgrade =
    'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==';
  expect(await ask('GET // HTTP/1.1')).toBe('HTTP/1.1 404 Not Found');
  expect(await ask('GET http://[ HTTP/1.1')).toBe('HTTP/1.1 404 Not Found');
  expect(await ask('GET /api/v3/klines?symbol=%E0%A4%A HTTP/1.1')).toBe('HTTP/1.1 400 Bad Request');
  expect(await ask(`GET /ws/%E0%A4%A HTTP/1.1\r\n${upgrade}`)).toBe('HTTP/1.1 400 Bad Request');
  expect(await ask(`GET http://[ HTTP/1.1\r\n${upgrade}`)).toBe('HTTP/1.1 400 Bad Request');
  const many = Array.from({ length: 1025 }, (_, i) => `c${i}@trade`).join('/');
  expect(await ask(`GET /stream?streams=${many} HTTP/1.1\r\n${upgrade}`)).toBe('HTTP/1.1 400 Bad Request');
  expect(await ask('no http at all')).toBe('HTTP/1.1 400 Bad Request');
  expect((await get(exchange, 'ping')).status).toBe(200);
});

test('thousands of pairs', async () => {
  await start({ symbolCount: 1_000 });
  expect(exchange.symbols).toHaveLength(1_000);
  const all = (await get(exchange, 'ticker/24hr?type=MINI')).body;
  expect(all).toHaveLength(1_000);
  for (const { symbol, lastPrice, count, volume } of all.slice(14)) {
    expect(symbol).toMatch(/^X[A-Z]{3}USDT$/);
    expect(Number(lastPrice)).toBeGreaterThan(0);
    expect(Number(volume)).toBeGreaterThan(0);
    expect(count).toBeGreaterThan(0);
  }
  const socket = await TestSocket.open(exchange, '/stream?streams=!miniTicker@arr');
  exchange.advance(3_000);
  await socket.settle();
  const [first, second] = socket.of('!miniTicker@arr');
  expect(first).toHaveLength(1_000);
  expect(second.length).toBeGreaterThan(14);
  expect(second.length).toBeLessThan(500);
  socket.close();
});

test.each([451, 403] as const)(
  'a blocked caller gets %i from REST and from the handshake',
  async (blocked) => {
    await start({ blocked });
    const reply = await get(exchange, 'ping');
    expect([reply.status, reply.headers.get(SOURCE_HEADER)]).toEqual([blocked, 'simulated']);
    if (blocked === 451) expect(reply.body.msg).toMatch(/^Service unavailable from a restricted location/);
    const socket = new WebSocket(`${exchange.wsUrl}/ws/btcusd@trade`);
    const [, response] = await once(socket, 'unexpected-response');
    expect(response.statusCode).toBe(blocked);
    socket.on('error', () => {});
    socket.terminate();
  },
);

test('a reader that falls behind is dropped once its bound is reached', async () => {
  await start({ maxBufferedBytes: 200_000 });
  const slow = await TestSocket.open(exchange, '/stream?streams=btcusd@depth@100ms');
  const quick = await TestSocket.open(exchange, '/stream?streams=btcusd@trade');
  slow.socket.pause();
  for (let i = 0; i < 400 && exchange.counters().droppedSockets === 0; i++) {
    exchange.advance(10_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(exchange.counters().droppedSockets).toBe(1);
  slow.socket.resume();
  await until(() => slow.closed !== undefined);
  expect(slow.closed).toEqual({ code: 1008, reason: 'Too slow' });
  expect(quick.closed).toBeUndefined();
  quick.close();
});

test('a market that runs faster than time waits for a slow reader, who loses nothing', async () => {
  await start({ clock: 'running', speed: 2_000, start: 'firstSubscriber' });
  const names = ['BTCUSD', 'ETHUSD'].flatMap((symbol) => [
    `${symbol.toLowerCase()}@trade`,
    `${symbol.toLowerCase()}@depth@100ms`,
  ]);
  const reader = await TestSocket.open(exchange, `/stream?streams=${names.join('/')}`);
  reader.socket.pause();
  let last = -1;
  for (let still = 0; still < 10; still = exchange.now === last ? still + 1 : 0) {
    last = exchange.now;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  reader.socket.resume();
  await until(() => exchange.now > last);
  reader.socket.send(JSON.stringify({ method: 'UNSUBSCRIBE', params: names, id: 1 }));
  await until(() => reader.messages.some(({ id }) => id === 1), 15_000);
  expect(exchange.counters().droppedSockets).toBe(0);
  for (const { symbol, firstTradeId } of exchange.ledger().slice(0, 2)) {
    const ids = reader.of(`${symbol.toLowerCase()}@trade`).map(({ t }) => t);
    expect(ids.every((id, i) => id === firstTradeId + i)).toBe(true);
  }
  expect(reader.of('btcusd@trade').length).toBeGreaterThan(10);
  reader.close();
});
