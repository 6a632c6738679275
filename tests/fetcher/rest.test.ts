import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { createRest, type RestClient } from '../../src/fetcher/index.ts';
import { freePort } from '../fixtures/port.ts';

let server: Server | undefined;
let rest: RestClient | undefined;
afterEach(async () => {
  await rest?.close();
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
});

type Handler = (request: IncomingMessage, response: ServerResponse, call: number) => void;

async function serve(
  handler: Handler,
  options: { timeoutMs?: number; retries?: number } = {},
): Promise<{ calls: string[] }> {
  const calls: string[] = [];
  server = createServer((request, response) => {
    calls.push(request.url ?? '');
    handler(request, response, calls.length);
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  rest = createRest({ restUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, ...options });
  return { calls };
}

const json = (
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
) => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
};

test('an answer may be compressed, and says where it comes from', async () => {
  await serve((request, response) => {
    expect(request.headers['accept-encoding']).toContain('gzip');
    response.writeHead(200, {
      'content-encoding': 'gzip',
      'x-candlebook-source': 'simulated',
      'x-mbx-used-weight-1m': '42',
    });
    response.end(gzipSync('{"serverTime":1732435200000}'));
  });
  expect(rest!.source).toBe('live');
  expect(await rest!.serverTime()).toBe(1732435200000);
  expect([rest!.source, rest!.usedWeight]).toEqual(['simulated', 42]);
});

test('451 names the way out and is not asked twice', async () => {
  const { calls } = await serve((_, response) =>
    json(response, { code: 0, msg: 'restricted location' }, 451),
  );
  await expect(rest!.ping()).rejects.toMatchObject({
    code: 'REGION_BLOCKED',
    hint: expect.stringMatching(/data-only.*binance\.us/),
  });
  expect(calls).toHaveLength(1);
});

test('403 names the firewall', async () => {
  await serve((_, response) => response.writeHead(403).end());
  await expect(rest!.ping()).rejects.toMatchObject({ code: 'FIREWALLED' });
});

test('an unknown symbol is named, with the pair that was probably meant', async () => {
  await serve((_, response) => json(response, { code: -1121, msg: 'Invalid symbol.' }, 400));
  await expect(rest!.ticker24h(['BTCUSD'])).rejects.toMatchObject({
    code: 'SYMBOL_UNKNOWN',
    value: 'BTCUSD',
    message: expect.stringContaining('Did you mean BTCUSDT?'),
  });
});

test('a 5xx and a dropped connection are asked again', async () => {
  const { calls } = await serve((request, response, call) => {
    if (call === 1) response.writeHead(502).end('bad gateway');
    else if (call === 2) request.socket.destroy();
    else json(response, {});
  });
  await rest!.ping();
  expect(calls).toHaveLength(3);
});

test('a 429 is asked again only after the pause that it names', async () => {
  const at: number[] = [];
  await serve((_, response, call) => {
    at.push(performance.now());
    if (call === 1) json(response, { code: -1003, msg: 'Too many requests' }, 429, { 'retry-after': '1' });
    else json(response, {});
  });
  await rest!.ping();
  expect(at[1]! - at[0]!).toBeGreaterThanOrEqual(990);
});

test('a ban stops every later call without asking', async () => {
  const { calls } = await serve((_, response) =>
    json(response, { code: -1003, msg: 'banned' }, 418, { 'retry-after': '120' }),
  );
  const error = await rest!.ping().catch((reason) => reason);
  expect(error.code).toBe('BANNED');
  expect(Math.abs(error.value - Date.now() - 120_000)).toBeLessThan(5_000);
  await expect(rest!.ping()).rejects.toMatchObject({
    code: 'BANNED',
    message: expect.stringMatching(/until 20\d\d-/),
  });
  expect(calls).toHaveLength(1);
});

test('Retry-After may be a date', async () => {
  await serve((_, response) =>
    json(response, { code: -1003, msg: 'Too many requests' }, 429, {
      'retry-after': new Date(Date.now() + 3_600_000).toUTCString(),
    }),
  );
  const error = await rest!.ping().catch((reason) => reason);
  expect(error.code).toBe('RATE_LIMITED');
  expect(Math.abs(error.value - Date.now() - 3_600_000)).toBeLessThan(5_000);
});

test('a ban without Retry-After ends when its message says', async () => {
  const until = Date.now() + 180_000;
  await serve((_, response) =>
    json(response, { code: -1003, msg: `Way too much request weight used; IP banned until ${until}.` }, 418),
  );
  await expect(rest!.ping()).rejects.toMatchObject({ code: 'BANNED', value: until });
});

test('before it waits for a cautious budget, it learns the exchange’s own limit', async () => {
  const rules = [{ rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 6000 }];
  const { calls } = await serve((request, response) =>
    json(response, request.url?.includes('exchangeInfo') ? { rateLimits: rules } : [], 200, {
      'x-mbx-used-weight-1m': request.url?.includes('depth') ? '1079' : '1100',
    }),
  );
  await rest!.klines('BTCUSDT', '1m');
  await rest!.klines('BTCUSDT', '1m');
  await rest!.klines('BTCUSDT', '1m');
  expect(rest!.weightLimit).toBe(6000);
  expect(calls.filter((url) => url.includes('exchangeInfo'))).toEqual([
    '/api/v3/exchangeInfo?symbol=BTCUSDT',
  ]);
});

test.each([
  ['refused', (response: ServerResponse) => json(response, { code: -1000, msg: 'unknown' }, 503)],
  ['cut off', (response: ServerResponse) => response.destroy()],
  ['half an answer', (response: ServerResponse) => response.end('{"rateLim')],
])('a first question for the limit that is %s does not leave the budget cautious', async (_, fail) => {
  const rules = [{ rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 6000 }];
  let asked = 0;
  await serve((request, response) => {
    if (!request.url?.includes('exchangeInfo')) json(response, [], 200, { 'x-mbx-used-weight-1m': '1100' });
    else if (asked++ === 0) fail(response);
    else json(response, { rateLimits: rules });
  });
  await rest!.klines('BTCUSDT', '1m');
  const waits = rest!.klines('BTCUSDT', '1m');
  await expect.poll(() => rest!.weightLimit).toBe(6000);
  await waits;
  expect(asked).toBe(2);
});

test('an exchange that never tells its limit is not asked for it with every request', async () => {
  const { calls } = await serve((_, response) => json(response, [], 200, { 'x-mbx-used-weight-1m': '1100' }));
  await rest!.klines('BTCUSDT', '1m');
  const waiting = [1, 2, 3].map(() => rest!.klines('BTCUSDT', '1m').catch(({ code }) => code));
  await expect.poll(() => calls.filter((url) => url.includes('exchangeInfo'))).toHaveLength(1);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await rest!.close();
  expect(await Promise.all(waiting)).toEqual(['STOPPED', 'STOPPED', 'STOPPED']);
  expect(calls).toHaveLength(2);
});

test('the exchange’s clock is known to half a round trip', async () => {
  await serve((_, response) => json(response, { serverTime: Date.now() + 90_000 }));
  await rest!.ping();
  expect(Math.abs(rest!.clockOffset)).toBeLessThan(2_000);
  const before = Date.now();
  await rest!.serverTime();
  const roundTrip = Date.now() - before;
  expect(Math.abs(rest!.clockOffset - 90_000)).toBeLessThanOrEqual(roundTrip + 1);
});

test('a name that nobody knows is said with its reason', async () => {
  rest = createRest({ restUrl: 'http://exchange.invalid', retries: 0 });
  await expect(rest.ping()).rejects.toMatchObject({
    code: 'HOST_UNREACHABLE',
    message: expect.stringMatching(/name is not known \((ENOTFOUND|EAI_AGAIN)\)/),
  });
});

test('nobody listening is said with host and way out', async () => {
  const restUrl = `http://127.0.0.1:${await freePort()}`;
  rest = createRest({ restUrl, retries: 0 });
  await expect(rest.ping()).rejects.toMatchObject({
    code: 'HOST_UNREACHABLE',
    value: restUrl,
    message: expect.stringMatching(/refused.*npm run demo/),
  });
});

test('a body that never ends is cut off at the time-out', async () => {
  await serve((_, response) => response.writeHead(200).write('{'), { timeoutMs: 100, retries: 0 });
  await expect(rest!.ping()).rejects.toMatchObject({
    code: 'HOST_UNREACHABLE',
    message: expect.stringContaining('within 100 ms'),
  });
});

test('text that is not JSON is shown by its beginning', async () => {
  await serve((_, response) => response.end('<html>Welcome to our hotel'), { retries: 0 });
  await expect(rest!.ping()).rejects.toMatchObject({
    code: 'RESPONSE_INVALID',
    message: expect.stringContaining('<html>Welcome'),
  });
});

test('close ends a waiting request', async () => {
  let asked!: () => void;
  const arrived = new Promise<void>((resolve) => {
    asked = resolve;
  });
  await serve(() => asked());
  const waiting = rest!.ping();
  await arrived;
  await rest!.close();
  await expect(waiting).rejects.toMatchObject({ code: 'STOPPED' });
});
