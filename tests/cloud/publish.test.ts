import { expect, test, vi } from 'vitest';
import { brokerOf, publishTrades } from '../../src/cloud/index.ts';
import { kafkaClient } from '../../src/cloud/kafka/client.ts';
import type { Feed, MarketEvent, Trade } from '../../src/market/index.ts';
import { candlebook } from '../fixtures/cli.ts';

vi.mock('../../src/cloud/kafka/client.ts');

const trade = (symbol: string, id: number, time: number): Trade => ({
  ...{ type: 'trade', symbol, id, time, eventTime: time },
  ...{ price: 1, quantity: 1, buyerIsMaker: false },
});

function feedOf(events: readonly MarketEvent[]): Feed {
  return {
    source: 'recorded',
    close: () => Promise.resolve(),
    async *[Symbol.asyncIterator]() {
      yield* events;
    },
  } as Feed;
}

/** Publishes with a client that takes all. @returns the values that it was given, request by request */
async function published(events: readonly MarketEvent[], hasEnded: boolean): Promise<string[][]> {
  const requests: string[][] = [];
  class Producer {
    readonly instanceId = 1;
    metadata = () => Promise.resolve();
    close = () => Promise.resolve();
    send({ messages }: { messages: { value: Buffer }[] }) {
      requests.push(messages.map(({ value }) => value.toString()));
      return Promise.resolve();
    }
  }
  vi.mocked(kafkaClient).mockResolvedValue({ Producer } as never);
  const report = await publishTrades(feedOf(events), {
    broker: brokerOf('127.0.0.1:9092'),
    hasEnded: () => hasEnded,
  });
  expect(report.published).toBe(events.length);
  return requests;
}

const EVENTS = [trade('BTCUSDT', 1, 1_700_000_001_000), trade('ETHUSDT', 1, 1_700_000_000_000.25)];

test('a market that ends with its feed is closed: a day after its newest trade, once all others are acknowledged', async () => {
  const requests = await published(EVENTS, true);
  expect(requests.at(-1)).toEqual([
    JSON.stringify({ clock: (1_700_000_001_000 + 86_400_000) * 1000, source: 'recorded' }),
  ]);
  expect(requests.slice(0, -1).flat()).toHaveLength(2);
});

test.each([
  ['one that goes on is not', EVENTS, false],
  ['one without a trade is not', [], true],
] as const)('%s', async (_, events, hasEnded) => {
  const requests = await published(events, hasEnded);
  expect(requests.flat().filter((value) => value.includes('clock'))).toEqual([]);
});

test('a live market is not to be closed', async () => {
  const { ended, output } = candlebook(['publish', '--symbols', 'BTCUSDT', '--to', '127.0.0.1:9', '--close']);
  expect((await ended)[0]).toBe(1);
  expect(output.err).toMatch(/^INPUT_INVALID: --close is for recordings.*--recording FILE/);
});
