import { setTimeout as sleep } from 'node:timers/promises';
import { topicFeed } from '../../src/cloud/index.ts';
import { brokerOf } from '../../src/cloud/kafka/broker.ts';
import type { Feed } from '../../src/market/index.ts';
import type { TestBroker } from './broker.ts';

const GROUP = 'shared';
const WITHIN_MS = 120_000;
/** A reader that takes its time, so that the other one comes while there is something left. */
const PAUSE_EVERY = 500;
const PAUSE_MS = 20;

export interface ByGroup {
  readonly missing: number;
  /** Holes that a reader told of, though there are none. */
  readonly gaps: number;
  /** Trades that both had: those since the last commit before a hand-over. */
  readonly doubled: number;
  /** Trades that a third reader found, after all were read and committed. */
  readonly afterwards: number;
}

/** One reader begins, a second one joins, the first one leaves; then all are read. */
export async function readByGroup({ plain }: TestBroker, topic: string, expected: number): Promise<ByGroup> {
  const seen = new Set<string>();
  let [taken, gaps] = [0, 0];
  const open = () =>
    topicFeed({ broker: brokerOf(plain), topic, source: 'simulated', group: GROUP, from: 'committed' });
  const follow = async (feed: Feed, isPaced: boolean) => {
    let mine = 0;
    for await (const event of feed) {
      if (event.type === 'gap') gaps++;
      if (event.type !== 'trade') continue;
      taken++;
      mine++;
      seen.add(`${event.symbol} ${event.id}`);
      if (isPaced && mine % PAUSE_EVERY === 0) await sleep(PAUSE_MS);
    }
    return mine;
  };
  const until = async (isSo: () => boolean) => {
    const deadline = performance.now() + WITHIN_MS;
    while (!isSo() && performance.now() < deadline) await sleep(20);
  };
  const first = open();
  const firstEnds = follow(first, true);
  await until(() => taken > expected / 10);
  const second = open();
  const secondEnds = follow(second, true);
  await until(() => taken > expected / 3);
  await first.close();
  await until(() => seen.size >= expected);
  // The place of the last second is committed as it is left.
  await second.close();
  const [byFirst, bySecond] = await Promise.all([firstEnds, secondEnds]);
  if (byFirst === 0 || bySecond === 0) throw new Error(`one read all: ${byFirst} and ${bySecond}`);
  const before = taken;
  const third = open();
  setTimeout(() => void third.close(), 3_000);
  await follow(third, false);
  return { missing: expected - seen.size, gaps, doubled: before - seen.size, afterwards: taken - before };
}
