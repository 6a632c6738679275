import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { brokerOf, topicFeed } from '../../src/cloud/index.ts';
import { type Exchange, simulatedFeed, startExchange } from '../../src/exchange/index.ts';
import {
  createRest,
  type LiveFeedOptions,
  liveFeed,
  pollingFeed,
  type RestClient,
  recordedFeed,
  type StreamName,
  tradeBackFill,
} from '../../src/fetcher/index.ts';
import {
  CandlebookError,
  type DataSource,
  type Feed,
  type MarketEvent,
  type Ticker,
  type Trade,
} from '../../src/market/index.ts';
import { ticker, trade } from '../fixtures/market.ts';
import { sharedDataPath, testWithSharedData } from '../fixtures/shared-data.ts';
import { StubTopic } from '../fixtures/topic.ts';

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

async function exchange(): Promise<Exchange> {
  const started = await startExchange({ seed: 7, speed: 5 });
  cleanUp.push(() => started.close());
  return started;
}

interface Opened {
  readonly signal?: AbortSignal;
}

/** What every feed must do, whatever feeds it. */
function contract(
  name: string,
  source: DataSource,
  open: (options: Opened) => Promise<Feed>,
  testOne: typeof test = test,
): void {
  describe(`${name} feed`, () => {
    testOne('says where it comes from before the first data, and keeps each symbol’s order', async () => {
      const feed = await open({});
      const events: MarketEvent[] = [];
      for await (const event of feed) {
        events.push(event);
        if (events.length >= 30) break;
      }
      expect(events[0]!.type).toBe('connect');
      expect([feed.source, (events[0] as { source?: string }).source]).toEqual([source, source]);
      const latest = new Map<string, number>();
      for (const event of events) {
        if (event.type !== 'trade' && event.type !== 'ticker') continue;
        const key = `${event.type} ${event.symbol}`;
        expect(event.eventTime).toBeGreaterThanOrEqual(latest.get(key) ?? 0);
        latest.set(key, event.eventTime);
      }
      expect(latest.size).toBeGreaterThan(0);
    });

    testOne('market data bears a symbol, what befell the feed the time of it', async () => {
      const feed = await open({});
      let seen = 0;
      for await (const event of feed) {
        if ('at' in event) expect(event.at).toBeGreaterThan(1.7e12);
        else expect(event.symbol).toMatch(/^[A-Z]+$/);
        if (++seen === 30) break;
      }
    });

    testOne('close() ends a loop that waits, and may be called twice', async () => {
      const feed = await open({});
      let seen = 0;
      for await (const _ of feed) {
        if (++seen === 3) void feed.close();
        if (seen > 10_000) throw new Error('the feed went on after close()');
      }
      await feed.close();
      for await (const event of feed) throw new Error(`a feed that was closed began anew: ${event.type}`);
    });

    testOne('a signal ends it, also one that was given before', async () => {
      const stop = new AbortController();
      let seen = 0;
      for await (const _ of await open({ signal: stop.signal })) {
        if (++seen === 3) stop.abort();
        if (seen > 10_000) throw new Error('the feed went on after its signal');
      }
      expect(seen).toBeGreaterThanOrEqual(3);
      for await (const event of await open({ signal: stop.signal })) throw new Error(`came: ${event.type}`);
    });

    testOne('leaving the loop by an error ends it too', async () => {
      const feed = await open({});
      const leave = async () => {
        for await (const _ of feed) throw new Error('out');
      };
      await expect(leave()).rejects.toThrow('out');
      await feed.close();
    });
  });
}

const SYMBOLS = ['BTCUSDT', 'ETHUSDT'];
const STREAMS = ['trade', 'ticker', 'kline_1m'] as const;

