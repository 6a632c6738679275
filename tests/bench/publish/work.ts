/**
 * One publisher: `work.ts '{"kind":"candlebook",…}'`. Prints what an event cost it, in µs of CPU time of the whole
 * process, and how many went to the broker in a second, as JSON.
 */
import { compatibilityPartitioner, Producer } from '@platformatic/kafka';
import { type Broker, brokerOf, publishTrades } from '../../../src/cloud/index.ts';
import { encodeTrade } from '../../../src/cloud/kafka/message.ts';
import type { Outgoing } from '../../../src/cloud/publish/outbox.ts';
import { Publisher } from '../../../src/cloud/publish/publisher.ts';
import type { Feed, Trade } from '../../../src/market/index.ts';

export interface PublishTask {
  /**
   * From trades of a feed to acknowledged messages, by us or with the client by hand; and from messages whose bytes are
   * ready, by our publisher or by the client alone.
   */
  readonly kind: 'trades, candlebook' | 'trades, client' | 'bytes, candlebook' | 'bytes, client';
  readonly broker: string;
  readonly topic: string;
  readonly warmUp: number;
  readonly events: number;
}

export interface PublishFindings {
  readonly cpuUsPerEvent: number;
  readonly eventsPerSecond: number;
}

const BATCH = 2_000;
const FIRST_ID = 3_735_683_258;
const SYMBOLS = Array.from({ length: 7 }, (_, i) => `COIN${i}USDT`);

const { kind, broker, topic, warmUp, events } = JSON.parse(process.argv[2]!) as PublishTask;
const trades = Array.from({ length: BATCH * 10 }, (_, i) => tradeOf(i));
const publishers = {
  'trades, candlebook': publishFeed,
  'trades, client': publishByHand,
  'bytes, candlebook': publishBytes,
  'bytes, client': sendBytes,
};

let count = 0;
let cpu = process.cpuUsage();
let began = performance.now();
await publishers[kind](brokerOf(broker));

/** The trades, over and over with ids that go on, each once for each of the events. */
async function* feed(): AsyncGenerator<Trade, void, undefined> {
  for (; count < warmUp + events; count++) {
    note();
    yield { ...trades[count % trades.length]!, id: FIRST_ID + Math.floor(count / SYMBOLS.length) };
  }
}

function finish(): void {
  const { user, system } = process.cpuUsage(cpu);
  const findings: PublishFindings = {
    cpuUsPerEvent: (user + system) / events,
    eventsPerSecond: events / ((performance.now() - began) / 1000),
  };
  process.stdout.write(`${JSON.stringify(findings)}\n`, () => process.exit(0));
}

async function publishFeed(address: Broker): Promise<void> {
  const source: Feed = {
    source: 'simulated',
    close: async () => undefined,
    [Symbol.asyncIterator]: feed,
  };
  await publishTrades(source, { broker: address, topic, maxMessages: BATCH, lingerMs: 60_000 });
  finish();
}

function producerOf({ address }: Broker) {
  return new Producer({
    clientId: 'bench',
    bootstrapBrokers: [address],
    idempotent: true,
    partitioner: compatibilityPartitioner,
  });
}

async function publishByHand(address: Broker): Promise<void> {
  const producer = producerOf(address);
  let messages: { topic: string; key: Buffer; value: Buffer }[] = [];
  for await (const trade of feed()) {
    const { symbol, id, price, quantity, buyerIsMaker, time, eventTime } = trade;
    const message = {
      symbol,
      tradeId: id,
      price,
      quantity,
      buyerIsMaker,
      trade_time: time * 1000,
      event_time: eventTime * 1000,
      source: 'simulated',
    };
    messages.push({ topic, key: Buffer.from(symbol), value: Buffer.from(JSON.stringify(message)) });
    if (messages.length < BATCH) continue;
    await producer.send({ messages });
    messages = [];
  }
  finish();
}

async function publishBytes(address: Broker): Promise<void> {
  const publisher = await Publisher.open({
    ...{ broker: address, topic, position: undefined, compression: 'none', patienceMs: 120_000 },
    ...{ maxMessages: BATCH, lingerMs: 60_000, onChange() {}, onFailure() {} },
  });
  const batches = readyBatches();
  for (; count < warmUp + events; count += BATCH) {
    note();
    for (const message of batches[(count / BATCH) % batches.length]!) {
      const full = publisher.add(message);
      if (full) await full;
    }
  }
  await publisher.drain();
  finish();
}

async function sendBytes(address: Broker): Promise<void> {
  const producer = producerOf(address);
  const batches = readyBatches();
  for (; count < warmUp + events; count += BATCH) {
    note();
    await producer.send({ messages: batches[(count / BATCH) % batches.length]! });
  }
  finish();
}

function note(): void {
  if (count !== warmUp) return;
  cpu = process.cpuUsage();
  began = performance.now();
}

function readyBatches(): Outgoing[][] {
  const keys = new Map(SYMBOLS.map((symbol) => [symbol, Buffer.from(symbol)]));
  const messages = trades.map((trade): Outgoing => {
    const { symbol } = trade;
    const id = FIRST_ID + trade.id;
    return { topic, symbol, id, key: keys.get(symbol)!, value: encodeTrade({ ...trade, id }, 'simulated') };
  });
  return Array.from({ length: messages.length / BATCH }, (_, at) =>
    messages.slice(at * BATCH, (at + 1) * BATCH),
  );
}

function tradeOf(i: number): Trade {
  const time = 1_732_435_200_000 + i;
  return {
    type: 'trade',
    symbol: SYMBOLS[i % SYMBOLS.length]!,
    id: i,
    price: 97_000 + (i % 1_000) / 100,
    quantity: (1 + (i % 977)) / 1e5,
    time: time + 0.125,
    eventTime: time + 1.25,
    buyerIsMaker: i % 3 === 0,
  };
}
