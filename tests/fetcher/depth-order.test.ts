import { afterEach, expect, test, vi } from 'vitest';
import { conflate, conflationKey } from '../../src/fetcher/conflation.ts';
import { DepthOrder } from '../../src/fetcher/stream/depth-order.ts';
import type { DepthUpdate, FeedEvent } from '../../src/market/index.ts';

afterEach(() => {
  vi.useRealTimers();
});

const update = (
  firstUpdateId: number,
  lastUpdateId: number,
  more: Partial<DepthUpdate> = {},
): DepthUpdate => ({
  type: 'depth',
  symbol: 'BTCUSDT',
  firstUpdateId,
  lastUpdateId,
  bids: [],
  asks: [],
  eventTime: lastUpdateId,
  ...more,
});

function order(overlapping: boolean) {
  const events: (DepthUpdate | FeedEvent)[] = [];
  const depth = new DepthOrder({
    symbol: 'BTCUSDT',
    emit: (event) => events.push(event),
    overlapping: () => overlapping,
  });
  const story = () =>
    events.map((event) => {
      if (event.type === 'depth') return `${event.firstUpdateId}-${event.lastUpdateId}`;
      return event.type === 'gap' ? `gap ${event.fromId}-${event.toId}` : event.type;
    });
  return { depth, story };
}

test('repetitions are dropped, and a hole is named before what follows it', () => {
  const { depth, story } = order(false);
  for (const [from, to] of [[1, 5], [6, 9], [6, 9], [1, 5], [14, 20], [21, 21]] as const) depth.see(update(from, to)); // biome-ignore format: one story
  expect(story()).toEqual(['1-5', '6-9', 'gap 10-13', '14-20', '21-21']);
});

test('at the seam of two connections, what one is behind with is waited for', () => {
  vi.useFakeTimers();
  const { depth, story } = order(true);
  // The new connection is ahead; the old one brings the rest.
  for (const [from, to] of [[1, 5], [10, 12], [13, 15], [6, 9], [10, 12], [16, 17]] as const) depth.see(update(from, to)); // biome-ignore format: one story
  expect(story()).toEqual(['1-5', '6-9', '10-12', '13-15', '16-17']);
  vi.advanceTimersByTime(5_000);
  expect(story()).toHaveLength(5);
});

test('what does not come at the seam either is a gap after a second', () => {
  vi.useFakeTimers();
  const { depth, story } = order(true);
  for (const [from, to] of [[1, 5], [10, 12], [20, 22]] as const) depth.see(update(from, to)); // biome-ignore format: one story
  expect(story()).toEqual(['1-5']);
  vi.advanceTimersByTime(1_100);
  expect(story()).toEqual(['1-5', 'gap 6-9', '10-12', 'gap 13-19', '20-22']);
});

test('an exchange that counts anew is an error event, not silence', () => {
  const { depth, story } = order(false);
  depth.see(update(100, 110));
  depth.see(update(1, 5, { eventTime: 20_000 }));
  depth.see(update(6, 7, { eventTime: 20_100 }));
  expect(story()).toEqual(['100-110', 'error', '1-5', '6-7']);
});

test('updates that wait for a slow reader become one, with the last quantity of each price', () => {
  const first = update(1, 5, { bids: [[10, 1], [9, 2]], asks: [[11, 1]] }); // biome-ignore format: levels
  const second = update(6, 9, { bids: [[9, 0], [8, 3]], asks: [] }); // biome-ignore format: levels
  expect(conflationKey(first)).toBe(conflationKey(second));
  expect(conflate(first, second)).toEqual({
    ...update(1, 9),
    bids: [[10, 1], [9, 0], [8, 3]],
    asks: [[11, 1]],
  }); // biome-ignore format: levels
  // A hole between them would vanish.
  expect(conflate(first, update(8, 9))).toBeUndefined();
});