/** Frames of the exchange itself: nothing says that they are simulated. */
contract('live', 'live', async (options) => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  cleanUp.push(() => new Promise((resolve) => server.close(resolve)));
  await once(server, 'listening');
  server.on('connection', (socket) => {
    let id = 1;
    const timer = setInterval(() => {
      for (const symbol of SYMBOLS) socket.send(tradeFrame(symbol, id));
      id++;
    }, 5);
    socket.on('close', () => clearInterval(timer));
  });
  const wsUrl = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return liveFeed({ wsUrl, symbols: SYMBOLS, streams: STREAMS, ...options });
});
contract('polled', 'simulated', async (options) => {
  const { restUrl } = await exchange();
  const rest = createRest({ restUrl });
  cleanUp.push(() => rest.close());
  const symbols = ['BTCUSD', 'ETHUSD', 'ADAUSD', 'DOGEUSD', 'SOLUSD', 'XRPUSD', 'DOTUSD'];
  return pollingFeed({ rest, symbols, everySeconds: 0.02 as 5, ...options });
});
contract('recorded', 'recorded', async (options) => {
  const folder = await mkdtemp(join(tmpdir(), 'feeds-'));
  cleanUp.push(() => rm(folder, { recursive: true }));
  const file = join(folder, 'capture.txt');
  const line = (i: number) =>
    `${1732435200000 + i * 10}000000 ${tradeFrame(SYMBOLS[i % 2]!, 1 + (i >> 1))}\n`;
  await writeFile(file, Array.from({ length: 20_000 }, (_, i) => line(i)).join(''));
  return recordedFeed({ files: [file], ...options });
});
/** A broker of its own where `npm run test:scale` names one, which it keeps filled; else the client's stub. */
contract('topic', 'simulated', async (options) => {
  const { CANDLEBOOK_TEST_BROKER: address } = process.env;
  const source = 'simulated';
  if (address) return topicFeed({ broker: brokerOf(address), source, symbols: SYMBOLS, ...options });
  const topic = new StubTopic();
  let id = 1;
  const timer = setInterval(() => {
    for (const [partition, symbol] of SYMBOLS.entries()) topic.putTrade(partition, symbol, id, source);
    id++;
  }, 5);
  cleanUp.push(() => clearInterval(timer));
  return topicFeed({ broker: brokerOf('127.0.0.1:9092'), source, ...options }, topic.load);
});
contract('simulated', 'simulated', async (options) =>
  simulatedFeed({ symbols: SYMBOLS, streams: STREAMS, exchange: { speed: 5 }, ...options }),
);
const CAPTURES = ['btcusdt_20240808.gz', 'ethusdt_20240808.gz'].map((file) => `capture-2024-08/${file}`);
contract(
  'recorded by the exchange’s own',
  'recorded',
  async (options) => recordedFeed({ files: CAPTURES.map(sharedDataPath), ...options }),
  ((title: string, run: () => Promise<void>) => testWithSharedData(title, CAPTURES, run)) as typeof test,
);

function tradeFrame(symbol: string, id: number): string {
  const time = 1732435200000 + id;
  const data = { e: 'trade', E: time, s: symbol, t: id, p: '1.5', q: '2', T: time, m: true, M: true };
  return JSON.stringify({ stream: `${symbol.toLowerCase()}@trade`, data });
}

describe('the polled feed', () => {
  test('goes on after whatever passes, a ban included, and says so; what does not pass ends it', async () => {
    const until = Date.now() + 50;
    const answers: (CandlebookError | Ticker[])[] = [
      [ticker('BTCUSDT')],
      new CandlebookError('RESPONSE_INVALID', 'Half an answer.'),
      new CandlebookError('BANNED', 'Wait.', { value: until }),
      [ticker('BTCUSDT')],
      new CandlebookError('REGION_BLOCKED', 'Not here.'),
    ];
    const rest = {
      url: 'http://exchange',
      source: 'simulated',
      ticker24h: async () => {
        const answer = answers.shift()!;
        if (answer instanceof Error) throw answer;
        return answer;
      },
    } as unknown as RestClient;
    const told: string[] = [];
    const follow = async () => {
      for await (const event of pollingFeed({ rest, symbols: ['BTCUSDT'], everySeconds: 0.001 as 5 })) {
        told.push(event.type);
        if (told.length === 6) expect(Date.now()).toBeGreaterThan(until - 10);
      }
    };
    await expect(follow()).rejects.toMatchObject({ code: 'REGION_BLOCKED' });
    expect(told).toEqual(['connect', 'ticker', 'disconnect', 'disconnect', 'connect', 'ticker']);
  });
});

test('back-fill asks a host that has refused single trades for them again, though not at once', async () => {
  const asked: string[] = [];
  let isRefusing = true;
  const rest = {
    historicalTrades: async (symbol: string, id: number) => {
      asked.push('historical');
      if (isRefusing) throw new CandlebookError('REQUEST_REFUSED', 'HTTP 400.');
      return [trade(symbol, { id })];
    },
    trades: async (symbol: string) => {
      asked.push('newest');
      return [trade(symbol, { id: 1 })];
    },
  } as unknown as RestClient;
  const backFill = tradeBackFill(rest);
  const fetch = async () => (await backFill.fetch('BTCUSDT', 1, 1)).trades.map(({ id }) => id);
  const clock = vi.spyOn(performance, 'now').mockReturnValue(1_000);
  try {
    for (const at of [1_000, 500_000]) {
      clock.mockReturnValue(at);
      expect(await fetch()).toEqual([1]);
    }
    expect(asked).toEqual(['historical', 'newest', 'newest']);
    isRefusing = false;
    clock.mockReturnValue(700_000);
    expect(await fetch()).toEqual([1]);
    expect(asked.at(-1)).toBe('historical');
  } finally {
    clock.mockRestore();
  }
});

