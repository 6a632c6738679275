import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { simulatedFeed, startExchange } from '../../src/exchange/index.ts';
import {
  createRest,
  liveFeed,
  OrderBooks,
  pollingFeed,
  recordedFeed,
  recordFeed,
} from '../../src/fetcher/index.ts';
import { toFrame } from '../../src/fetcher/recording/frames.ts';
import { readFrame } from '../../src/fetcher/wire/index.ts';
import type { Feed, MarketData, MarketEvent } from '../../src/market/index.ts';
import { candlebook } from '../fixtures/cli.ts';
import { trade } from '../fixtures/market.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recording-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function take(feed: Feed, count = Number.POSITIVE_INFINITY): Promise<MarketEvent[]> {
  const events: MarketEvent[] = [];
  for await (const event of feed) {
    events.push(event);
    if (events.length === count) break;
  }
  return events;
}

/** A replay differs in what it says of its source, and in nothing else. */
const replayed = (events: readonly MarketEvent[]) =>
  events.map((event) => (event.type === 'connect' ? { ...event, source: 'recorded' } : event));

describe('the replay of a recording is the same stream, event by event', () => {
  test('of a stream of all kinds with a cut in it', async () => {
    const exchange = await startExchange({ seed: 7, speed: 30 });
    const rest = createRest(exchange);
    const file = join(folder, 'stream.gz');
    const feed = liveFeed({
      wsUrl: exchange.wsUrl,
      symbols: ['BTCUSDT', 'DOGEUSDT'],
      streams: ['trade', 'aggTrade', 'ticker', 'miniTicker', 'bookTicker', 'depth@100ms', 'kline_1m'],
      rest,
    });
    const recording = recordFeed(feed, { file, rest });
    const events: MarketEvent[] = [];
    for await (const event of recording) {
      events.push(event);
      if (events.length === 600) exchange.cutSockets();
      if (events.length === 2_500) break;
    }
    await rest.close();
    await exchange.close();
    expect(new Set(events.map(({ type }) => type))).toEqual(
      new Set([
        'connect', 'subscribe', 'disconnect', 'filled', 'trade', 'aggTrade', 'ticker', 'miniTicker', 'bookTicker',
        'depth', 'kline',
        ...(events.some(({ type }) => type === 'gap') ? ['gap'] : []),
      ]), // biome-ignore format: kinds in a row
    );
    expect([recording.written, recording.files]).toEqual([2_500, [file]]);
    expect(await take(recordedFeed({ files: [file] }))).toEqual(replayed(events));
  }, 30_000);

  test('with the exchange’s own text where it was kept', async () => {
    const file = join(folder, 'text.gz');
    const feed = simulatedFeed({
      symbols: ['BTCUSDT'],
      streams: ['trade'],
      keepText: true,
      exchange: { speed: 30 },
    });
    const events = await take(recordFeed(feed, { file }), 100);
    expect(events.at(-1)).toHaveProperty('text.price');
    expect(await take(recordedFeed({ files: [file], keepText: true }))).toEqual(replayed(events));
  });

  test('of a polled feed', async () => {
    const exchange = await startExchange({ seed: 7, speed: 30 });
    const rest = createRest(exchange);
    const file = join(folder, 'polled.gz');
    const feed = pollingFeed({ rest, symbols: ['BTCUSD', 'ETHUSD'], everySeconds: 0.02 as 5 });
    const events = await take(recordFeed(feed, { file }), 21);
    await rest.close();
    await exchange.close();
    expect(await take(recordedFeed({ files: [file] }))).toEqual(replayed(events));
  });

  test('of any number', () => {
    const price = fc.oneof(
      fc.integer({ min: 1, max: 1e15 }).map((units) => Number(`${units}e-8`)),
      fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
    );
    const time = fc.integer({ min: 1.7e15, max: 1.8e15 }).map((us) => us / 1000);
    fc.assert(
      fc.property(price, price, time, (a, b, at) => {
        const event: MarketData = trade('BTCUSDT', { price: a, quantity: b, time: at, eventTime: at });
        expect(readFrame(Buffer.from(toFrame(event)))).toEqual(event);
      }),
      { numRuns: 2_000 },
    );
  });
});

