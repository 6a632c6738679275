import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { type Exchange, type ExchangeOptions, startExchange } from '../../src/exchange/index.ts';
import {
  createRest,
  type LiveFeed,
  type LiveFeedOptions,
  liveFeed,
  tradeBackFill,
} from '../../src/fetcher/index.ts';
import { CandlebookError, type MarketEvent } from '../../src/market/index.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

async function exchange(options: ExchangeOptions = {}): Promise<Exchange> {
  const started = await startExchange({ seed: 7, speed: 20, ...options });
  cleanUp.push(() => started.close());
  return started;
}

function open({ wsUrl, restUrl }: Exchange, options: Partial<LiveFeedOptions> = {}): LiveFeed {
  const rest = createRest({ restUrl });
  const feed = liveFeed({ wsUrl, rest, symbols: ['BTCUSDT'], streams: ['trade'], ...options });
  cleanUp.push(() => rest.close());
  cleanUp.push(() => feed.close());
  return feed;
}

/** Reads on until `done` says so of the events so far. */
async function read(feed: LiveFeed, done: (events: MarketEvent[]) => boolean): Promise<MarketEvent[]> {
  const events: MarketEvent[] = [];
  const iterator = feed[Symbol.asyncIterator]();
  while (!done(events)) {
    const { value, done: ended } = await iterator.next();
    if (ended) throw new Error('the feed ended early');
    events.push(value);
  }
  return events;
}

const idsOf = (events: readonly MarketEvent[], type: 'trade' | 'aggTrade' = 'trade', symbol = 'BTCUSDT') =>
  events.flatMap((event) => (event.type === type && event.symbol === symbol ? [event.id] : []));
const consecutive = (ids: readonly number[]) => ids.every((id, i) => i === 0 || id === ids[i - 1]! + 1);
const count = (events: readonly MarketEvent[], type: MarketEvent['type']) =>
  events.filter((event) => event.type === type).length;

describe('history and live as one', () => {
  test('since an id: the trades after it, up to now and on, without a seam', async () => {
    const running = await exchange();
    const first = await read(open(running), (events) => count(events, 'trade') >= 5);
    const last = idsOf(first).at(-1)!;
    await new Promise((resolve) => setTimeout(resolve, 300));
    const feed = open(running, { since: { BTCUSDT: last } });
    const events = await read(feed, (seen) => idsOf(seen).length >= 60);
    expect(idsOf(events)[0]).toBe(last + 1);
    expect(consecutive(idsOf(events))).toBe(true);
    expect(count(events, 'filled')).toBeGreaterThan(0);
    expect(feed.statistics().filled).toBeGreaterThan(0);
  });

  test('since a time: the first trade at or after it', async () => {
    const running = await exchange();
    const since = running.now - 20_000;
    const events = await read(open(running, { since }), (seen) => idsOf(seen).length >= 60);
    const rest = createRest({ restUrl: running.restUrl });
    cleanUp.push(() => rest.close());
    const [first] = await rest.aggTrades('BTCUSDT', { startTime: since, limit: 1 });
    expect(idsOf(events)[0]).toBe(first!.firstTradeId);
    expect(consecutive(idsOf(events))).toBe(true);
  });

  test('an id that the exchange has not reached is refused, with a way out', async () => {
    const running = await exchange();
    const reading = read(open(running, { since: { BTCUSDT: 9e14 } }), () => false);
    await expect(reading).rejects.toMatchObject({ code: 'INPUT_INVALID', value: 9e14 });
  }, 15_000);
});

test('the exchange’s own text is kept, by the stream and by back-fill', async () => {
  const running = await exchange();
  const rest = createRest({ restUrl: running.restUrl, keepText: true });
  cleanUp.push(() => rest.close());
  const feed = open(running, { rest, keepText: true, since: running.now - 20_000 });
  const events = await read(feed, (seen) => count(seen, 'filled') > 0 && idsOf(seen).length > 60);
  for (const event of events) {
    if (event.type !== 'trade') continue;
    expect([Number(event.text?.price), Number(event.text?.quantity)]).toEqual([event.price, event.quantity]);
    expect(event.text?.price).toMatch(/^\d+\.\d+$/);
  }
  expect(() => open(running, { keepText: true })).toThrowError(/has to keep it too/);
});

