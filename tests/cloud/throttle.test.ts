import { channel } from 'node:diagnostics_channel';
import { expect, test } from 'vitest';
import { Throttle } from '../../src/cloud/kafka/throttle.ts';

const answers = channel('tracing:plt:kafka:connections:api:asyncStart');
const answer = (ownerId: number, throttleTimeMs?: number) =>
  answers.publish({ connection: { ownerId }, result: { throttleTimeMs } });

test('the broker’s wish to wait is kept to, by the client that it was told to, until it has passed', async () => {
  const [throttle, other] = [new Throttle(1), new Throttle(2)];
  answer(1, 0);
  answer(1);
  expect([throttle.waitMs, throttle.count]).toEqual([0, 0]);
  answer(1, 40);
  expect(throttle.waitMs).toBeGreaterThan(0);
  expect(throttle.waitMs).toBeLessThanOrEqual(40);
  expect([throttle.totalMs, other.waitMs, other.totalMs]).toEqual([40, 0, 0]);
  await expect.poll(() => throttle.waitMs).toBe(0);
  throttle.close();
  answer(1, 40);
  expect(throttle.totalMs).toBe(40);
  other.close();
});
