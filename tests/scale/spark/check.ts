import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Producer } from '@platformatic/kafka';
import { encodeClock, encodeTrade } from '../../../src/cloud/kafka/message.ts';
import { candlebook } from '../../fixtures/cli.ts';
import { say, step } from '../../fixtures/step.ts';
import type { TestBroker } from '../broker.ts';
import type { Truth } from '../killed.ts';
import { compareRows, type Differences, type Row, readTable } from './compare.ts';
import { expectedTables } from './expected.ts';
import { Pipeline } from './pipeline.ts';

/** In which flows the pipeline is killed, the first ones first. */
const PHASES = ['silver_settled', 'gold_candles_1m', 'bronze_events'];
const LATE = 5;
/** What of a good message is made wrong, one after the other; the feed refuses the same ones. */
const WRONG = [
  '"price":0',
  '"price":"NaN"',
  '"price":1e999',
  '"quantity":-1',
  '"symbol":7',
  '"tradeId":1.5',
  '"tradeId":9007199254740992',
  '"buyerIsMaker":"yes"',
  '"trade_time":null',
  '"trade_time":-9223372036854775808',
  '"event_time":9223372036854775807',
  '"source":"paper"',
];
/** Of no time at all: a sum with it would end the run. */
const WRONG_CLOCK = '{"clock":-9223372036854775808,"source":"simulated"}';
const DAY = 86_400_000;

export interface SparkOptions {
  readonly broker: TestBroker;
  readonly topic: string;
  readonly folder: string;
  readonly source: 'simulated' | 'recorded';
  readonly truth: Truth;
  readonly kills: number;
  /** Messages of quarantine by their reason, as they were put on the topic before; more are added here. */
  readonly refused: Readonly<Record<string, number>>;
}

export interface SparkFound extends Differences {
  readonly candles: number;
  readonly killed: number;
  readonly quarantined: Readonly<Record<string, number>>;
}

/** The topic through the pipeline, killed in bronze, silver and gold; all its tables against our own figures. */
export async function sparkPipeline(options: SparkOptions): Promise<SparkFound> {
  const { broker, topic, folder, source, truth, kills } = options;
  const pipeline = await Pipeline.prepare({
    folder: join(folder, source),
    broker: broker.plain,
    topic,
    source,
    brief: true,
  });
  const phases = PHASES.slice(0, kills);
  for (const phase of phases)
    await step(`Spark, ${source}: killed in ${phase}`, async () => {
      const run = await pipeline.start();
      await run.reaches(phase);
      await sleep(Math.random() * 2_000);
      await run.kill();
    });
  // What was killed has taken the trades in: those that come now and are older than the watermark are late.
  if (phases.length > 0) await optimize(pipeline);
  const late = phases.length > 0 ? await sendLate(broker, topic, source, truth) : 0;
  await sendWrong(broker, topic, source, truth);
  await sendClock(broker, topic, source, truth);
  await step(`Spark, ${source}: to the end`, async () => (await pipeline.start()).done());
  return step(`Spark, ${source}: its tables are read and compared`, async () => {
    const found: SparkFound = { ...(await compareTables(pipeline, truth)), killed: phases.length };
    const malformed = (options.refused.malformed ?? 0) + WRONG.length + 1;
    const wanted = { ...options.refused, malformed, ...(late > 0 ? { late } : {}) };
    const quarantined = JSON.stringify(sorted(found.quarantined));
    if (quarantined === JSON.stringify(sorted(wanted))) return found;
    throw new Error(`quarantine holds ${quarantined}, and not ${JSON.stringify(sorted(wanted))}`);
  });
}

/** Between two runs, small files are put together by the store: Spark goes on from there. */
async function optimize({ tables }: Pipeline): Promise<void> {
  const { ended, output } = candlebook(['table', 'optimize', join(tables, 'bronze_events')]);
  const [code] = await ended;
  if (code !== 0 || !/ became /.test(output.out))
    throw new Error(`bronze was not optimized: ${output.out}${output.err}`);
  say(`  bronze_events: ${output.out.trim()}`);
}