describe('what passes leaves nothing behind', () => {
  test('the question what a break cost is asked again after a ban, also where nothing is traded any more', async () => {
    const quiet = await exchange({ clock: 'manual' });
    const feed = open(quiet);
    const last = () => quiet.ledger().find(({ symbol }) => symbol === 'BTCUSDT')!.lastTradeId;
    const trading = setInterval(() => quiet.advance(500), 20);
    const events = await read(feed, (seen) => count(seen, 'trade') >= 10);
    clearInterval(trading);
    quiet.inject('ban418', '/api/v3/aggTrades');
    quiet.cutSockets();
    quiet.advance(5_000);
    expect(last()).toBeGreaterThan(idsOf(events).at(-1)!);
    const after = await read(feed, (seen) => idsOf(seen).at(-1) === last());
    expect(consecutive([...idsOf(events), ...idsOf(after)])).toBe(true);
    expect(quiet.counters().faults).toEqual({ ban418: 1 });
  }, 30_000);

  test('a first connection has some attempts; then, or where another can not help, it is the end', async () => {
    const server = new WebSocketServer({
      port: 0,
      host: '127.0.0.1',
      verifyClient: (_, answer) => answer(answers.length === 0, answers.shift()),
    });
    cleanUp.push(() => new Promise((resolve) => server.close(resolve)));
    await once(server, 'listening');
    const feedOn = () => {
      const { port } = server.address() as AddressInfo;
      const feed = liveFeed({ wsUrl: `ws://127.0.0.1:${port}`, symbols: ['BTCUSDT'], streams: ['trade'] });
      cleanUp.push(() => feed.close());
      return read(feed, (seen) => count(seen, 'connect') > 0);
    };
    let answers: number[] = [503, 429, 500];
    const events = await feedOn();
    expect(events).toMatchObject([{ type: 'connect', attempt: 4 }]);
    answers = [500, 500, 500, 500];
    await expect(feedOn()).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
    answers = [403, 500];
    await expect(feedOn()).rejects.toMatchObject({ code: 'FIREWALLED' });
    expect(answers).toEqual([500]);
  }, 30_000);

  test('a host that refuses old trades once is asked for them again', async () => {
    let time = 0;
    const spy = vi.spyOn(performance, 'now').mockImplementation(() => time);
    cleanUp.push(() => spy.mockRestore());
    const asked: string[] = [];
    const refusal = new CandlebookError('REQUEST_REFUSED', 'A proxy does not understand.');
    let refuses: 'all' | 'historicalTrades' | 'nothing' = 'all';
    const rest = {
      historicalTrades: async () => {
        asked.push('historicalTrades');
        if (refuses !== 'nothing') throw refusal;
        return [{ id: 1 }];
      },
      trades: async () => {
        asked.push('trades');
        if (refuses === 'all') throw refusal;
        return [{ id: 1 }];
      },
    };
    const backFill = tradeBackFill(rest as unknown as ReturnType<typeof createRest>);
    const page = () => backFill.fetch('BTCUSDT', 1, 1);
    await expect(page()).rejects.toBe(refusal);
    refuses = 'historicalTrades';
    await page();
    await page();
    expect(asked.splice(0)).toEqual(['historicalTrades', 'trades', 'historicalTrades', 'trades', 'trades']);
    refuses = 'nothing';
    time += 600_000;
    await page();
    expect(asked).toEqual(['historicalTrades']);
  });
});

