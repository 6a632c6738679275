import { expect, test } from 'vitest';
import { WeightBudget } from '../../src/fetcher/rest/budget.ts';

/** A clock that only sleeping moves. */
function clocked(start = 0) {
  let now = start;
  const slept: number[] = [];
  const sleep = async (ms: number) => {
    slept.push(ms);
    now += ms;
  };
  const budget = new WeightBudget(sleep, () => now);
  return { budget, slept, now: () => now, move: (ms: number) => { now += ms; } }; // biome-ignore format: one object
}

test('requests go at once until nine tenths of the limit are used, then wait for the next minute', async () => {
  const { budget, slept, now } = clocked(600_000 + 20_000);
  budget.limit = 1000;
  for (let i = 0; i < 9; i++) {
    await budget.take(100);
    budget.settle(100);
  }
  expect(slept).toEqual([]);
  await budget.take(100);
  expect(slept).toEqual([41_000]);
  expect(now()).toBe(661_000);
  budget.settle(100);
  expect(budget.used).toBe(100);
});

test('weight that other programs used counts, and so do requests on their way', async () => {
  const { budget, slept } = clocked(600_000);
  budget.limit = 1000;
  await budget.take(10);
  budget.settle(10, { used: 700 });
  await budget.take(150);
  expect(slept).toEqual([]);
  // 700 used and 150 on their way: 100 more would be beyond 900.
  await budget.take(100);
  expect(slept).toHaveLength(1);
});

test('minutes are the exchange’s', async () => {
  const { budget, slept } = clocked(600_000);
  budget.limit = 100;
  await budget.take(90);
  budget.settle(90, { used: 90, serverTime: 650_000 });
  await budget.take(90);
  expect(slept).toEqual([11_000]);
});

test('a pause holds back every request', async () => {
  const { budget, slept } = clocked(600_000);
  budget.pause(30_000);
  await budget.take(1);
  expect(slept).toEqual([30_000]);
});

test('a request that is larger than the limit is let through alone', async () => {
  const { budget, slept } = clocked(600_000);
  budget.limit = 100;
  await budget.take(250);
  expect(slept).toEqual([]);
});

test('waiting requests go in the order in which they came', async () => {
  const { budget } = clocked(600_000);
  budget.limit = 100;
  const order: number[] = [];
  await Promise.all(
    [60, 60, 1, 60].map(async (weight, i) => {
      await budget.take(weight);
      order.push(i);
      budget.settle(weight);
    }),
  );
  expect(order).toEqual([0, 1, 2, 3]);
});

test('requests that came at once count for whoever asks whether there is room', async () => {
  const { budget } = clocked(600_000);
  const all = Array.from({ length: 10 }, () => budget.take(100));
  expect(budget.lacks(80)).toBe(false);
  expect(budget.lacks(81)).toBe(true);
  await Promise.all(all);
  expect(budget.lacks(80)).toBe(false);
  expect(budget.lacks(81)).toBe(true);
});

test('who waits under the cautious limit goes on when the exchange has told its own', async () => {
  const budget = new WeightBudget(
    () => new Promise(() => undefined),
    () => 600_000,
  );
  await budget.take(1_080);
  let taken = false;
  const waiting = budget.take(1).then(() => {
    taken = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(taken).toBe(false);
  budget.limit = 6_000;
  await waiting;
});
