import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type Exchange,
  type ExchangeOptions,
  FAULT_KINDS,
  injectFault,
  startExchange,
} from '../../src/exchange/index.ts';
import { get, TestSocket, until } from './client.ts';

const START = Date.UTC(2026, 10, 24, 14, 30);
let exchange: Exchange;

async function start(options: ExchangeOptions = {}): Promise<void> {
  await exchange?.close();
  exchange = await startExchange({ seed: 7, startTime: START, clock: 'manual', ...options });
}

beforeEach(() => start());
afterEach(() => exchange.close());

const ids = (socket: TestSocket) => socket.of('btcusd@trade').map(({ t }) => t as number);
const consecutive = (list: number[]) => list.every((id, i) => i === 0 || id === list[i - 1]! + 1);

async function openTrades(): Promise<TestSocket> {
  return TestSocket.open(exchange, '/stream?streams=btcusd@trade');
}

test.each([
  ['close', 1001],
  ['break', 1006],
] as const)('%s ends a connection with code %i', async (kind, code) => {
  const socket = await openTrades();
  exchange.inject(kind);
  await until(() => socket.closed !== undefined);
  expect(socket.closed!.code).toBe(code);
  expect(exchange.counters().faults).toEqual({ [kind]: 1 });
});

test('halfFrame ends a connection in the middle of a frame', async () => {
  const socket = await openTrades();
  let bytes = 0;
  // biome-ignore lint/suspicious/noExplicitAny: the socket below is not part of the client's types
  (socket.socket as any)._socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  exchange.inject('halfFrame');
  exchange.advance(10_000);
  await until(() => socket.closed !== undefined);
  expect(socket.closed!.code).toBe(1006);
  expect(socket.frames).toHaveLength(0);
  expect(bytes).toBeGreaterThan(50);
});

test('drop loses one frame, double repeats one', async () => {
  const socket = await openTrades();
  exchange.advance(3_000);
  exchange.inject('drop');
  exchange.advance(10_000);
  await socket.settle();
  const lossy = ids(socket);
  expect(lossy.at(-1)! - lossy[0]! + 1).toBe(lossy.length + 1);
  exchange.inject('double');
  exchange.advance(10_000);
  await socket.settle();
  const all = ids(socket);
  expect(new Set(all).size).toBe(all.length - 1);
  socket.close();
});

test('silence loses what is sent meanwhile; delay only holds it back', async () => {
  const socket = await openTrades();
  exchange.inject('silence');
  exchange.advance(5_000);
  await socket.settle();
  expect(ids(socket)).toEqual([]);
  socket.close();

  await start();
  const late = await openTrades();
  exchange.inject('delay');
  exchange.advance(5_000);
  await late.settle();
  expect(ids(late)).toEqual([]);
  await until(() => ids(late).length > 0);
  await late.settle();
  const { firstTradeId, lastTradeId } = exchange.ledger().find(({ symbol }) => symbol === 'BTCUSD')!;
  expect([ids(late)[0], ids(late).at(-1), consecutive(ids(late))]).toEqual([firstTradeId, lastTradeId, true]);
  late.close();
});

test('REST faults: statuses', async () => {
  exchange.inject('error500');
  expect((await get(exchange, 'ping')).status).toBeOneOf([500, 501, 502, 503, 504]);
  exchange.inject('limit429');
  const limited = await get(exchange, 'ping');
  expect([limited.status, limited.headers.get('retry-after'), limited.body.code]).toEqual([429, '2', -1003]);
  expect((await get(exchange, 'ping')).status).toBe(200);
  exchange.inject('ban418');
  expect((await get(exchange, 'ping')).status).toBe(418);
  expect((await get(exchange, 'ping')).status).toBe(418);
  await new Promise((resolve) => setTimeout(resolve, 2_050));
  expect((await get(exchange, 'ping')).status).toBe(200);
});