describe('connections come and go', () => {
  test('a connection is replaced before it is too old: no trade lost, none twice, no disconnect', async () => {
    const running = await exchange();
    const feed = open(running, { maxAgeMs: 400, streams: ['trade', 'aggTrade', 'depth@100ms'] });
    const events = await read(
      feed,
      (seen) => count(seen, 'connect') >= 3 && idsOf(seen).length > 100 && count(seen, 'depth') > 50,
    );
    expect(consecutive(idsOf(events))).toBe(true);
    expect(consecutive(idsOf(events, 'aggTrade'))).toBe(true);
    const depths = events.filter((event) => event.type === 'depth');
    expect(depths.every(({ firstUpdateId }, i) => i === 0 || firstUpdateId === depths[i - 1]!.lastUpdateId + 1)).toBe(true); // biome-ignore format: one condition
    expect([count(events, 'gap'), count(events, 'disconnect')]).toEqual([0, 0]);
    expect(feed.statistics()).toMatchObject({ connections: 1, gaps: 0, missing: 0 });
  });

  test('serverShutdown: the new connection is up before the old one ends', async () => {
    const running = await exchange();
    const feed = open(running);
    let told = false;
    const events = await read(feed, (seen) => {
      if (!told && idsOf(seen).length >= 10) {
        told = true;
        running.announceShutdown(1_000);
      }
      return count(seen, 'connect') >= 2 && idsOf(seen).length > 60;
    });
    expect(consecutive(idsOf(events))).toBe(true);
    expect([count(events, 'gap'), count(events, 'disconnect')]).toEqual([0, 0]);
  });

  test('after a good connection, too, the pauses between attempts that fail grow', async () => {
    const server = createServer();
    const sockets = new WebSocketServer({ noServer: true });
    let isAway = false;
    server.on('upgrade', (request, socket, head) => {
      if (isAway) socket.destroy();
      else sockets.handleUpgrade(request, socket, head, () => undefined);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanUp.push(() => void server.close());
    const wsUrl = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const feed = liveFeed({ wsUrl, symbols: ['BTCUSDT'], streams: ['trade'] });
    cleanUp.push(() => feed.close());
    cleanUp.push(() => void vi.restoreAllMocks());
    const pauses: number[] = [];
    for await (const event of feed) {
      if (event.type === 'subscribe') {
        // It has been up for long.
        const real = performance.now.bind(performance);
        vi.spyOn(performance, 'now').mockImplementation(() => real() + 60_000);
        vi.spyOn(Math, 'random').mockReturnValue(0.8);
        isAway = true;
        for (const socket of sockets.clients) socket.terminate();
      }
      if (event.type === 'disconnect') pauses.push(event.retryInMs);
      if (pauses.length === 4) break;
    }
    expect(pauses).toEqual([200, 400, 800, 1_600]);
  });

  test('aggregates that a break cost are fetched, in order', async () => {
    const running = await exchange();
    let cuts = 0;
    const events = await read(open(running, { streams: ['aggTrade'] }), (seen) => {
      if (cuts < 3 && idsOf(seen, 'aggTrade').length >= 20 * (cuts + 1)) {
        cuts++;
        running.cutSockets();
      }
      return count(seen, 'connect') >= 4 && idsOf(seen, 'aggTrade').length > 90;
    });
    expect(consecutive(idsOf(events, 'aggTrade'))).toBe(true);
    expect([count(events, 'disconnect'), count(events, 'gap')]).toEqual([3, 0]);
  });

  test('more streams than a connection carries: as few connections as possible, each within the limits', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    cleanUp.push(() => new Promise((resolve) => server.close(resolve)));
    await once(server, 'listening');
    const carried: Set<string>[] = [];
    const messages: number[][] = [];
    server.on('connection', (socket, request) => {
      const streams = new URL(request.url!, 'ws://localhost').searchParams.get('streams')!.split('/');
      const own = new Set(streams);
      const times: number[] = [];
      carried.push(own);
      messages.push(times);
      socket.on('message', (data) => {
        times.push(performance.now());
        const { params, id } = JSON.parse(String(data)) as { params: string[]; id: number };
        for (const name of params) own.add(name);
        socket.send(JSON.stringify({ result: null, id }));
      });
    });
    const symbols = Array.from({ length: 1_100 }, (_, i) => `COIN${i}USDT`);
    const feed = liveFeed({
      wsUrl: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
      symbols,
      streams: ['trade'],
    });
    cleanUp.push(() => feed.close());
    const subscribed = (events: readonly MarketEvent[]) =>
      events.flatMap((event) => (event.type === 'subscribe' ? event.streams : []));
    const events = await read(feed, (seen) => subscribed(seen).length >= symbols.length);
    expect(new Set(subscribed(events)).size).toBe(1_100);
    expect(carried.map(({ size }) => size).toSorted((a, b) => a - b)).toEqual([76, 1_024]);
    expect(feed.statistics().connections).toBe(2);
    for (const times of messages)
      for (const at of times)
        expect(times.filter((other) => other >= at && other < at + 1_000).length).toBeLessThanOrEqual(5);
    // Room on the second connection is used before a third is made; an empty one ends.
    feed.subscribe(['LATEUSDT']);
    await expect.poll(() => carried.some(({ size }) => size === 77)).toBe(true);
    feed.unsubscribe([...symbols.slice(1_024), 'LATEUSDT']);
    await expect.poll(() => server.clients.size).toBe(1);
  }, 30_000);
});

describe('symbols come and go at runtime', () => {
  test('a symbol that is added while the connection is being opened is followed too', async () => {
    const running = await exchange();
    const feed = open(running);
    feed[Symbol.asyncIterator]();
    feed.subscribe(['ethusdt']);
    const events = await read(feed, (seen) => idsOf(seen, 'trade', 'ETHUSDT').length >= 3);
    expect(count(events, 'error')).toBe(0);
  });

  test('what is no longer followed brings nothing, and may come back', async () => {
    const running = await exchange();
    const feed = open(running, { symbols: ['BTCUSDT', 'ETHUSDT'] });
    await read(feed, (seen) => idsOf(seen, 'trade', 'ETHUSDT').length >= 3);
    feed.unsubscribe(['ETHUSDT']);
    // What was read before that may still wait.
    const waiting = feed.statistics().waiting;
    const after = (await read(feed, (seen) => seen.length >= waiting + 60)).slice(waiting);
    expect(idsOf(after, 'trade', 'ETHUSDT')).toEqual([]);
    feed.subscribe(['ETHUSDT']);
    const again = await read(feed, (seen) => idsOf(seen, 'trade', 'ETHUSDT').length >= 5);
    expect(consecutive(idsOf(again, 'trade', 'ETHUSDT'))).toBe(true);
    expect(count(again, 'gap')).toBe(0);
  });
});

test('pings are answered once each, and messages that the library has to read arrive in order', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  cleanUp.push(() => new Promise((resolve) => server.close(resolve)));
  await once(server, 'listening');
  const pongs: string[] = [];
  const frame = (id: number, pad = '') =>
    JSON.stringify({ e: 'trade', E: id, s: 'BTCUSDT', t: id, p: '1', q: '1', T: id, m: true, pad });
  server.on('connection', (socket) => {
    socket.on('pong', (data) => pongs.push(String(data)));
    socket.send(frame(1));
    socket.ping('first');
    socket.send(frame(2, 'x'.repeat(70_000)));
    const third = frame(3);
    socket.send(third.slice(0, 20), { fin: false });
    socket.send(third.slice(20), { fin: true });
    socket.send(frame(4));
  });
  const feed = liveFeed({
    wsUrl: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    symbols: ['BTCUSDT'],
    streams: ['trade'],
  });
  cleanUp.push(() => feed.close());
  const events = await read(feed, (seen) => idsOf(seen).length >= 4);
  expect(idsOf(events)).toEqual([1, 2, 3, 4]);
  await expect.poll(() => pongs).toEqual(['first']);
});