test('a recording with books is replayed by the exchange, its books equal to the recorded quotes', async () => {
  const file = join(folder, 'books.gz');
  const exchange = await startExchange({ seed: 7, speed: 30 });
  const rest = createRest(exchange);
  const symbols = ['BTCUSDT', 'ETHUSDT'];
  const streams = ['trade', 'bookTicker', 'depth@100ms'] as const;
  const recorded = await take(
    recordFeed(liveFeed({ wsUrl: exchange.wsUrl, symbols, streams, rest }), { file, rest }),
    3_000,
  );
  await rest.close();
  await exchange.close();

  const replay = await startExchange({ recording: [file] });
  const again = createRest(replay);
  const feed = liveFeed({ wsUrl: replay.wsUrl, symbols, streams, rest: again });
  const books = new OrderBooks({ rest: again, levels: 5_000 });
  const trades: number[] = [];
  const quotes = new Map<string, number>();
  let compared = 0;
  const wanted = recorded.flatMap((event) =>
    event.type === 'trade' && event.symbol === 'BTCUSDT' ? [event.id] : [],
  );
  for await (const event of feed) {
    if (event.type === 'trade' && event.symbol === 'BTCUSDT') trades.push(event.id);
    if (event.type === 'bookTicker') quotes.set(`${event.symbol} ${event.updateId}`, event.bidPrice);
    if (trades.at(-1) === wanted.at(-1)) break;
    const book = books.take(event);
    const quote = book && quotes.get(`${book.symbol} ${book.lastUpdateId}`);
    if (quote === undefined) continue;
    expect(book!.bids.price(0)).toBe(quote);
    compared++;
  }
  await again.close();
  await replay.close();
  expect(trades).toEqual(wanted);
  expect([trades.length > 100, compared > 10, feed.source]).toEqual([true, true, 'recorded']);
}, 40_000);

describe('files', () => {
  test('a further file is begun where one is full', async () => {
    const file = join(folder, 'many.gz');
    const feed = simulatedFeed({ symbols: ['BTCUSDT'], streams: ['depth@100ms'], exchange: { speed: 100 } });
    const recording = recordFeed(feed, { file, maxFileBytes: 20_000 });
    const events = await take(recording, 1_500);
    expect(recording.files.length).toBeGreaterThan(1);
    expect(recording.files[1]).toBe(join(folder, 'many.2.gz'));
    expect(await take(recordedFeed({ files: recording.files }))).toEqual(replayed(events));
  });

  test('one that was cut off is read up to there; a damaged frame is an error event', async () => {
    const whole = join(folder, 'cut.gz');
    const feed = simulatedFeed({ symbols: ['BTCUSDT'], streams: ['trade'], exchange: { speed: 50 } });
    const events = await take(recordFeed(feed, { file: whole }), 400);
    await truncate(whole, Math.floor((await readFile(whole)).length * 0.7));
    const read = await take(recordedFeed({ files: [whole] }));
    expect(read.length).toBeGreaterThan(100);
    expect(read).toEqual(replayed(events).slice(0, read.length));
    const plain = join(folder, 'plain.txt');
    await writeFile(
      plain,
      '1723161254000000000 {"e":"trade","s":7}\n1723161254000000001 {"lastUpdateId":1}\n',
    );
    expect((await take(recordedFeed({ files: [plain] }))).map(({ type }) => type)).toEqual([
      'connect',
      'error',
    ]);
  });

  test('what can not be is refused with what to do', async () => {
    const feed = () => simulatedFeed({ symbols: ['BTCUSDT'], streams: ['trade'] });
    const file = join(folder, 'there.gz');
    await writeFile(file, '');
    await expect(take(recordFeed(feed(), { file }))).rejects.toThrow(/there already.*another name/);
    await expect(take(recordFeed(feed(), { file: join(folder, 'no', 'x.gz') }))).rejects.toThrow(
      'can not be written',
    );
    expect(() => recordFeed(feed(), { file: 'x.txt' })).toThrow('ends with .gz');
    expect(() => recordedFeed({ files: [file], speed: 0 })).toThrow('speed 0');
    expect(() => recordedFeed({ files: [] })).toThrow('No recording');
    await expect(take(recordedFeed({ files: ['/nowhere/x.gz'] }))).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringContaining('/nowhere/x.gz'),
    });
  });
});