async function compareTables(pipeline: Pipeline, truth: Truth): Promise<Omit<SparkFound, 'killed'>> {
  const all: Differences = { compared: 0, missing: 0, doubled: 0, wrong: 0 };
  const counts: Record<string, number> = {};
  for (const [name, expected] of Object.entries(expectedTables(truth))) {
    const one = compareRows(name, await readTable(pipeline.tables, name), expected);
    for (const what of Object.keys(all) as (keyof Differences)[]) all[what] += one[what];
    counts[name] = expected.length;
  }
  say(
    `  ${Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')}`,
  );
  const quarantine = await readTable(pipeline.tables, 'quarantine');
  const quarantined: Record<string, number> = {};
  for (const { reason, messages } of quarantine)
    quarantined[String(reason)] = (quarantined[String(reason)] ?? 0) + Number(messages);
  all.doubled += quarantine.length - new Set(quarantine.map(place)).size;
  // Each message is a trade, in quarantine, or the clock's; none is lost, none is there twice.
  const bronze = await readTable(pipeline.tables, 'bronze_events');
  all.doubled += bronze.length - new Set(bronze.map(place)).size;
  const refused = Object.values(quarantined).reduce((sum, count) => sum + count, 0);
  const unaccounted = bronze.length - counts.silver_trades! - refused - 1;
  if (unaccounted !== 0) say(`  ${unaccounted} messages of bronze are neither trades nor in quarantine`);
  all.missing += Math.abs(unaccounted);
  return { ...all, candles: counts.gold_candles_1m!, quarantined };
}

const place = ({ topic, partition, offset }: Row) => `${topic} ${partition} ${offset}`;
const sorted = (counts: Readonly<Record<string, number>>) => Object.entries(counts).sort();

/** New trades of a time long passed, and copies of trades of that time. @returns how many messages */
async function sendLate(
  { plain }: TestBroker,
  topic: string,
  source: SparkOptions['source'],
  truth: Truth,
): Promise<number> {
  const [symbol, trades] = [...truth][0]!;
  const first = trades.slice(0, LATE);
  const messages = [...first, ...first.map((trade) => ({ ...trade, id: trade.id + 1e12 }))].map((trade) => ({
    topic,
    key: Buffer.from(symbol),
    value: encodeTrade(trade, source),
  }));
  const producer = new Producer({ clientId: 'late', bootstrapBrokers: [plain] });
  await producer.send({ messages });
  await producer.close();
  return messages.length;
}

async function sendWrong(
  { plain }: TestBroker,
  topic: string,
  source: SparkOptions['source'],
  truth: Truth,
): Promise<void> {
  const [symbol, trades] = [...truth][0]!;
  const good = encodeTrade({ ...trades[0]!, id: 2e12 }, source).toString();
  const wrong = WRONG.map((field) => {
    const name = field.slice(0, field.indexOf(':'));
    return good.replace(new RegExp(`${name}:[^,}]*`), field);
  });
  const messages = [...wrong, WRONG_CLOCK].map((value) => ({
    topic,
    key: Buffer.from(symbol),
    value: Buffer.from(value),
  }));
  const producer = new Producer({ clientId: 'wrong', bootstrapBrokers: [plain] });
  await producer.send({ messages });
  await producer.close();
}

/** The market has gone on for a day without a trade: all that is open is closed. */
async function sendClock(
  { plain }: TestBroker,
  topic: string,
  source: SparkOptions['source'],
  truth: Truth,
): Promise<void> {
  const newest = Math.max(...[...truth.values()].map((trades) => trades.at(-1)!.time));
  const producer = new Producer({ clientId: 'clock', bootstrapBrokers: [plain] });
  const value = encodeClock(newest + DAY, source, newest);
  await producer.send({ messages: [{ topic, key: Buffer.from('clock'), value }] });
  await producer.close();
}
