import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type Exchange, startExchange } from '../../../src/exchange/index.ts';
import {
  type BookLevels,
  createRest,
  liveFeed,
  type OrderBook,
  OrderBooks,
} from '../../../src/fetcher/index.ts';
import { CandlebookError, type DepthUpdate, type MarketEvent } from '../../../src/market/index.ts';

const A = 'AAAUSDT';
const B = 'BBBUSDT';

function change(first: number, last = first, stated: Partial<DepthUpdate> = {}): DepthUpdate {
  return {
    type: 'depth',
    symbol: A,
    firstUpdateId: first,
    lastUpdateId: last,
    bids: [[100, last]],
    asks: [[101, last]],
    eventTime: last,
    ...stated,
  };
}

const snapshot = (lastUpdateId: number): BookLevels => ({
  lastUpdateId,
  bids: [
    [100, 1],
    [99, 1],
  ],
  asks: [
    [101, 1],
    [102, 1],
  ],
});

/** Snapshots that are handed out when the test says so. */
function source() {
  const asked: string[] = [];
  const answers: ((answer: BookLevels | Error) => void)[] = [];
  return {
    asked,
    rest: {
      depth: (symbol: string) => {
        asked.push(symbol);
        return new Promise<BookLevels>((resolve, reject) => {
          answers.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer)));
        });
      },
    },
    async answer(answer: BookLevels | Error) {
      while (answers.length === 0) await sleep(1);
      answers.shift()!(answer);
      await sleep(1);
    },
  };
}

describe('the published procedure', () => {
  test('changes wait for the snapshot; those that it holds are dropped, the others applied', async () => {
    const { rest, asked, answer } = source();
    const books = new OrderBooks({ rest });
    for (const id of [10, 11, 12]) expect(books.take(change(id))).toBeUndefined();
    expect([books.state(A), books.get(A), asked]).toEqual(['syncing', undefined, [A]]);
    await answer(snapshot(11));
    expect([books.state(A), books.get(A)!.lastUpdateId]).toEqual(['live', 12]);
    expect(books.get(A)!.top(1)).toEqual({ lastUpdateId: 12, bids: [[100, 12]], asks: [[101, 12]] });
    expect(books.take(change(12))).toBeUndefined();
    expect(books.take(change(12, 14))!.lastUpdateId).toBe(14);
    expect(books.get(A)!.eventTime).toBe(14);
    expect(books.statistics()).toEqual({ applied: 2, snapshots: 1, resyncs: 0 });
  });

  test('a snapshot older than the first change is asked for again', async () => {
    const { rest, asked, answer } = source();
    const books = new OrderBooks({ rest });
    books.take(change(10, 12));
    await answer(snapshot(8));
    expect(books.state(A)).toBe('syncing');
    await answer(snapshot(9));
    expect([books.state(A), books.get(A)!.lastUpdateId, asked]).toEqual(['live', 12, [A, A]]);
  });

  test('a hole begins that symbol anew, and no other', async () => {
    const { rest, asked, answer } = source();
    const books = new OrderBooks({ rest });
    books.take(change(10));
    books.take(change(20, 20, { symbol: B }));
    await answer(snapshot(10));
    await answer(snapshot(20));
    expect(books.take(change(13))).toBeUndefined();
    expect([books.state(A), books.state(B)]).toEqual(['syncing', 'live']);
    expect(books.take(change(21, 21, { symbol: B }))!.lastUpdateId).toBe(21);
    books.take(change(14));
    await answer(snapshot(13));
    expect([books.get(A)!.lastUpdateId, asked]).toEqual([14, [A, B, A]]);
    expect(books.statistics().resyncs).toBe(1);
  });

  test('a hole among changes that wait asks anew; what the older request brings is not used', async () => {
    const { rest, asked, answer } = source();
    const books = new OrderBooks({ rest });
    books.take(change(10));
    books.take(change(15));
    expect(asked).toHaveLength(2);
    await answer(snapshot(12));
    expect(books.state(A)).toBe('syncing');
    await answer(snapshot(14));
    expect(books.get(A)!.lastUpdateId).toBe(15);
  });

  test('a crossed book is begun anew', async () => {
    const { rest, answer } = source();
    const books = new OrderBooks({ rest });
    books.take(change(10));
    await answer(snapshot(10));
    expect(books.take(change(11, 11, { bids: [[101.5, 1]], asks: [] }))).toBeUndefined();
    expect([books.state(A), books.get(A)]).toEqual(['syncing', undefined]);
    await answer(snapshot(11));
    expect([books.state(A), books.get(A)!.crossed]).toEqual(['live', false]);
  });

  test('after a break a book is stale until its next change proves it; a count that began anew is noticed', async () => {
    const { rest, asked, answer } = source();
    const books = new OrderBooks({ rest });
    books.take(change(10));
    await answer(snapshot(10));
    const broken: MarketEvent = { type: 'disconnect', at: 0, reason: 'test', retryInMs: 0 };
    books.take(broken);
    expect([books.state(A), books.get(A)]).toEqual(['stale', undefined]);
    expect(books.take(change(11))!.lastUpdateId).toBe(11);
    books.take(broken);
    expect(books.take(change(3))).toBeUndefined();
    await answer(snapshot(3));
    expect([books.get(A)!.lastUpdateId, asked.length]).toEqual([3, 2]);
  });

  test('too many changes that wait ask anew, so that memory stays bounded', async () => {
    const { rest, asked } = source();
    const books = new OrderBooks({ rest, maxWaiting: 100 });
    for (let id = 1; id <= 1_000; id++) books.take(change(id));
    expect(asked.length).toBeGreaterThanOrEqual(9);
    expect(asked.length).toBeLessThanOrEqual(11);
  });

  test('a passing error is asked again; another one is thrown with the next change', async () => {
    const { rest, answer } = source();
    const books = new OrderBooks({ rest });
    books.take(change(10));
    await answer(new CandlebookError('HOST_UNREACHABLE', 'away'));
    await answer(new CandlebookError('SYMBOL_UNKNOWN', 'no such pair'));
    expect(books.state(A)).toBe('failed');
    expect(() => books.take(change(11))).toThrow('no such pair');
    books.forget(A);
    expect(books.state(A)).toBeUndefined();
  });
});

