import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openDisplay } from '../../src/runner/display.ts';
import { Pacer } from '../../src/runner/pacer.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => vi.useRealTimers());

test('a thousand trades a second are ten boards a second, and none where nothing changed', () => {
  const { everyMs } = openDisplay('none', undefined as never, {
    write: () => undefined,
    pollSeconds: undefined,
    redraw: false,
  });
  let drawn = 0;
  const pacer = new Pacer(() => drawn++, everyMs);
  for (let ms = 0; ms < 10_000; ms++) {
    pacer.mark();
    vi.advanceTimersByTime(1);
  }
  // The first at once, then ten in each of ten seconds.
  expect(drawn).toBe(1 + 10 * 10);
  vi.advanceTimersByTime(60_000);
  expect(drawn).toBe(1 + 10 * 10);
});