test('a REST fault may wait for the request for one path; none waits after calm', async () => {
  const status = async (path: string) => (await get(exchange, path)).status;
  exchange.inject('error500', '/api/v3/time');
  expect([await status('ping'), await status('time'), await status('time')]).toEqual([
    200,
    expect.toBeOneOf([500, 501, 502, 503, 504]),
    200,
  ]);
  exchange.inject('error500');
  exchange.inject('drop');
  exchange.calm();
  expect(await status('ping')).toBe(200);
  expect(exchange.counters().faults).toEqual({ error500: 1 });
});

test('REST faults: bodies', async () => {
  const path = 'klines?symbol=BTCUSD&interval=1m&limit=20';
  const right = (await get(exchange, path)).body;
  exchange.inject('truncated');
  await expect(get(exchange, path)).rejects.toThrow(SyntaxError);
  for (const kind of ['wrongLength', 'reset'] as const) {
    exchange.inject(kind);
    await expect(get(exchange, path)).rejects.toThrow(TypeError);
  }
  exchange.inject('reordered');
  expect((await get(exchange, 'ping')).body).toEqual({});
  const mixed = (await get(exchange, path)).body;
  expect(mixed).not.toEqual(right);
  expect(mixed.sort((a: number[], b: number[]) => a[0]! - b[0]!)).toEqual(right);
  exchange.inject('slowBody');
  const began = performance.now();
  expect((await get(exchange, path)).body).toEqual(right);
  expect(performance.now() - began).toBeGreaterThan(2_500);
});

test('a stale snapshot is older than the changes that were sent', async () => {
  const socket = await TestSocket.open(exchange, '/stream?streams=btcusd@depth@100ms');
  exchange.advance(2_000);
  await socket.settle();
  const { U } = socket.of('btcusd@depth@100ms')[0];
  exchange.inject('staleSnapshot');
  expect((await get(exchange, 'depth?symbol=BTCUSD')).body.lastUpdateId).toBeLessThan(U);
  expect((await get(exchange, 'depth?symbol=BTCUSD')).body.lastUpdateId).toBeGreaterThan(U);
  socket.close();
});