describe('the live feed', () => {
  test('reconnects after a cut, says so, and goes on without a double', async () => {
    const running = await exchange();
    const feed = liveFeed({ wsUrl: running.wsUrl, symbols: ['BTCUSDT'], streams: ['trade'] });
    const kinds: string[] = [];
    const ids: number[] = [];
    for await (const event of feed) {
      kinds.push(event.type);
      if (event.type === 'trade') ids.push(event.id);
      if (event.type === 'trade' && ids.length === 3) running.cutSockets();
      if (kinds.filter((kind) => kind === 'connect').length === 2 && event.type === 'trade' && ids.length > 6)
        break;
    }
    expect(kinds.filter((kind) => kind === 'disconnect')).toHaveLength(1);
    expect(new Set(ids).size).toBe(ids.length);
    const holes = ids.filter((id, i) => i > 0 && id !== ids[i - 1]! + 1).length;
    expect(kinds.filter((kind) => kind === 'gap')).toHaveLength(holes);
  });

  test('a hole in the ids is an event with its range; a repeated trade is dropped; a damaged frame is an error event', async () => {
    const frame = (id: number) =>
      JSON.stringify({ e: 'trade', E: id, s: 'BTCUSDT', t: id, p: '1', q: '1', T: id, m: true });
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    cleanUp.push(() => new Promise((resolve) => server.close(resolve)));
    await once(server, 'listening');
    server.on('connection', (socket) => {
      for (const id of [10, 11, 11, 15]) socket.send(frame(id));
      socket.send('{"e":"trade"');
      socket.send(frame(16));
    });
    const feed = liveFeed({
      wsUrl: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
      symbols: ['BTCUSDT'],
      streams: ['trade'],
    });
    const events: MarketEvent[] = [];
    for await (const event of feed) {
      events.push(event);
      if (event.type === 'trade' && event.id === 16) break;
    }
    expect(events.map((event) => (event.type === 'trade' ? event.id : event.type))).toEqual([
      'connect', 'subscribe', 10, 11, 'gap', 15, 'error', 16,
    ]); // biome-ignore format: one line a story
    expect(events[4]).toMatchObject({ symbol: 'BTCUSDT', fromId: 12, toId: 14 });
    expect(events[6]).toMatchObject({
      code: 'RESPONSE_INVALID',
      message: expect.stringContaining('{\\"e\\":\\"trade\\"'),
    });
  });

  test('a slow reader pauses the socket, and loses nothing', async () => {
    const total = 20_000;
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    cleanUp.push(() => new Promise((resolve) => server.close(resolve)));
    await once(server, 'listening');
    const pad = 'x'.repeat(1000);
    let sent = 0;
    server.on('connection', async (socket) => {
      while (sent < total && socket.readyState === socket.OPEN) {
        const id = ++sent;
        socket.send(
          JSON.stringify({ e: 'trade', E: id, s: 'BTCUSDT', t: id, p: '1', q: '1', T: id, m: true, pad }),
        );
        while (socket.bufferedAmount > 100_000) await sleep(5);
      }
    });
    const feed = liveFeed({
      wsUrl: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, symbols: ['BTCUSDT'], streams: ['trade'], maxWaiting: 100,
    }); // biome-ignore format: one call
    const trades: Trade[] = [];
    let sentWhileAsleep = 0;
    let before = -1;
    for await (const event of feed) {
      if (event.type !== 'trade') continue;
      trades.push(event);
      if (trades.length === 1) {
        for (; sent > before; await sleep(200)) before = sent;
        sentWhileAsleep = sent;
      }
      if (trades.length === total) break;
    }
    // An unpaused socket takes in all of it.
    expect(sentWhileAsleep).toBeLessThan(total);
    expect(trades.map((trade) => trade.id)).toEqual(Array.from({ length: total }, (_, i) => i + 1));
  });

  test('a host that refuses the first connection is an error with a way out', async () => {
    const drain = async (wsUrl: string) => {
      for await (const _ of liveFeed({ wsUrl, symbols: ['BTCUSDT'], streams: ['trade'] })) break;
    };
    await expect(drain('ws://127.0.0.1:9')).rejects.toMatchObject({
      code: 'HOST_UNREACHABLE',
      message: expect.stringContaining('refused'),
    });
    const { createServer } = await import('node:http');
    const server = createServer().on('upgrade', (_request, socket) =>
      socket.end('HTTP/1.1 451 Unavailable\r\nconnection: close\r\n\r\n'),
    );
    cleanUp.push(() => server.close());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    await expect(drain(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)).rejects.toMatchObject({
      code: 'REGION_BLOCKED',
      hint: expect.stringContaining('data-only'),
    });
  });

  test('options that can not be are refused by name', () => {
    const good = { wsUrl: 'ws://127.0.0.1:9', symbols: ['BTCUSDT'], streams: ['trade'] as StreamName[] };
    const bad: [Partial<LiveFeedOptions>, RegExp][] = [
      [{ wsUrl: 'https://x' }, /Option wsUrl can not be "https:\/\/x"/],
      [{ symbols: [] }, /Option symbols/],
      [{ streams: [] }, /Option streams/],
      [{ streams: ['depth', 'depth@100ms'] }, /carry the same updates/],
      [{ maxWaiting: 0 }, /Option maxWaiting can not be 0/],
      [{ since: 1 }, /needs a REST client/],
      [{ since: { BTCUSDT: 1.5 } }, /whole ids/],
      [{ since: { BTCUSDT: 1 }, streams: ['ticker'] }, /Add the stream "trade"/],
    ];
    for (const [options, message] of bad)
      expect(() => liveFeed({ ...good, ...options })).toThrowError(
        expect.objectContaining({ code: 'INPUT_INVALID', message: expect.stringMatching(message) }),
      );
  });
});
