import { expect, test } from 'vitest';
import { brokerOf, type TopicFeedOptions, topicFeed } from '../../src/cloud/index.ts';
import type { RestClient } from '../../src/fetcher/index.ts';
import type { MarketEvent } from '../../src/market/index.ts';
import { StubTopic, stubTrade } from '../fixtures/topic.ts';

const broker = brokerOf('127.0.0.1:9092');

/** Trades by id, other events by what they are; ends after `count` of them. */
async function read(
  topic: StubTopic,
  count: number,
  options: Partial<TopicFeedOptions> = {},
  onEvent: (event: MarketEvent, at: number) => unknown = () => undefined,
) {
  const story: (number | string)[] = [];
  for await (const event of topicFeed({ broker, ...options }, topic.load)) {
    story.push(toldAs(event));
    await onEvent(event, story.length);
    if (story.length === count) break;
  }
  return story;
}

function toldAs(event: MarketEvent): number | string {
  if (event.type === 'trade') return event.id;
  if (event.type === 'gap' || event.type === 'filled') return `${event.type} ${event.fromId}-${event.toId}`;
  return event.type === 'error' ? event.code : event.type;
}

test('what a publisher repeated is left out, a hole is told, what is no trade is an error, and it goes on', async () => {
  const topic = new StubTopic();
  for (const id of [10, 11, 10, 11, 12, 15]) topic.putTrade(0, 'BTCUSDT', id);
  topic.put(0, '{"symbol":');
  topic.put(0, undefined);
  topic.putTrade(0, 'BTCUSDT', 16);
  const story = await read(topic, 10);
  const isError = (event: number | string) => event === 'RESPONSE_INVALID';
  expect(story.filter(isError)).toHaveLength(2);
  expect(story.filter((event) => !isError(event))).toEqual([
    'connect', 'subscribe', 10, 11, 12, 'gap 13-14', 15, 16,
  ]); // biome-ignore format: one line a story
});

test('simulated, recorded and live trades are told apart, and said once', async () => {
  const topic = new StubTopic();
  topic.putTrade(0, 'BTCUSDT', 1);
  for (const id of [2, 3]) topic.putTrade(0, 'BTCUSDT', id, 'simulated');
  topic.putTrade(0, 'BTCUSDT', 4, 'recorded');
  topic.putTrade(0, 'BTCUSDT', 2);
  const events = await read(topic, 6);
  expect(events).toEqual(['connect', 'subscribe', 1, 'SOURCE_MIXED', 'SOURCE_MIXED', 2]);
});

test('with a REST client, what the topic lacks is fetched, from the last trade that the caller has', async () => {
  const topic = new StubTopic();
  for (const id of [5, 8]) topic.putTrade(0, 'BTCUSDT', id);
  const rest = {
    historicalTrades: async (symbol: string, from: number, limit: number) =>
      Array.from({ length: limit }, (_, i) => stubTrade(symbol, from + i)),
    aggTrades: async () => [{ ...stubTrade('BTCUSDT', 8), lastTradeId: 8 }],
  } as unknown as RestClient;
  const options = { rest, symbols: ['BTCUSDT'], since: { BTCUSDT: 2 } };
  const story = await read(topic, 9, options);
  expect(story.filter((event) => typeof event === 'number')).toEqual([3, 4, 5, 6, 7, 8]);
  expect(story.filter((event) => String(event).startsWith('gap'))).toEqual([]);
});

test('what another reader of the group took while the partition was its own is no gap; a hole of the topic is', async () => {
  const topic = new StubTopic();
  for (const id of [1, 2]) topic.putTrade(0, 'BTCUSDT', id, 'live', BigInt(id));
  topic.putTrade(1, 'ETHUSDT', 1, 'live', 1n);
  const story = await read(topic, 9, { group: 'shared', from: 'committed' }, (_, at) => {
    if (at !== 5) return;
    topic.rejoin([1]);
    topic.rejoin([0, 1]);
    // The group's place lies one behind: 2 comes again. Then 10, which 3 to 9 were between; then a true hole.
    topic.putTrade(0, 'BTCUSDT', 2, 'live', 2n);
    topic.putTrade(0, 'BTCUSDT', 10, 'live', 10n);
    topic.putTrade(0, 'BTCUSDT', 12, 'live', 11n);
    topic.putTrade(1, 'ETHUSDT', 2, 'live', 2n);
  });
  expect(story.slice(0, 5)).toEqual(['connect', 'subscribe', 1, 2, 1]);
  expect(story.slice(5).sort()).toEqual([10, 12, 2, 'gap 11-11'].sort());
});

