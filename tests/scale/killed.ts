import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Consumer, Producer } from '@platformatic/kafka';
import { openPosition, topicFeed } from '../../src/cloud/index.ts';
import { brokerOf } from '../../src/cloud/kafka/broker.ts';
import { startExchange } from '../../src/exchange/index.ts';
import type { Trade } from '../../src/market/index.ts';
import { candlebook } from '../fixtures/cli.ts';
import { say, step } from '../fixtures/step.ts';
import type { TestBroker } from './broker.ts';

const SYMBOLS = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'XRPUSDT'];
/** The last ones have no value, and bytes that are no text. */
const PILLS = [
  ...['', '{"symbol":', '[]', '{"symbol":"BTCUSDT","tradeId":"7"}', 'null'].map((text) => Buffer.from(text)),
  undefined,
  Buffer.from([0xff, 0xfe, 0x80, 0x7b]),
];
/** Market time per real time, so that the trades come within a minute or two. */
const SPEED = 2_000;
const STUCK_AFTER_MS = 90_000;
const OUTAGE_MS = 4_000;

/** Trades of the topic as the exchange's ledger has them, each symbol's in the order of their ids. */
export type Truth = ReadonlyMap<string, readonly Trade[]>;

export interface Found {
  readonly truth: Truth;
  readonly compared: number;
  readonly symbols: number;
  readonly killed: number;
  readonly missing: number;
  readonly doubled: number;
  readonly wrong: number;
  /** Messages that a kill repeated: the same symbol and trade id. */
  readonly repeated: number;
  readonly pills: number;
  readonly poison: number;
}

/** Trades of the embedded exchange through a topic, by a publisher that is killed over and over, against its ledger. */
export async function publishKilled(options: {
  readonly broker: TestBroker;
  readonly topic: string;
  readonly folder: string;
  readonly trades: number;
  readonly kills: number;
}): Promise<Found> {
  const { broker, topic, folder, trades, kills } = options;
  const ledgerFile = join(folder, 'ledger.csv');
  const exchange = await startExchange({
    seed: 11,
    symbols: SYMBOLS,
    speed: SPEED,
    ledgerFile,
    weightLimit: 1e6,
  });
  const begins = new Map<string, number>();
  const secure = brokerOf(broker.connectionString);
  const start = () =>
    candlebook(
      ['publish', '--symbols', ...SYMBOLS, '--url', exchange.restUrl, '--tables', folder, '--json'],
      {
        EVENT_HUBS_CONNECTION_STRING: broker.connectionString,
        NODE_EXTRA_CA_CERTS: broker.caFile,
      },
    );
  try {
    await step(`trades are published, and the publisher is killed ${kills} times`, async () => {
      let killed = 0;
      let publisher = start();
      while (killed < kills) {
        const before = await acknowledged();
        await until(before + 501, publisher);
        await sleep(Math.random() * 1_500);
        publisher.child.kill('SIGKILL');
        await publisher.ended;
        killed++;
        publisher = start();
        if (killed === Math.ceil(kills / 2)) await outage(publisher);
      }
      // The last one has to be at work before it is asked to end.
      await until(Math.max(trades, (await acknowledged()) + 501), publisher);
      publisher.child.kill('SIGINT');
      const [code] = await publisher.ended;
      if (code !== 0) throw new Error(`it ended with ${code}: ${publisher.output.err}`);
      say(`  ${publisher.output.out.trim()}`);
    });
    await poison();
  } finally {
    await exchange.close();
  }
  return step('the topic is read back', () => compare());

  /** The broker is killed under a publisher at work, and comes back: the publisher says so, and goes on by itself. */
  async function outage(publisher: ReturnType<typeof candlebook>): Promise<void> {
    await until((await acknowledged()) + 501, publisher);
    await broker.kill();
    await sleep(OUTAGE_MS);
    await broker.restart();
    await until((await acknowledged()) + 501, publisher);
    const { err } = publisher.output;
    if (!err.includes('The broker is away') || !err.includes('The broker is back'))
      throw new Error(`the publisher did not tell of the outage: ${err}`);
    say('  the broker was killed and came back; the publisher went on');
  }

  /** Waits until so many are acknowledged; a publisher that ends, or for long acknowledges nothing, is a failure. */
  async function until(count: number, { child, output }: ReturnType<typeof candlebook>): Promise<void> {
    let [now, moved, said] = [-1, performance.now(), performance.now()];
    for (;;) {
      const before = now;
      now = await acknowledged();
      if (now >= count) return;
      if (now > before) moved = performance.now();
      if (child.exitCode !== null) throw new Error(`it ended: ${output.err}`);
      if (performance.now() - moved > STUCK_AFTER_MS) {
        child.kill('SIGKILL');
        throw new Error(`it stands still at ${now} trades: ${output.err}`);
      }
      if (performance.now() - said > 10_000) {
        said = performance.now();
        say(`  ${now} of ${trades} acknowledged`);
      }
      await sleep(50);
    }
  }

  /** Trades between where the symbols began and what the position holds. */
  async function acknowledged(): Promise<number> {
    const since = await positions();
    for (const [symbol, id] of Object.entries(since))
      begins.set(symbol, Math.min(begins.get(symbol) ?? id, id));
    return Object.entries(since).reduce((sum, [symbol, id]) => sum + id - begins.get(symbol)!, 0);
  }

  async function positions(): Promise<Record<string, number>> {
    const position = await openPosition(folder, 'simulated', secure, topic);
    return position.since(SYMBOLS) ?? {};
  }

  async function poison(): Promise<void> {
    const producer = new Producer({ clientId: 'pills', bootstrapBrokers: [broker.plain] });
    const key = Buffer.from([0x42, 0xff]);
    await producer.send({ messages: PILLS.map((value) => ({ topic, key, ...(value ? { value } : {}) })) });
    await producer.close();
  }

  async function compare(): Promise<Found> {
    const truth = readLedger(ledgerFile);
    const last = await positions();
    const found = { compared: 0, missing: 0, doubled: 0, wrong: 0, poison: 0 };
    const seen = new Map<string, { first: number; last: number }>();
    const feed = topicFeed({ broker: secure, ca: broker.ca, topic, source: 'simulated' });
    const timer = setTimeout(() => void feed.close(), 120_000);
    const isDone = () =>
      found.poison >= PILLS.length &&
      SYMBOLS.every((symbol) => (seen.get(symbol)?.last ?? -1) >= last[symbol]!);
    for await (const event of feed) {
      if (event.type === 'error' && event.code === 'RESPONSE_INVALID') found.poison++;
      if (event.type === 'gap') found.missing += event.toId - event.fromId + 1;
      if (event.type === 'trade') {
        const { symbol, id } = event;
        const before = seen.get(symbol);
        if (before && id <= before.last) found.doubled++;
        seen.set(symbol, { first: before?.first ?? id, last: id });
        found.compared++;
        if (!isSame(event, truth.get(`${symbol} ${id}`))) found.wrong++;
      }
      if (isDone()) break;
    }
    clearTimeout(timer);
    for (const symbol of SYMBOLS)
      found.missing += Math.max(0, last[symbol]! - (seen.get(symbol)?.last ?? -1));
    const expected = SYMBOLS.reduce((sum, symbol) => sum + last[symbol]! - begins.get(symbol)!, 0);
    found.missing += Math.max(0, expected - found.compared);
    const repeated = (await messagesOf(broker, topic)) - PILLS.length - found.compared;
    return {
      ...found,
      truth: truthOf(truth, seen),
      symbols: seen.size,
      killed: kills,
      repeated,
      pills: PILLS.length,
    };
  }
}

