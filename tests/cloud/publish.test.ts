import { expect, test, vi } from 'vitest';
import { brokerOf, publishTrades } from '../../src/cloud/index.ts';
import { kafkaClient } from '../../src/cloud/kafka/client.ts';
import type { CandlebookError, Feed, MarketEvent, Trade } from '../../src/market/index.ts';
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
    JSON.stringify({
      clock: (1_700_000_001_000 + 86_400_000) * 1000,
      event_time: 1_700_000_001_000_000,
      source: 'recorded',
    }),
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

/** As the client has it: the broker's word within an error of its own. */
const refused = (word: string) =>
  new AggregateError(
    [Object.assign(new Error('so says the broker'), { apiId: word })],
    'send failed 1 times.',
  );

/** Publishes many trades with a client that answers as told. @returns the ids of each request, by producer */
async function answered(answer: (count: number, request: number) => Error | undefined) {
  const requests: { producer: number; ids: number[] }[] = [];
  let producers = 0;
  class Producer {
    readonly instanceId = ++producers;
    metadata = () => Promise.resolve();
    close = () => Promise.resolve();
    async send({ messages }: { messages: { value: Buffer }[] }) {
      const ids = messages.map(({ value }) => JSON.parse(value.toString()).tradeId as number);
      requests.push({ producer: this.instanceId, ids });
      const error = answer(ids.length, requests.length);
      if (error) throw error;
    }
  }
  vi.mocked(kafkaClient).mockResolvedValue({ Producer } as never);
  const trades = Array.from({ length: 8 }, (_, i) => trade('BTCUSDT', i, 1_700_000_000_000 + i));
  const report = await publishTrades(feedOf(trades), {
    broker: brokerOf('127.0.0.1:9092'),
    maxMessages: 4,
  }).catch((error: unknown) => error as CandlebookError);
  return { report, requests };
}

test.each([
  ['the broker has trouble of its own', refused('UNKNOWN_SERVER_ERROR')],
  ['the broker has forgotten the producer', refused('INVALID_PRODUCER_EPOCH')],
  ['it can not sign in for the moment', new Error('failed', { cause: new Error('no token for now') })],
])('%s: the same goes out again, by a producer of its own', async (_, error) => {
  const { report, requests } = await answered((_count, request) => (request === 1 ? error : undefined));
  expect(report).toMatchObject({ published: 8, requests: 2 });
  expect(requests).toEqual([
    { producer: 1, ids: [0, 1, 2, 3] },
    { producer: 2, ids: [0, 1, 2, 3] },
    { producer: 2, ids: [4, 5, 6, 7] },
  ]);
});

test('a broker that takes less at once gets less, from then on', async () => {
  const tooLarge = (count: number) => (count > 2 ? refused('MESSAGE_TOO_LARGE') : undefined);
  const { report, requests } = await answered(tooLarge);
  expect(report).toMatchObject({ published: 8 });
  const taken = requests.map(({ ids }) => ids).filter(({ length }) => length <= 2);
  expect(taken).toEqual([[0, 1], [2, 3], [4, 5], [6, 7]]); // biome-ignore format: one line of requests
  expect(requests.length - taken.length).toBeLessThanOrEqual(2);
});

test('what is refused for good is not asked again', async () => {
  const { report, requests } = await answered(() => refused('TOPIC_AUTHORIZATION_FAILED'));
  expect(report).toMatchObject({ code: 'ACCESS_DENIED', hint: expect.stringContaining('Data Sender') });
  expect(requests).toHaveLength(1);
});

test('a live market is not to be closed', async () => {
  const { ended, output } = candlebook(['publish', '--symbols', 'BTCUSDT', '--to', '127.0.0.1:9', '--close']);
  expect((await ended)[0]).toBe(1);
  expect(output.err).toMatch(/^INPUT_INVALID: --close is for recordings.*--recording FILE/);
});
