/**
 * A run of everything on this machine, for notebook 06: embedded exchange, Kafka broker, publisher, Spark pipeline.
 *
 *   node tests/scale/gold-run.ts FOLDER         leaves Spark's tables in FOLDER/spark/pipeline/spark-warehouse
 *   node tests/scale/gold-run.ts FOLDER --save  puts those that are there into the package, as the saved run
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Producer } from '@platformatic/kafka';
import { SAVED_RUN } from '../../src/cloud/gold/tables.ts';
import { brokerOf, openGold, publishTrades } from '../../src/cloud/index.ts';
import { encodeClock } from '../../src/cloud/kafka/message.ts';
import { startExchange } from '../../src/exchange/index.ts';
import { createRest, liveFeed } from '../../src/fetcher/index.ts';
import { DOCUMENT_SYMBOLS } from '../../src/market/index.ts';
import { writePipelineTable } from '../fixtures/gold.ts';
import { say, step } from '../fixtures/step.ts';
import { startBroker } from './broker.ts';
import { Pipeline } from './spark/pipeline.ts';

const TOPIC = 'crypto-stream';
/** Of the market: volume spikes look back on an hour. */
const MINUTES = 80;
/** Market time per real time. */
const SPEED = 60;
const DAY = 86_400_000;
const TABLES = [
  ...['silver_trades', 'quarantine', 'gold_candles_1m', 'gold_moving_averages', 'gold_volatility'],
  ...['gold_volume_spikes', 'gold_statistics_24h', 'gold_top_performers'],
];

const [folder, word] = process.argv.slice(2);
if (!folder) throw new Error('node tests/scale/gold-run.ts FOLDER [--save]');
const warehouse = join(folder, 'spark', 'pipeline', 'spark-warehouse');
if (word === '--save') await save();
else await run(folder);

async function run(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const broker = await step('Kafka broker', () => startBroker(folder, TOPIC));
  try {
    const startTime = Date.now() - (MINUTES + 2) * 60_000;
    const exchange = await startExchange({ seed: 1, speed: SPEED, startTime, weightLimit: 1e6 });
    const rest = createRest({ restUrl: exchange.restUrl });
    const symbols = DOCUMENT_SYMBOLS;
    const feed = liveFeed({ wsUrl: exchange.wsUrl, rest, symbols, streams: ['trade'] });
    await step(`${MINUTES} minutes of the market are published`, async () => {
      setTimeout(() => void feed.close(), (MINUTES * 60_000) / SPEED);
      say(JSON.stringify(await publishTrades(feed, { broker: brokerOf(broker.plain) })));
    });
    const newest = await rest.serverTime();
    await rest.close();
    await exchange.close();
    // The market has gone on without a trade: all candles are closed.
    const producer = new Producer({ clientId: 'clock', bootstrapBrokers: [broker.plain] });
    const value = encodeClock(newest + DAY, 'simulated', newest);
    await producer.send({ messages: [{ topic: TOPIC, key: Buffer.from('clock'), value }] });
    await producer.close();
    const options = {
      folder: join(folder, 'spark'),
      topic: TOPIC,
      source: 'simulated',
      brief: true,
    } as const;
    const pipeline = await Pipeline.prepare({ ...options, broker: broker.plain });
    await step('Spark pipeline', async () => (await pipeline.start()).done());
    say(pipeline.tables);
  } finally {
    await broker.close();
  }
}

/** The rows that Spark wrote, each table in one file. */
async function save(): Promise<void> {
  if (!existsSync(warehouse)) throw new Error(`There is no ${warehouse}.`);
  rmSync(SAVED_RUN, { recursive: true, force: true });
  const gold = await openGold({ location: warehouse });
  const counts: Record<string, number> = {};
  for (const name of TABLES) {
    const rows = await gold.rows(name);
    counts[name] = rows.length;
    await writePipelineTable(SAVED_RUN, name, rows, gold.source);
  }
  const date = new Date().toISOString().slice(0, 10);
  const about = {
    date,
    source: gold.source,
    made: 'embedded exchange, Kafka 4.1.1, Spark 4.2.0, Delta 4.4.0',
  };
  writeFileSync(
    join(SAVED_RUN, 'saved-run.json'),
    `${JSON.stringify({ ...about, rows: counts }, null, 2)}\n`,
  );
  say(JSON.stringify(counts));
}
