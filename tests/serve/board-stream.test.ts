import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { patch } from '../../src/dashboard/index.ts';
import { BoardStream } from '../../src/serve/board-stream.ts';
import { content } from '../bench/patch/market.ts';
import { SampleSource } from './source.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] }));
afterEach(() => vi.useRealTimers());

const VIEWERS = 20;

/** A stream of the sample's board that counts how often it is drawn. */
async function counted() {
  const source = new SampleSource();
  const open = await source.open({
    symbol: source.choices.symbol,
    interval: '1m',
    theme: 'light',
    until: undefined,
  });
  const drawn = { times: 0 };
  const stream = new BoardStream({
    ...open,
    content: () => {
      drawn.times++;
      return open.content();
    },
  });
  return { source, stream, drawn };
}

test('a thousand changes a second are twenty messages to each viewer, drawn once for all of them', async () => {
  const { source, stream, drawn } = await counted();
  const messages = Array.from({ length: VIEWERS }, () => 0);
  for (const i of messages.keys()) stream.readers.add({ send: () => void messages[i]!++ });
  const [pair] = source.tickers;
  drawn.times = 0;
  for (let ms = 0; ms < 10_000; ms++) {
    source.move(pair!.lastPrice + 1 + ms);
    stream.mark(Date.now());
    vi.advanceTimersByTime(1);
  }
  // The first at once, then twenty in each of ten seconds.
  expect(messages).toEqual(messages.map(() => 1 + 10 * 20));
  expect(drawn.times).toBe(1 + 10 * 20);
  // Where nothing is different, nothing is sent.
  stream.mark(Date.now());
  vi.advanceTimersByTime(1_000);
  const sent = messages[0]!;
  for (let ms = 0; ms < 1_000; ms++) {
    stream.mark(Date.now());
    vi.advanceTimersByTime(1);
  }
  expect(messages[0]).toBe(sent);
  stream.close();
});

test('nobody looks: nothing is drawn', async () => {
  const { stream, drawn } = await counted();
  drawn.times = 0;
  for (let ms = 0; ms < 1_000; ms++) {
    stream.mark(Date.now());
    vi.advanceTimersByTime(1);
  }
  expect(drawn.times).toBe(0);
  stream.close();
});

test('bytes a tick: all twelve coins trade, or a bar closes', () => {
  const [first, next, closed] = [content(0, 0), content(1, 0), content(0, 1)].map((one) => one.draw());
  const bytes = (value: unknown) => JSON.stringify(value).length;
  expect(bytes(first)).toBeGreaterThan(500_000);
  expect(bytes(patch(first, next))).toBeLessThan(7_500);
  expect(bytes(patch(first, closed))).toBeLessThan(115_000);
});
