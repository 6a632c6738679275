import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { later } from '../../src/signals/index.ts';

const DAY_MS = 86_400_000;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test.each([1, 24, 25, 100, 366])('%i days are waited for to the end, and once', (days) => {
  const act = vi.fn();
  later(days * DAY_MS, act);
  vi.advanceTimersByTime(days * DAY_MS - 1);
  expect(act).not.toHaveBeenCalled();
  vi.advanceTimersByTime(2);
  expect(act).toHaveBeenCalledTimes(1);
  expect(vi.getTimerCount()).toBe(0);
});

test('it can be called off, however long it has waited', () => {
  const act = vi.fn();
  const callOff = later(60 * DAY_MS, act);
  vi.advanceTimersByTime(30 * DAY_MS);
  callOff();
  vi.advanceTimersByTime(60 * DAY_MS);
  expect(act).not.toHaveBeenCalled();
});
