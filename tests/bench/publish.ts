/** A trade's way to an acknowledged message of a real Kafka broker: CPU and events a second, beside the bare client's. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { missingForMaven } from '../fixtures/maven.ts';
import { say, step } from '../fixtures/step.ts';
import { startBroker } from '../scale/broker.ts';
import { judge } from './measure/judge.ts';
import { benchOptions, positive } from './measure/options.ts';
import { conclude } from './measure/report.ts';
import { rowsTable } from './measure/rows.ts';
import { figureOf } from './measure/statistics.ts';
import { ratio, takeTurns } from './measure/turns.ts';
import type { PublishFindings, PublishTask } from './publish/work.ts';

const TOPIC = 'crypto-stream';
const WARM_UP = 200_000;
/** No turn takes so long. */
const TURN_MS = 120_000;

const options = benchOptions({ events: { type: 'string', default: '600000' } });
const rounds = positive('rounds', options.rounds ?? '5');
const events = positive('events', options.events);
const run = promisify(execFile);
const WORK = fileURLToPath(new URL('publish/work.ts', import.meta.url));

const missing = missingForMaven();
if (missing) {
  say(`Not measured: ${missing}`);
  process.exit(0);
}
const folder = mkdtempSync(join(tmpdir(), 'candlebook-publish-'));
const broker = await step('Kafka broker', () => startBroker(folder, TOPIC));
try {
  const rates: Record<string, number[]> = {};
  const contender = (kind: PublishTask['kind'], name: string) => ({
    name,
    async run() {
      const task: PublishTask = { kind, broker: broker.plain, topic: TOPIC, warmUp: WARM_UP, events };
      const { stdout } = await run(process.execPath, [WORK, JSON.stringify(task)], { timeout: TURN_MS });
      const { cpuUsPerEvent, eventsPerSecond } = JSON.parse(stdout) as PublishFindings;
      rates[kind] = [...(rates[kind] ?? []), eventsPerSecond];
      return cpuUsPerEvent;
    },
  });
  const rows = await takeTurns(
    [
      {
        what: 'a message whose bytes are ready',
        contenders: [
          contender('bytes, candlebook', 'candlebook'),
          contender('bytes, client', '@platformatic/kafka'),
        ],
      },
      {
        what: 'a trade of a feed',
        contenders: [
          contender('trades, candlebook', 'candlebook'),
          contender('trades, client', '@platformatic/kafka'),
        ],
      },
    ],
    // Each turn is a process of its own, which warms up by itself.
    { rounds, warmUp: 0 },
  );
  const [bytes, trades] = rows;
  const rate = (kind: PublishTask['kind']) =>
    Math.round(figureOf(rates[kind]!).value / 1_000).toLocaleString('en-US');
  const described = new URL('../../node_modules/@platformatic/kafka/package.json', import.meta.url);
  const { version } = JSON.parse(readFileSync(described, 'utf8')) as { version: string };
  process.exitCode = conclude(
    {
      bench: 'publish',
      versions: { '@platformatic/kafka': version, Kafka: '4.1.1' },
      setting: `${events.toLocaleString('en-US')} messages of 7 symbols in requests of 2,000 to a broker on this machine, idempotent, 4 partitions, no compression; CPU of the whole publishing process, each turn one of its own; ${rounds} rounds in turn`,
      tables: [rowsTable(rows, 'µs CPU')],
      notes: [
        `Thousand messages a second: bytes ready ${rate('bytes, candlebook')}, the client ${rate('bytes, client')}; trades ${rate('trades, candlebook')}, by hand ${rate('trades, client')}. Ours go out while the next request is gathered; broker and publisher share this machine.`,
        'By hand: for await over the feed, JSON.stringify of the same fields, and the client’s send for each 2,000.',
      ],
      verdicts: [
        judge(
          'CPU a message, bytes ready <= 1.15x the client',
          ratio(bytes!, 'candlebook', '@platformatic/kafka'),
          {
            most: 1.15,
            unit: 'x',
          },
        ),
        judge(
          'CPU a trade <= 1.15x the client by hand',
          ratio(trades!, 'candlebook', '@platformatic/kafka'),
          {
            most: 1.15,
            unit: 'x',
          },
        ),
      ],
      raw: { rows, rates },
    },
    options,
  );
} finally {
  await broker.close();
  rmSync(folder, { recursive: true, force: true });
}
