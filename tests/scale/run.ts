/**
 * What goes to other engines, against the real ones: a Kafka broker on loopback, a publisher that is killed over and over,
 * the topic read back, and the Spark pipeline killed and compared. The last line is a ledger; exit code 1 where anything is missing, doubled or not equal.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { missingForMaven } from '../fixtures/maven.ts';
import { say, step } from '../fixtures/step.ts';
import { startBroker } from './broker.ts';
import { keepsContract } from './contract.ts';
import { readByGroup } from './group.ts';
import { publishKilled } from './killed.ts';
import { losesPatience, publishThrottled } from './limits.ts';
import { publishRecorded } from './recorded.ts';
import { type SparkFound, sparkPipeline } from './spark/check.ts';

const { values } = parseArgs({
  options: {
    trades: { type: 'string', default: '300000' },
    kills: { type: 'string', default: '5' },
    required: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});
if (values.help) {
  console.log(`npm run test:scale [-- --trades 300000] [--kills 5] [--required]

Publishes trades of the embedded exchange to a real Kafka broker (Maven fetches it, 43 MB, outside the checkout) while the
publisher is killed and, once, the broker; and recorded ones. Reads the topic back as a feed and compares each trade; by
two readers of a group, of which one leaves; under a quota; and from a broker that does not come back.
Then the Spark pipeline (pip and Maven fetch Spark, 1.4 GB, outside the checkout) takes the same topic, is killed in
silver, gold and bronze, and all its tables are compared with our own candles, indicators and insights: equal to 1e-9.
  --required   fails where Java or Maven is absent, instead of passing it over

Example: npm run test:scale -- --trades 30000 --kills 2`);
  process.exit(0);
}
const [trades, kills] = [Number(values.trades), Number(values.kills)];
if (!(trades > 0 && kills >= 0)) {
  console.error('--trades has to be a number above 0, and --kills one from 0.');
  process.exit(2);
}
const missing = missingForMaven();
if (missing) {
  console.log(`Skipped: ${missing}`);
  process.exit(values.required ? 1 : 0);
}

const TOPIC = 'crypto-stream';
const folder = mkdtempSync(join(tmpdir(), 'candlebook-scale-'));
const broker = await step('Kafka broker', () => startBroker(folder, TOPIC));
try {
  const live = await publishKilled({ broker, topic: TOPIC, folder, trades, kills });
  const recorded = await publishRecorded({ broker, topic: TOPIC, folder });
  const group = await step('readers of one group share the topic', () =>
    readByGroup(broker, TOPIC, live.compared),
  );
  await step('the feeds’ contract, against this broker', () => keepsContract(broker));
  const throttled = await step('a broker that throttles', () => publishThrottled(broker));
  say(`  ${throttled}`);
  say(`broker ${(await broker.megabytes()).toFixed(0)} MB`);
  const { repeated, pills } = live;
  const simulated = await sparkPipeline({
    ...{ broker, topic: TOPIC, folder, source: 'simulated', truth: live.truth, kills },
    refused: { malformed: pills, duplicate: repeated, source: recorded.compared },
  });
  const spark = [simulated];
  if (recorded.compared > 0) {
    const late = simulated.quarantined.late ?? 0;
    const malformed = simulated.quarantined.malformed!;
    spark.push(
      await sparkPipeline({
        ...{ broker, topic: TOPIC, folder, source: 'recorded', truth: recorded.truth, kills: 0 },
        // All that is simulated: trades, their copies, late ones, and the message of the clock.
        refused: { malformed, source: live.compared + repeated + late + 1 },
      }),
    );
  }
  const sum = (of: (found: SparkFound) => number) => spark.reduce((total, found) => total + of(found), 0);
  const [missing, doubled, wrong] = [sum((f) => f.missing), sum((f) => f.doubled), sum((f) => f.wrong)];
  const quarantined = Object.entries(simulated.quarantined).map(([reason, count]) => `${reason} ${count}`);
  await step('a broker that does not come back', () => losesPatience(broker, folder));
  console.log(
    `by two readers of a group: missing ${group.missing}, gaps told ${group.gaps}, doubled at hand-overs ${group.doubled}, after the end ${group.afterwards}`,
  );
  console.log(
    `topic: compared ${live.compared} trades of ${live.symbols} symbols after ${live.killed} kills of the publisher: missing ${live.missing} doubled ${live.doubled} wrong ${live.wrong} (repeated by kills and left out by the feed: ${repeated}); recorded ${recorded.compared}: wrong ${recorded.wrong}; poison pills reported ${live.poison} of ${pills}`,
  );
  console.log(
    `compared ${live.compared + recorded.compared} trades on the topic after ${live.killed} kills of the publisher, and ${sum((f) => f.compared)} rows of Spark's silver and gold, ${sum((f) => f.candles)} candles among them, after ${sum((f) => f.killed)} kills of the pipeline: missing ${live.missing + missing} doubled ${live.doubled + doubled} wrong ${live.wrong + recorded.wrong + wrong}; in quarantine ${quarantined.join(', ')}`,
  );
  const topicFaults = live.missing + live.doubled + live.wrong + recorded.wrong + group.missing + group.gaps;
  const faults = topicFaults + group.afterwards + missing + doubled + wrong;
  process.exitCode = faults === 0 && live.compared >= trades && live.poison === pills ? 0 : 1;
} finally {
  await broker.close();
  rmSync(folder, { recursive: true, force: true });
}
