import { afterEach, expect, test, vi } from 'vitest';
import { Outward } from '../../src/fetcher/stream/outward.ts';

afterEach(() => {
  vi.useRealTimers();
});

function outward() {
  vi.useFakeTimers();
  const sent: [at: number, what: string][] = [];
  const note = (what: string) => sent.push([performance.now(), what]);
  const out = new Outward({
    text: (message) => note(message),
    ping: () => note('ping'),
    pong: (payload) => note(`pong ${payload}`),
  });
  return { out, sent };
}

test('never more than five messages in any second, pings and pongs among them', () => {
  const { out, sent } = outward();
  for (let i = 0; i < 40; i++) out.text(`text ${i}`);
  for (let second = 0; second < 20; second++) {
    out.pong(Buffer.from(String(second)));
    if (second % 3 === 0) out.ping();
    vi.advanceTimersByTime(700);
  }
  vi.advanceTimersByTime(60_000);
  expect(sent.filter(([, what]) => what.startsWith('text')).map(([, what]) => what)).toEqual(
    Array.from({ length: 40 }, (_, i) => `text ${i}`),
  );
  for (const [at] of sent) {
    const within = sent.filter(([other]) => other >= at && other < at + 1000);
    expect(within.length).toBeLessThanOrEqual(5);
  }
});

test('a pong does not wait behind subscriptions, and only the latest ping is answered', () => {
  const { out, sent } = outward();
  for (let i = 0; i < 20; i++) out.text('text');
  out.pong(Buffer.from('first'));
  expect(sent.map(([, what]) => what)).toEqual(['text', 'text', 'text', 'text', 'pong first']);
  out.pong(Buffer.from('second'));
  out.pong(Buffer.from('third'));
  vi.advanceTimersByTime(1_200);
  expect(sent[5]![1]).toBe('pong third');
  expect(sent.filter(([, what]) => what.startsWith('pong'))).toHaveLength(2);
  out.stop();
  vi.advanceTimersByTime(60_000);
  expect(sent.length).toBeLessThanOrEqual(10);
});