test('a broker that is away is told, and that it is back; nothing is told of one attempt among answers', async () => {
  const topic = new StubTopic();
  topic.putTrade(0, 'BTCUSDT', 1);
  const reasons: string[] = [];
  const story = await read(topic, 7, {}, (event, at) => {
    if (event.type === 'disconnect') reasons.push(event.reason);
    if (at === 3) {
      topic.fail('a pause');
      topic.answer();
      topic.putTrade(0, 'BTCUSDT', 2);
    }
    if (at === 4) topic.fail('connect ECONNREFUSED');
    if (at === 5) topic.answer();
    if (at === 6) topic.putTrade(0, 'BTCUSDT', 3);
  });
  expect(story).toEqual(['connect', 'subscribe', 1, 2, 'disconnect', 'connect', 3]);
  expect(reasons[0]).toContain('ECONNREFUSED');
});

test('silence is told once, until the next trade', async () => {
  const topic = new StubTopic();
  topic.putTrade(0, 'BTCUSDT', 1);
  const story = await read(topic, 6, { staleAfterMs: 30 }, (_, at) => {
    if (at === 4) topic.putTrade(0, 'BTCUSDT', 2);
  });
  expect(story).toEqual(['connect', 'subscribe', 1, 'stale', 2, 'stale']);
});

test('a group’s place is that of what was taken, and only of partitions that are its own', async () => {
  const topic = new StubTopic();
  for (const id of [1, 2, 3]) topic.putTrade(0, 'BTCUSDT', id);
  topic.putTrade(1, 'ETHUSDT', 1);
  await read(topic, 6, { group: 'shared', from: 'committed' }, (_, at) => {
    if (at === 6) topic.rejoin([1]);
  });
  // The last event was not taken whole: the loop was left in it.
  expect(topic.committed).toEqual([{ partition: 1, offset: 0n }]);

  const whole = new StubTopic();
  for (const id of [1, 2, 3]) whole.putTrade(0, 'BTCUSDT', id);
  await read(whole, 5, { group: 'shared', from: 'committed' });
  expect(whole.committed).toEqual([{ partition: 0, offset: 2n }]);
});

test.each([
  ['earliest', undefined, [0]],
  ['latest', undefined, [0, 1, 2, 3]],
  ['committed', 'shared', undefined],
] as const)(
  'where the client gives up at what may pass, a reader from %s goes on where it was',
  async (from, group, partitions) => {
    const topic = new StubTopic();
    for (const id of [1, 2]) topic.putTrade(0, 'BTCUSDT', id, 'live', BigInt(6 + id));
    const story = await read(topic, 5, { from, ...(group ? { group } : {}) }, async (_, at) => {
      if (at !== 4) return;
      topic.giveUp(new AggregateError([new Error('Connection closed')], 'Cannot find a SASL mechanism.'));
      // What lies behind its place comes again where a group's is older; it is not told twice.
      for (const id of [2, 3]) topic.putTrade(0, 'BTCUSDT', id, 'live', BigInt(6 + id));
    });
    expect(story).toEqual(['connect', 'subscribe', 1, 2, 3]);
    const offset = (partition: number) => (partition === 0 ? 9n : 7n);
    expect(topic.beginnings).toEqual([
      { mode: from },
      partitions === undefined
        ? { mode: 'committed' }
        : {
            mode: 'manual',
            offsets: partitions.map((at) => ({ topic: 'crypto-stream', partition: at, offset: offset(at) })),
          },
    ]);
  },
);

test('what a broker refuses for good ends the feed', async () => {
  const topic = new StubTopic();
  topic.putTrade(0, 'BTCUSDT', 1);
  const denied = Object.assign(new Error('not for you'), { apiId: 'TOPIC_AUTHORIZATION_FAILED' });
  const story = read(topic, 9, {}, (_, at) => at === 3 && topic.giveUp(denied));
  await expect(story).rejects.toMatchObject({
    code: 'ACCESS_DENIED',
    hint: expect.stringContaining('Receiver'),
  });
  expect(topic.beginnings).toHaveLength(1);
});

test('without a group nothing is committed', async () => {
  const topic = new StubTopic();
  topic.putTrade(0, 'BTCUSDT', 1);
  await read(topic, 3);
  expect(topic.committed).toEqual([]);
});

test('options that do not fit are refused', () => {
  expect(() => topicFeed({ broker, from: 'committed' })).toThrowError(
    expect.objectContaining({ code: 'INPUT_INVALID', hint: expect.stringContaining('group') }),
  );
  expect(() => topicFeed({ broker, since: Date.now() })).toThrowError(
    expect.objectContaining({ code: 'INPUT_INVALID', hint: expect.stringContaining('rest') }),
  );
});
