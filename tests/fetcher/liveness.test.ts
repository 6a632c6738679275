import { expect, test } from 'vitest';
import { ConnectLimit } from '../../src/fetcher/stream/connect-limit.ts';
import { Liveness, type LivenessVerdict } from '../../src/fetcher/stream/liveness.ts';

/** What is said second by second, with the second; a live peer answers probes. */
function watch(liveness: Liveness, from: number, to: number, answers: boolean): [number, LivenessVerdict][] {
  const said: [number, LivenessVerdict][] = [];
  for (let now = from; now <= to; now += 1000) {
    const verdict = liveness.judge(now);
    if (verdict) said.push([now / 1000, verdict]);
    if (verdict === 'probe' && answers) liveness.pong(now + 50);
  }
  return said;
}

test('a market that has always been quiet raises no alarm, for hours', () => {
  const liveness = new Liveness(0);
  for (let now = 60_000; now <= 3_600_000; now += 60_000) {
    expect(watch(liveness, now - 60_000, now - 1000, true).map(([, verdict]) => verdict)).not.toContain(
      'stale',
    );
    liveness.frame(now);
  }
  const verdicts = watch(liveness, 3_600_000, 3_600_000 + 240_000, true).map(([, verdict]) => verdict);
  expect(new Set(verdicts)).toEqual(new Set(['probe']));
});

test('a busy stream that falls silent while pings are answered is stale, once', () => {
  const liveness = new Liveness(0);
  for (let now = 0; now <= 60_000; now += 200) liveness.frame(now);
  const stale = watch(liveness, 60_000, 200_000, true).filter(([, verdict]) => verdict === 'stale');
  expect(stale).toEqual([[76, 'stale']]);
  liveness.frame(200_000);
  expect(watch(liveness, 201_000, 210_000, true)).not.toContainEqual([expect.anything(), 'stale']);
});

test('a peer that does not answer a ping is dead', () => {
  const liveness = new Liveness(0);
  expect(watch(liveness, 0, 30_000, false).slice(0, 2)).toEqual([
    [6, 'probe'],
    [17, 'dead'],
  ]);
});

test('250 connections in five minutes, and the next waits until the first is older', () => {
  const limit = new ConnectLimit(250);
  for (let i = 0; i < 250; i++) expect(limit.next(i * 10)).toBe(0);
  expect(limit.next(10_000)).toBe(290_000);
  expect(limit.next(301_000)).toBe(0);
});
