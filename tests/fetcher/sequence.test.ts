import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BackFill } from '../../src/fetcher/trades/back-fill.ts';
import { Gate } from '../../src/fetcher/trades/gate.ts';
import { TradeSequence } from '../../src/fetcher/trades/sequence.ts';
import { CandlebookError, type FeedEvent, type Trade } from '../../src/market/index.ts';

const trade = (id: number): Trade => ({
  type: 'trade',
  symbol: 'BTCUSDT',
  id,
  price: id,
  quantity: 1,
  time: id,
  eventTime: id,
  buyerIsMaker: true,
});

/** An exchange's memory of trades `first` to `last`, which fails or is short as it is told. */
function memory(
  has: (id: number) => boolean,
  trouble: () => 'fail' | 'empty' | 'short' | 'reordered' | 'fine' = () => 'fine',
  newest?: number,
): BackFill<Trade> {
  return {
    async fetch(_symbol, fromId, toId) {
      const kind = trouble();
      if (kind === 'fail') throw new CandlebookError('HOST_UNREACHABLE', 'HTTP 500');
      if (kind === 'empty') return { trades: [], through: fromId - 1 };
      const end = Math.min(toId, fromId + (kind === 'short' ? 0 : 4), newest ?? toId);
      if (end < fromId) return { trades: [], through: fromId - 1 };
      const trades = [];
      for (let id = fromId; id <= end; id++) if (has(id)) trades.push(trade(id));
      return { trades, through: end };
    },
    latestId: async () => newest,
    firstIdAt: async () => undefined,
  };
}

function run(
  backFill: BackFill<Trade> | undefined,
  options: { next?: number; heldLimit?: number; patienceMs?: number } = {},
) {
  const events: (Trade | FeedEvent)[] = [];
  const stop = new AbortController();
  const failures: unknown[] = [];
  const sequence = new TradeSequence<Trade>({
    symbol: 'BTCUSDT',
    stream: 'trade',
    gate: new Gate(1),
    fail: (error) => failures.push(error),
    emit: (event) => events.push(event),
    backFill,
    patienceMs: options.patienceMs ?? 60_000,
    firstPauseMs: 1,
    heldLimit: options.heldLimit ?? 1000,
    next: options.next,
    room: async () => undefined,
    signal: stop.signal,
  });
  const story = () =>
    events.map((event) => {
      if (event.type === 'trade') return event.id;
      return event.type === 'gap' || event.type === 'filled'
        ? `${event.type} ${event.fromId}-${event.toId}`
        : event.type;
    });
  return { sequence, events, story, stop, failures };
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 5000 && !condition(); i++) await new Promise((resolve) => setImmediate(resolve));
  if (!condition()) throw new Error('the condition never came true');
}

