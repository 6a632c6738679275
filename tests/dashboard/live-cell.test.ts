import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LiveCell } from '../../src/dashboard/cell/live-board.ts';
import type { PageReply, PageRequest } from '../../src/dashboard/wire.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] }));
afterEach(() => vi.useRealTimers());

const content = (value: number) => ({
  title: 'Board',
  panels: [{ id: 'a', data: [{ type: 'scatter', x: [1, 2], y: [1, value] }], layout: {} }],
});

/** A cell in a kernel that counts what it writes. */
function cell() {
  const written: { display: string; update: boolean }[] = [];
  let ask: ((request: PageRequest) => PageReply | undefined) | undefined;
  const live = new LiveCell(
    {
      id: 'k',
      busy: true,
      write: (display, _data, update) => void written.push({ display, update }),
      listen: (listener) => {
        ask = listener;
        return () => undefined;
      },
    },
    content(0),
    { pictureEvery: 0, pictureTimeout: 0 },
  );
  const board = written[0]!.display.split('-')[0]!;
  return { live, written, hello: () => ask!({ kind: 'hello', board, page: 'p', n: 0 } as PageRequest) };
}

/** A hundred updates a second. */
function move(live: LiveCell, seconds: number): void {
  for (let i = 0; i < seconds * 100; i++) {
    live.update(content(i + 1));
    vi.advanceTimersByTime(10);
  }
}

test('one message a tick, at most 25 a second to a page', async () => {
  const { live, written, hello } = cell();
  expect(hello()).toMatchObject({ ok: true });
  written.length = 0;
  move(live, 10);
  // The first at once.
  expect(written).toHaveLength(1 + 25 * 10);
  expect(new Set(written.map(({ display }) => display)).size).toBe(1);
  expect(live.ticksSent).toBe(written.length);
  await vi.waitFor(() => live.stop());
});

test('without a page, at most ten outputs a second, each in the place of the one before', async () => {
  const { live, written } = cell();
  written.length = 0;
  move(live, 3);
  expect(written).toHaveLength(1 + 10 * 3);
  expect(written.filter(({ update }) => !update)).toHaveLength(1);
  await vi.waitFor(() => live.stop());
});
