import { existsSync, readdirSync } from 'node:fs';
import { topicFeed } from '../../src/cloud/index.ts';
import { brokerOf } from '../../src/cloud/kafka/broker.ts';
import { recordedFeed } from '../../src/fetcher/index.ts';
import type { Trade } from '../../src/market/index.ts';
import { candlebook } from '../fixtures/cli.ts';
import { sharedDataPath } from '../fixtures/shared-data.ts';
import { say, step } from '../fixtures/step.ts';
import type { TestBroker } from './broker.ts';
import type { Truth } from './killed.ts';

/** All recorded trades through the topic: what is read back is what is in the recordings, in each symbol's order. */
export async function publishRecorded(options: {
  readonly broker: TestBroker;
  readonly topic: string;
  readonly folder: string;
}): Promise<{ compared: number; wrong: number; truth: Truth }> {
  const { broker, topic, folder } = options;
  const captures = sharedDataPath('capture-2024-08');
  if (!existsSync(captures)) {
    say('· Recorded trades are left out: there are no recordings beside the checkout.');
    return { compared: 0, wrong: 0, truth: new Map() };
  }
  const files = readdirSync(captures)
    .filter((name) => name.endsWith('.gz'))
    .map((name) => `${captures}/${name}`);
  const expected = new Map<string, Trade[]>();
  let count = 0;
  for await (const event of recordedFeed({ files })) {
    if (event.type !== 'trade') continue;
    const list = expected.get(event.symbol) ?? [];
    expected.set(event.symbol, list);
    if (event.id > (list.at(-1)?.id ?? -1)) {
      list.push(event);
      count++;
    }
  }
  await step(`${count} recorded trades are published`, async () => {
    const words = ['publish', '--recording', ...files, '--to', broker.plain, '--topic', topic];
    const { ended, output } = candlebook([...words, '--tables', folder]);
    const [code] = await ended;
    if (code !== 0) throw new Error(`candlebook publish ended with ${code}: ${output.err}`);
    say(`  ${output.out.trim()}`);
  });
  const feed = topicFeed({ broker: brokerOf(broker.plain), topic, source: 'recorded', group: 'recorded' });
  let wrong = 0;
  let seen = 0;
  let isMixingTold = false;
  const next = new Map<string, number>();
  const timer = setTimeout(() => void feed.close(), 60_000);
  for await (const event of feed) {
    if (event.type === 'error' && event.code === 'SOURCE_MIXED') isMixingTold = true;
    if (event.type !== 'trade') continue;
    const at = next.get(event.symbol) ?? 0;
    next.set(event.symbol, at + 1);
    if (JSON.stringify(event) !== JSON.stringify(expected.get(event.symbol)?.[at])) wrong++;
    if (++seen === count) break;
  }
  clearTimeout(timer);
  if (!isMixingTold) throw new Error('the feed did not say that the topic holds simulated trades too');
  return { compared: seen, wrong: wrong + (count - seen), truth: expected };
}
