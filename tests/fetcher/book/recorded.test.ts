import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect } from 'vitest';
import { type BookLevels, OrderBooks } from '../../../src/fetcher/index.ts';
import { readFrame } from '../../../src/fetcher/wire/index.ts';
import { sharedDataPath, testWithSharedData } from '../../fixtures/shared-data.ts';
import { say } from '../../fixtures/step.ts';

const numbers = (levels: readonly (readonly [string, string])[]) =>
  levels.map(([price, quantity]): [number, number] => [Number(price), Number(quantity)]);

function linesOf(files: readonly string[]): string[] {
  return files.flatMap((file) => {
    const text = gunzipSync(readFileSync(sharedDataPath(file))).toString();
    return text.split('\n').map((line) => line.slice(line.indexOf(' ') + 1));
  });
}

for (const symbol of ['btcusdt', 'ethusdt']) {
  const files = ['08', '09'].map((day) => `capture-2024-08/${symbol}_202408${day}.gz`);
  testWithSharedData(
    `${symbol}: the book of the recorded changes equals the recorded best quote at each common update id`,
    files,
    async () => {
      const lines = linesOf(files);
      let ready: (snapshot: BookLevels) => void = () => {};
      const books = new OrderBooks({ rest: { depth: () => new Promise((resolve) => (ready = resolve)) } });
      const tops = new Map<number, readonly number[]>();
      const quotes = new Map<number, readonly number[]>();
      const note = () => {
        const book = books.get(symbol.toUpperCase());
        if (!book) return;
        const { bids, asks } = book;
        tops.set(book.lastUpdateId, [bids.price(0), bids.quantity(0), asks.price(0), asks.quantity(0)]);
      };
      for (const line of lines) {
        if (line.startsWith('{"lastUpdateId"')) {
          const { lastUpdateId, bids, asks } = JSON.parse(line);
          ready({ lastUpdateId, bids: numbers(bids), asks: numbers(asks) });
          // The book takes it a turn of the loop later, as it would from REST.
          await new Promise((resolve) => setImmediate(resolve));
          note();
          continue;
        }
        const event = line === '' ? undefined : readFrame(Buffer.from(line));
        if (event?.type === 'bookTicker')
          quotes.set(event.updateId, [event.bidPrice, event.bidQuantity, event.askPrice, event.askQuantity]);
        else if (event?.type === 'depth') {
          books.take(event);
          note();
        }
      }
      let compared = 0;
      let differing = 0;
      for (const [updateId, quote] of quotes) {
        const top = tops.get(updateId);
        if (!top) continue;
        compared++;
        if (quote.some((value, i) => value !== top[i])) differing++;
      }
      say(
        `${symbol}: ${tops.size} states of the book, ${quotes.size} best quotes, compared ${compared}, differing ${differing}`,
      );
      expect(differing).toBe(0);
      expect(compared).toBeGreaterThan(1_000);
      expect(books.statistics()).toMatchObject({ snapshots: 1, resyncs: 0 });
    },
  );
}