test('a replay keeps the recorded distances, at any speed', async () => {
  const file = join(folder, 'paced.txt');
  const line = (ms: number, id: number) =>
    `${1723161254000 + ms}000000 ${toFrame(trade('BTCUSDT', { id }))}\n`;
  await writeFile(file, line(0, 1) + line(2_000, 2) + line(3_000, 3));
  const began = performance.now();
  const at: number[] = [];
  for await (const event of recordedFeed({ files: [file], speed: 10 }))
    if (event.type === 'trade') at.push(performance.now() - began);
  expect(at[1]! - at[0]!).toBeGreaterThan(190);
  expect(at[2]! - at[0]!).toBeGreaterThan(290);
  expect(at[2]!).toBeLessThan(3_000);
});

test('candlebook record writes until it is stopped, and says what', async () => {
  const exchange = await startExchange({ seed: 7, speed: 20 });
  const file = join(folder, 'command.gz');
  const run = candlebook(['record', '--symbols', 'BTCUSDT', '--url', exchange.restUrl, '--out', file]);
  const help = candlebook(['record', '--help']);
  const wrong = candlebook([
    'record', '--symbols', 'BTCUSDT', '--streams', 'trades', '--url', exchange.restUrl, '--out', `${file}.gz`,
  ]); // biome-ignore format: as it is typed
  const frames = () => exchange.counters().frames.trade ?? 0;
  while (frames() < 50 && run.child.exitCode === null)
    await new Promise((resolve) => setTimeout(resolve, 20));
  run.child.kill('SIGINT');
  expect([(await run.ended)[0], (await help.ended)[0], (await wrong.ended)[0]]).toEqual([0, 0, 1]);
  await exchange.close();
  expect(run.output.out).toMatch(/^[\d,]+ events \(simulated\): .*command\.gz\n$/);
  expect(help.output.out).toContain('candlebook exchange --recording market.gz');
  expect(wrong.output.err).toContain('There is no stream "trades"');
  const kinds = (await take(recordedFeed({ files: [file] }))).map(({ type }) => type);
  expect(kinds.filter((kind) => kind === 'trade').length).toBeGreaterThan(10);
  expect(gunzipSync(await readFile(file)).toString()).toMatch(/ \{"lastUpdateId":\d+,"symbol":"BTCUSDT"/);
}, 30_000);

test('candlebook record keeps no file where nothing came, and refuses what would bring nothing', async () => {
  const exchange = await startExchange({ seed: 7 });
  const record = (name: string, ...words: string[]) =>
    candlebook(['record', '--out', join(folder, name), '--for', '720h', '--url', exchange.restUrl, ...words]);
  const unknown = record('unknown.gz', '--symbols', 'BTCUSDT,NOSUCH');
  const interval = record('interval.gz', '--symbols', 'BTCUSDT', '--streams', 'kline_7m');
  const away = record('away.gz', '--symbols', 'BTCUSDT', '--url', 'http://127.0.0.1:9');
  for (const [run, said] of [
    [unknown, /^SYMBOL_UNKNOWN: .*NOSUCH/],
    [interval, /^INPUT_INVALID: There is no stream "kline_7m"/],
    [away, /^HOST_UNREACHABLE: /],
  ] as const) {
    expect(await run.ended).toEqual([1, null]);
    expect(run.output.err).toMatch(said);
  }
  await exchange.close();
  expect((await readdir(folder)).filter((name) => /unknown|interval|away/.test(name))).toEqual([]);
}, 30_000);

test('a recording of nothing leaves its name free', async () => {
  const file = join(folder, 'nothing.gz');
  const nothing = { async *[Symbol.asyncIterator]() {}, source: 'simulated' as const, close: async () => {} };
  for (const _ of [1, 2]) {
    const recording = recordFeed(nothing, { file });
    expect(await take(recording)).toEqual([]);
    expect(recording.files).toEqual([]);
  }
  expect(await readdir(folder)).not.toContain('nothing.gz');
});
