/** The Spark pipeline on two cores: rows a second at 60,000 and 300,000 new messages (--rows for more), and how the cost grows. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { missingForMaven } from '../fixtures/maven.ts';
import { SPARK } from '../fixtures/spark.ts';
import { say, step } from '../fixtures/step.ts';
import { startBroker } from '../scale/broker.ts';
import { Pipeline, type PipelineRun } from '../scale/spark/pipeline.ts';
import { benchOptions, positive } from './measure/options.ts';
import { conclude } from './measure/report.ts';
import { BenchTrades } from './spark/trades.ts';

const options = benchOptions({ rows: { type: 'string', default: '60000,300000' } });
const sizes = options.rows.split(',').map((text) => positive('rows', text));
const TOPIC = 'crypto-stream';

interface Measured {
  readonly rows: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

const missing = missingForMaven();
if (missing) {
  say(`Passed over: ${missing}`);
  process.exit(0);
}
const folder = mkdtempSync(join(tmpdir(), 'candlebook-bench-'));
const broker = await startBroker(folder, TOPIC);
try {
  const pipeline = await Pipeline.prepare({
    ...{ folder: join(folder, 'spark'), broker: broker.plain, topic: TOPIC, source: 'simulated' },
  });
  const trades = new BenchTrades(broker.plain, TOPIC);
  // The first run makes the tables, which no other run has to.
  const [first, ...measured] = await inTurn(pipeline, trades, [1_000, ...sizes]);
  const [least, most] = [measured[0]!, measured.at(-1)!];
  const perRow = (of: 'seconds' | 'cpuSeconds') => (most[of] - least[of]) / (most.rows - least.rows);
  const fixed = (of: 'seconds' | 'cpuSeconds') => least[of] - perRow(of) * least.rows;
  const text = (value: number, digits = 0) =>
    value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const row = ({ rows, seconds, cpuSeconds }: Measured) => [
    `${text(rows)} messages`,
    text(seconds, 1),
    text(cpuSeconds, 1),
    text(rows / seconds),
    text(rows / cpuSeconds),
  ];
  process.exitCode = conclude(
    {
      bench: 'spark',
      versions: {
        Spark: SPARK.python['pyspark[pipelines]'],
        Delta: SPARK.delta['io.delta:delta-spark_4.2_2.13'],
      },
      setting:
        'messages of an hour of 50 symbols through bronze, silver and gold (11 tables), from a Kafka broker on the same machine; each run by `spark-pipelines run` with the start of its virtual machine, local[2]; processor time of all its processes',
      tables: [
        {
          head: ['one run', 'seconds', 'CPU seconds', 'rows/s', 'rows per CPU second'],
          rows: [
            ['the first, which makes the tables', ...row(first!).slice(1, 3), '–', '–'],
            ...measured.map(row),
          ],
        },
      ],
      notes: [
        `Between the smallest and the largest: ${text(fixed('cpuSeconds'), 0)} CPU seconds a run, and ${text(perRow('cpuSeconds') * 1e6, 1)} CPU µs a message (${text(1 / perRow('cpuSeconds'))} messages a CPU second); by the clock ${text(fixed('seconds'), 0)} s and ${text(perRow('seconds') * 1e6, 1)} µs.`,
      ],
      verdicts: [],
      raw: { first, measured },
    },
    options,
  );
} finally {
  await broker.close();
  rmSync(folder, { recursive: true, force: true });
}

async function inTurn(
  pipeline: Pipeline,
  trades: BenchTrades,
  sizes: readonly number[],
): Promise<Measured[]> {
  const found: Measured[] = [];
  for (const rows of sizes) {
    await step(`${rows} trades to the topic`, () => trades.publish(rows));
    found.push(await step(`Spark, ${rows} new messages`, async () => measure(await pipeline.start(), rows)));
  }
  return found;
}

async function measure(run: PipelineRun, rows: number): Promise<Measured> {
  const began = performance.now();
  let cpuSeconds = 0;
  let isDone = false;
  const watch = async () => {
    while (!isDone) {
      // Processes that have ended are out of the sum again: the most that was seen counts.
      cpuSeconds = Math.max(cpuSeconds, run.cpuSeconds());
      await sleep(250);
    }
  };
  await Promise.all([run.done().finally(() => (isDone = true)), watch()]);
  return { rows, seconds: (performance.now() - began) / 1_000, cpuSeconds };
}