/** The exchange's own account: price, quantity, time and maker by symbol and id. */
function readLedger(file: string): Map<string, string[]> {
  const lines = readFileSync(file, 'utf8').trim().split('\n').slice(1);
  return new Map(
    lines.map((line) => {
      const [symbol, id, ...rest] = line.split(',');
      return [`${symbol} ${id}`, rest];
    }),
  );
}

function truthOf(
  ledger: ReadonlyMap<string, string[]>,
  seen: ReadonlyMap<string, { first: number; last: number }>,
): Truth {
  return new Map(
    [...seen].map(([symbol, { first, last }]) => [
      symbol,
      Array.from({ length: last - first + 1 }, (_, i): Trade => {
        const [price, quantity, time, buyerIsMaker] = ledger.get(`${symbol} ${first + i}`)!;
        return {
          type: 'trade',
          symbol,
          id: first + i,
          price: Number(price),
          quantity: Number(quantity),
          time: Number(time),
          eventTime: Number(time),
          buyerIsMaker: buyerIsMaker === 'true',
        };
      }),
    ]),
  );
}

function isSame({ price, quantity, time, buyerIsMaker }: Trade, stated: string[] | undefined): boolean {
  return (
    stated !== undefined &&
    price === Number(stated[0]) &&
    quantity === Number(stated[1]) &&
    time === Number(stated[2]) &&
    String(buyerIsMaker) === stated[3]
  );
}

async function messagesOf({ plain }: TestBroker, topic: string): Promise<number> {
  const consumer = new Consumer({ clientId: 'count', groupId: 'count', bootstrapBrokers: [plain] });
  const offsets = await consumer.listOffsets({ topics: [topic] });
  await consumer.close();
  return offsets.get(topic)!.reduce((sum, offset) => sum + Number(offset), 0);
}
