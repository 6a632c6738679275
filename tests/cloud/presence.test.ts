import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { brokerOf } from '../../src/cloud/index.ts';
import { Presence } from '../../src/cloud/kafka/presence.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const open = () => new Presence(brokerOf('127.0.0.1:9092'), 'crypto-stream');

test('a broker is away when all attempts of a second have failed, and is back with the first answer', () => {
  const presence = open();
  const told = vi.fn();
  presence.onFailure = told;
  presence.failed(new Error('leader is being elected'));
  vi.advanceTimersByTime(900);
  expect([presence.awayMs, told.mock.calls.length]).toEqual([0, 1]);
  vi.advanceTimersByTime(600);
  presence.failed(new Error('connect ECONNREFUSED'));
  expect([presence.awayMs, presence.reason]).toEqual([1_500, 'connect ECONNREFUSED']);
  vi.advanceTimersByTime(59_000);
  expect(presence.awayFor()).toMatchObject({
    code: 'HOST_UNREACHABLE',
    message: expect.stringContaining('127.0.0.1:9092 has not answered for 61 s: connect ECONNREFUSED.'),
  });
  presence.answered();
  expect(presence.awayMs).toBe(0);
});

test('a broker with a new leader is not away: it has answered, and the next attempt knows', () => {
  const presence = open();
  const fenced = Object.assign(new Error('The leader epoch is older.'), { apiId: 'FENCED_LEADER_EPOCH' });
  presence.failed(new AggregateError([fenced], 'Received response with error.'));
  vi.advanceTimersByTime(5_000);
  expect(presence.awayMs).toBe(0);
});

test('the first attempt decides whether it begins: one that fails, or says nothing, is an error', async () => {
  const refused = open();
  const metadata = vi.fn(() => {
    refused.failed(new Error('connect ECONNREFUSED'));
    return new Promise<never>(() => undefined);
  });
  await expect(refused.reach({ metadata } as never)).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });

  const silent = open().reach({ metadata: () => new Promise<never>(() => undefined) } as never);
  const ended = expect(silent).rejects.toThrow(/no answer within 20 s/);
  await vi.advanceTimersByTimeAsync(20_000);
  await ended;

  const there = open();
  await there.reach({ metadata: async () => ({}) } as never);
  expect(there.awayMs).toBe(0);
});