test('refuse keeps connections and refuses new ones; restart ends all; both pass, and ids go on', async () => {
  const socket = await openTrades();
  exchange.inject('refuse');
  await expect(fetch(`${exchange.restUrl}/api/v3/ping`)).rejects.toThrow();
  exchange.advance(2_000);
  await socket.settle();
  const before = ids(socket);
  expect(before.length).toBeGreaterThan(0);
  const reachable = async () => {
    for (;;) {
      const reply = await get(exchange, 'ping').catch(() => undefined);
      if (reply) return reply.status;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  expect(await reachable()).toBe(200);
  exchange.restart(200);
  await until(() => socket.closed !== undefined);
  exchange.advance(2_000);
  expect(await reachable()).toBe(200);
  const again = await openTrades();
  exchange.advance(2_000);
  await again.settle();
  const missing = (await get(exchange, `historicalTrades?symbol=BTCUSD&fromId=${before.at(-1)! + 1}`)).body;
  const joined = [...before, ...missing.map(({ id }: { id: number }) => id)];
  expect(consecutive(joined)).toBe(true);
  expect(joined.at(-1)).toBe(ids(again).at(-1));
  again.close();
});

test('an exchange closed while it is down stays down', async () => {
  exchange.restart(50);
  const { restUrl } = exchange;
  await exchange.close();
  await new Promise((resolve) => setTimeout(resolve, 150));
  await expect(fetch(`${restUrl}/api/v3/ping`)).rejects.toThrow();
});

test('an exchange of another process is told by POST; web pages and what is no fault are refused', async () => {
  const socket = await openTrades();
  await injectFault(exchange.restUrl, 'close');
  await until(() => socket.closed !== undefined);
  expect(exchange.counters().faults).toEqual({ close: 1 });
  await expect(injectFault(exchange.restUrl, 'fire' as never)).rejects.toMatchObject({
    code: 'INPUT_INVALID',
  });
  const url = `${exchange.restUrl}/candlebook/faults/break`;
  const fromPage = await fetch(url, { method: 'POST', headers: { origin: 'https://example.com' } });
  expect([fromPage.status, (await fetch(url)).status]).toEqual([403, 400]);
  expect(exchange.counters().faults).toEqual({ close: 1 });
});

test('faults come at their rate, in an order that the seed decides', async () => {
  const kinds = ['drop', 'double', 'delay'] as const;
  await start({ clock: 'running', speed: 5, faults: { perMinute: 1_200, kinds, seed: 3 } });
  const socket = await openTrades();
  await until(() => Object.values(exchange.counters().faults).reduce((sum, n) => sum + n, 0) >= 12);
  expect(Object.keys(exchange.counters().faults).sort()).toEqual(['delay', 'double', 'drop']);
  socket.close();
  await expect(startExchange({ faults: { perMinute: 1, kinds: ['fire' as never] } })).rejects.toThrow(
    /faults\.kinds/,
  );
  expect(FAULT_KINDS).toHaveLength(19);
});

test('under all kinds of faults at once the exchange stays up, and nothing is lost that can not be asked for again', async () => {
  const symbol = 'BTCUSD';
  await start({ clock: 'running', speed: 20, seed: 11, maxConnectionAttempts: 10_000 });
  const seen = new Set<number>();
  const connect = async () => {
    const socket = await openTrades().catch(() => undefined);
    socket?.socket.on('error', () => {});
    socket?.socket.on('message', () => seen.add(socket.frames.at(-1)!.data.t));
    return socket;
  };
  let socket = await connect();
  const paths = [
    `trades?symbol=${symbol}&limit=5`,
    `depth?symbol=${symbol}&limit=5`,
    `klines?symbol=${symbol}&interval=1m&limit=5`,
  ];
  for (const [i, kind] of [...FAULT_KINDS, ...FAULT_KINDS].entries()) {
    exchange.inject(kind);
    await Promise.race([
      get(exchange, paths[i % 3]!).catch(() => undefined),
      new Promise((resolve) => setTimeout(resolve, 100)),
    ]);
    while (!socket || socket.closed) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      socket = await connect();
    }
  }
  const all = () => Object.values(exchange.counters().faults).reduce((sum, n) => sum + n, 0);
  while (all() < 2 * FAULT_KINDS.length) {
    for (const path of paths) await get(exchange, path).catch(() => undefined);
    if (socket?.closed) socket = await connect();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(exchange.counters().faults).toEqual(Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 2])));
  const { firstTradeId, lastTradeId, trades } = exchange.ledger().find((entry) => entry.symbol === symbol)!;
  for (let from = firstTradeId; from <= lastTradeId; ) {
    const page = await get(exchange, `historicalTrades?symbol=${symbol}&fromId=${from}&limit=1000`).catch(
      () => undefined,
    );
    if (page?.status !== 200) continue;
    for (const { id } of page.body) seen.add(id);
    from = page.body.at(-1).id + 1;
  }
  expect(trades).toBeGreaterThan(100);
  for (let id = firstTradeId; id <= lastTradeId; id++) expect(seen.has(id)).toBe(true);
  socket?.close();
}, 60_000);

test('the ledger file holds every published trade, listened to or not', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ledger-'));
  try {
    const ledgerFile = join(folder, 'ledger.csv');
    await start({ ledgerFile });
    exchange.advance(20_000);
    const entries = exchange.ledger();
    const rest = (await get(exchange, `historicalTrades?symbol=BTCUSD&fromId=${entries[0]!.firstTradeId}`))
      .body;
    await exchange.close();
    const [header, ...lines] = (await readFile(ledgerFile, 'utf8')).trimEnd().split('\n');
    expect(header).toBe('symbol,id,price,quantity,time,buyerIsMaker');
    expect(lines).toHaveLength(entries.reduce((sum, { trades }) => sum + trades, 0));
    const btc = lines.filter((line) => line.startsWith('BTCUSD,')).map((line) => line.split(','));
    expect(
      btc.map(([, id, price, quantity, time, maker]) => [
        Number(id),
        price,
        quantity,
        Number(time),
        maker === 'true',
      ]),
    ).toEqual(rest.map((t: Record<string, unknown>) => [t.id, t.price, t.qty, t.time, t.isBuyerMaker]));
    await expect(startExchange({ ledgerFile: join(folder, 'none', 'x.csv') })).rejects.toThrow(/ledger/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