describe('trades of one symbol, in order and once', () => {
  test('a hole is fetched and delivered before what came after it', async () => {
    const { sequence, story } = run(memory(() => true));
    for (const id of [1, 2, 6, 7, 7, 5, 3, 12]) sequence.see(trade(id));
    await until(() => sequence.next === 13);
    // 3 to 7 came by themselves, in whatever order; only 4 and 8 to 11 had to be fetched.
    expect(story().filter((item) => typeof item === 'number')).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
    ]);
    expect(
      story()
        .filter((item) => typeof item === 'string')
        .at(-1),
    ).toMatch(/filled \d+-11/);
  });

  test('what the exchange does not have is one gap at its place', async () => {
    const { sequence, story } = run(memory((id) => id !== 4 && id !== 5));
    sequence.see(trade(1));
    sequence.see(trade(8));
    await until(() => sequence.next === 9);
    expect(story()).toEqual([1, 2, 3, 'filled 2-3', 'gap 4-5', 6, 7, 'filled 6-7', 8]);
  });

  test('without back-fill every hole is a gap at once', async () => {
    const { sequence, story } = run(undefined);
    for (const id of [10, 11, 11, 15, 14, 16]) sequence.see(trade(id));
    await until(() => sequence.next === 17);
    expect(story()).toEqual([10, 11, 'gap 12-14', 15, 16]);
  });

  test('a back-fill that never answers becomes a gap when patience ends, and names the reason', async () => {
    const { sequence, story, events } = run(
      memory(
        () => true,
        () => 'fail',
      ),
      { patienceMs: 1 },
    );
    sequence.see(trade(1));
    sequence.see(trade(4));
    await expect.poll(() => sequence.next).toBe(5);
    expect(story()).toEqual([1, 'gap 2-3', 4]);
    expect(events[1]).toMatchObject({ reason: 'HTTP 500', stream: 'trade' });
  });

  test('more trades behind a hole than may be held are let go and fetched later', async () => {
    const { sequence, story } = run(
      memory(() => true),
      { heldLimit: 3 },
    );
    sequence.see(trade(1));
    for (let id = 5; id <= 40; id++) sequence.see(trade(id));
    await until(() => sequence.next === 41);
    expect(story().filter((item) => typeof item === 'number')).toEqual(
      Array.from({ length: 40 }, (_, i) => i + 1),
    );
  });

  test('ids that are known to exist are fetched without waiting for the next trade', async () => {
    const { sequence, story } = run(
      memory(() => true),
      { next: 3 },
    );
    sequence.expect(5);
    await until(() => sequence.next === 6);
    expect(story()).toEqual([3, 4, 5, 'filled 3-5']);
  });

  test('an exchange that counts anew is an error event, not silence', () => {
    const { sequence, story } = run(undefined);
    sequence.see(trade(100));
    sequence.see({ ...trade(7), time: 20_000 });
    sequence.see({ ...trade(8), time: 20_001 });
    expect(story()).toEqual([100, 'error', 7, 8]);
  });

  test('a repeated trade is old even where the exchange’s stamps do not rise with its ids', () => {
    const { sequence, story } = run(undefined);
    sequence.see({ ...trade(1), time: 1000 });
    sequence.see({ ...trade(2), time: 990 });
    sequence.see({ ...trade(1), time: 1000 });
    sequence.see({ ...trade(3), time: 991 });
    expect(story()).toEqual([1, 2, 3]);
  });

  test('an id far ahead of the exchange’s newest was damaged: it is dropped, and what follows is delivered', async () => {
    const { sequence, story, events } = run(memory(() => true, undefined, 6));
    sequence.see(trade(1));
    sequence.see(trade(9_000_000_000));
    for (const id of [5, 6]) sequence.see(trade(id));
    await until(() => story().includes('error'));
    sequence.see(trade(7));
    expect(story().filter((item) => typeof item === 'number')).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(story().some((item) => String(item).startsWith('gap'))).toBe(false);
    expect(events.find(({ type }) => type === 'error')).toMatchObject({
      message: expect.stringContaining('id 9000000000 lies ahead'),
    });
  });

  test('an error that is none of the exchange’s is handed on, not swallowed', async () => {
    const broken = { ...memory(() => true), fetch: async () => Promise.reject(new TypeError('a bug')) };
    const { sequence, failures } = run(broken);
    sequence.see(trade(1));
    sequence.see(trade(3));
    await until(() => failures.length > 0);
    expect(String(failures[0])).toContain('a bug');
  });
});

describe('whatever the stream drops, doubles, delays and reorders', () => {
  const arrivals = fc
    .array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.nat(3)), { minLength: 1, maxLength: 120 })
    .map((list) => list.flatMap(([id, copies]) => Array.from({ length: Math.max(1, copies - 1) }, () => id)));
  const troubles = fc.infiniteStream(fc.constantFrom('fail', 'empty', 'short', 'fine', 'fine'));

  test('with back-fill: every id from the first to the last, in order, once', async () => {
    await fc.assert(
      fc.asyncProperty(
        arrivals,
        troubles,
        fc.integer({ min: 1, max: 20 }),
        async (ids, trouble, heldLimit) => {
          const kinds = trouble[Symbol.iterator]();
          const { sequence, story } = run(
            memory(
              () => true,
              () => kinds.next().value as 'fine',
            ),
            { next: 1, heldLimit },
          );
          for (const id of ids) {
            sequence.see(trade(id));
            if (id % 3 === 0) await Promise.resolve();
          }
          const last = Math.max(...ids);
          await expect.poll(() => sequence.next, { timeout: 20_000, interval: 5 }).toBe(last + 1);
          expect(story().filter((item) => typeof item === 'number')).toEqual(
            Array.from({ length: last }, (_, i) => i + 1),
          );
          expect(story().filter((item) => String(item).startsWith('gap'))).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('without it: every missing id lies in exactly one gap', async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, async (ids) => {
        const { sequence, events } = run(undefined, { next: 1 });
        for (const id of ids) sequence.see(trade(id));
        const last = Math.max(...ids);
        await until(() => sequence.next === last + 1);
        const told: number[] = [];
        for (const event of events) {
          if (event.type === 'trade') told.push(event.id);
          if (event.type === 'gap') for (let id = event.fromId; id <= event.toId; id++) told.push(id);
        }
        expect(told).toEqual(Array.from({ length: last }, (_, i) => i + 1));
      }),
      { numRuns: 200 },
    );
  });
});
