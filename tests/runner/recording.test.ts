import { expect, test } from 'vitest';
import { loadSettings } from '../../src/configuration/index.ts';
import { createRest } from '../../src/fetcher/index.ts';
import { CandlebookError, type KlineEvent, type MarketEvent } from '../../src/market/index.ts';
import { Recording } from '../../src/runner/recording.ts';
import type { Recorder } from '../../src/store/index.ts';

const settings = loadSettings({ symbols: ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'] }, { env: {} });
const rest = createRest({ restUrl: 'http://127.0.0.1:9' });

/** A recorder that notes what it is given, and fills when told. */
function noted() {
  const taken: string[] = [];
  const fills: { symbols: readonly string[]; end: (error?: unknown) => void }[] = [];
  const recorder = {
    close: async () => undefined,
    take: (event: MarketEvent) => {
      if ('symbol' in event) taken.push(`${event.type} ${event.symbol}`);
    },
    fillCandles: (_: unknown, symbols: readonly string[]) =>
      new Promise((resolve, reject) => {
        fills.push({
          symbols,
          end: (error) => (error === undefined ? resolve({ taken: 3, until: 60_000 }) : reject(error)),
        });
      }),
  };
  return { recording: new Recording(settings, recorder as unknown as Recorder), taken, fills };
}

const subscribed = (...streams: string[]): MarketEvent => ({ type: 'subscribe', at: 0, streams });
const trade = { type: 'trade', symbol: 'BTCUSDT' } as MarketEvent;
const bar = (closed: boolean, minute = 0) =>
  ({
    type: 'kline',
    symbol: 'ETHUSDT',
    interval: '1m',
    closed,
    candle: { openTime: minute * 60_000 },
  }) as KlineEvent;
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('a subscription fills the bars of its own symbols, once each', async () => {
  const { recording, fills } = noted();
  await recording.take(subscribed('btcusdt@trade', 'btcusdt@kline_1m', 'ethusdt@trade'), rest);
  await recording.take(subscribed('solusdt@ticker'), rest);
  await recording.take(subscribed('ethusdt@kline_1m', 'solusdt@kline_1m'), rest);
  await turn();
  fills[0]!.end();
  await turn();
  fills[1]!.end();
  await turn();
  expect(fills.map(({ symbols }) => symbols)).toEqual([['BTCUSDT'], ['ETHUSDT', 'SOLUSDT']]);
  expect(recording.filledCandles).toBe(6);
});

test('trades go on while bars are filled; bars that close meanwhile come after them', async () => {
  const { recording, taken, fills } = noted();
  await recording.take(subscribed('ethusdt@kline_1m'), rest);
  await recording.take(bar(true), rest);
  await recording.take(bar(false), rest);
  await recording.take(trade, rest);
  expect(taken).toEqual(['kline ETHUSDT', 'trade BTCUSDT']);
  fills[0]!.end();
  await turn();
  expect(taken).toEqual(['kline ETHUSDT', 'trade BTCUSDT', 'kline ETHUSDT']);
  await recording.take(bar(true), rest);
  expect(taken).toHaveLength(4);
});

test('bars wait until those that were missed are there, however often that fails, and follow them in their order', async () => {
  const { recording, taken, fills } = noted();
  await recording.take(subscribed('ethusdt@kline_1m'), rest);
  await recording.take(bar(true), rest);
  for (const code of ['HOST_UNREACHABLE', 'TABLE_UNWRITABLE'] as const) {
    fills.at(-1)!.end(new CandlebookError(code, 'not now'));
    const before = fills.length;
    await expect.poll(() => fills.length, { timeout: 20_000 }).toBeGreaterThan(before);
    expect(taken).toEqual([]);
  }
  // A new connection meanwhile: one more round, of its symbols too.
  await recording.take(subscribed('ethusdt@kline_1m', 'solusdt@kline_1m'), rest);
  fills.at(-1)!.end();
  await turn();
  expect(fills.map(({ symbols }) => symbols)).toEqual([
    ...Array(3).fill(['ETHUSDT']),
    ['ETHUSDT', 'SOLUSDT'],
  ]);
  expect(taken).toEqual([]);
  // What had closed before it was asked is in the answer.
  await recording.take(bar(true, 1), rest);
  fills.at(-1)!.end();
  await turn();
  expect(taken).toEqual(['kline ETHUSDT']);
}, 30_000);

test('a closing bar that the stream did not bring is asked for at the next one', async () => {
  const { recording, taken, fills } = noted();
  for (const minute of [0, 1, 3]) await recording.take(bar(true, minute), rest);
  expect(taken).toEqual(['kline ETHUSDT', 'kline ETHUSDT']);
  expect(fills.map(({ symbols }) => symbols)).toEqual([['ETHUSDT']]);
  fills[0]!.end();
  await turn();
  expect(taken).toHaveLength(3);
});

test('that holds for the first bar after a fill, and for those that waited for one', async () => {
  const { recording, taken, fills } = noted();
  await recording.take(subscribed('ethusdt@kline_1m'), rest);
  for (const minute of [1, 3]) await recording.take(bar(true, minute), rest);
  fills[0]!.end();
  await turn();
  expect([taken.length, fills.length]).toEqual([1, 2]);
  fills[1]!.end();
  await turn();

  const other = noted();
  await other.recording.take(subscribed('ethusdt@kline_1m'), rest);
  other.fills[0]!.end();
  await turn();
  await other.recording.take(bar(true, 2), rest);
  await turn();
  expect([other.taken.length, other.fills.length]).toEqual([0, 2]);
  other.fills[1]!.end();
  await turn();
  expect([other.taken.length, other.fills.length]).toEqual([1, 2]);
});

test('a pair that the exchange no longer lists holds nothing up; anything else ends the recording', async () => {
  const { recording, taken, fills } = noted();
  await recording.take(subscribed('ethusdt@kline_1m'), rest);
  await recording.take(bar(true), rest);
  fills[0]!.end(new CandlebookError('SYMBOL_UNKNOWN', 'gone'));
  await turn();
  expect(taken).toEqual(['kline ETHUSDT']);
  // Also where a hole cannot be closed, what comes after it is kept.
  await recording.take(subscribed('ethusdt@kline_1m'), rest);
  for (const minute of [1, 4]) await recording.take(bar(true, minute), rest);
  await turn();
  for (const at of [1, 2]) {
    fills[at]!.end(new CandlebookError('REQUEST_REFUSED', 'not this'));
    await turn();
  }
  expect(taken).toHaveLength(3);
  await recording.take(subscribed('ethusdt@kline_1m'), rest);
  await turn();
  fills[3]!.end(new Error('disk gone'));
  await turn();
  await expect(recording.take(trade, rest)).rejects.toThrow('disk gone');
});

test('the end leaves out bars that still wait: the next run fetches them with those before', async () => {
  const { recording, taken, fills } = noted();
  await recording.take(subscribed('ethusdt@kline_1m'), rest);
  await recording.take(bar(true), rest);
  const ended = recording.close();
  fills[0]!.end();
  await ended;
  await turn();
  expect(taken).toEqual([]);
  expect(fills).toHaveLength(1);
});