test('mid, spread and imbalance', () => {
  const books = new OrderBooks({ rest: { depth: async () => snapshot(1) } });
  books.take(change(2, 2, { bids: [[100, 6]], asks: [[101, 1]] }));
  return sleep(5).then(() => {
    const book = books.get(A)!;
    expect([book.mid, book.spread]).toEqual([100.5, 1]);
    expect(book.imbalance(1)).toBeCloseTo(5 / 7, 12);
    expect(book.imbalance()).toBeCloseTo(5 / 9, 12);
    book.reset({ lastUpdateId: 3, bids: [], asks: [[101, 1]] });
    expect([book.mid, book.spread, book.imbalance()]).toEqual([Number.NaN, Number.NaN, -1]);
  });
});

describe('against the embedded exchange', () => {
  async function inStep(exchange: Exchange, faults: readonly ('drop' | 'break' | 'staleSnapshot')[]) {
    const rest = createRest(exchange);
    const symbols = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'];
    const feed = liveFeed({ wsUrl: exchange.wsUrl, symbols, streams: ['depth@100ms', 'bookTicker'], rest });
    const books = new OrderBooks({ rest });
    const tops = new Map<string, readonly number[]>();
    const top = ({ bids, asks }: OrderBook) => [
      bids.price(0),
      bids.quantity(0),
      asks.price(0),
      asks.quantity(0),
    ];
    let compared = 0;
    let changes = 0;
    const waiting = [...faults];
    for await (const event of feed) {
      if (event.type === 'bookTicker')
        tops.set(`${event.symbol} ${event.updateId}`, [
          event.bidPrice,
          event.bidQuantity,
          event.askPrice,
          event.askQuantity,
        ]);
      const book = books.take(event);
      if (!book) continue;
      expect(book.crossed).toBe(false);
      const quote = tops.get(`${book.symbol} ${book.lastUpdateId}`);
      if (quote) {
        expect(top(book)).toEqual(quote);
        compared++;
      }
      if (++changes % 60 === 0 && waiting.length > 0) exchange.inject(waiting.shift()!);
      if (changes > 800 && waiting.length === 0 && symbols.every((symbol) => books.get(symbol))) break;
    }
    await rest.close();
    return { compared, statistics: books.statistics() };
  }

  test('books meet the best quotes at each common update id, through cuts, lost frames and stale snapshots', async () => {
    const exchange = await startExchange({ seed: 7, speed: 20 });
    try {
      const { compared, statistics } = await inStep(exchange, [
        'drop',
        'staleSnapshot',
        'drop',
        'break',
        'drop',
      ]);
      expect(compared).toBeGreaterThan(30);
      expect(statistics.resyncs).toBeGreaterThan(0);
      expect(statistics.snapshots).toBeGreaterThan(3);
    } finally {
      await exchange.close();
    }
  });
});
