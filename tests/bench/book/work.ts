import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { SimulatedMarket } from '../../../src/exchange/model/market.ts';
import type { BookLevels } from '../../../src/fetcher/index.ts';
import type { DepthUpdate } from '../../../src/market/index.ts';
import { sharedDataPath } from '../../fixtures/shared-data.ts';

/** A snapshot and the changes upon it. */
export interface BookWork {
  readonly name: string;
  readonly snapshot: BookLevels;
  readonly updates: readonly DepthUpdate[];
  /** Levels that an update changes, on average. */
  readonly changes: number;
}

const UPDATES = 5_000;
const START = Date.UTC(2026, 10, 24, 14, 30);

/** The embedded exchange's market, seed 7: the same on every machine. */
export function simulatedWork(): BookWork {
  const market = new SimulatedMarket({ seed: 7, symbols: ['BTCUSDT'], startTime: START });
  const book = market.book('BTCUSDT');
  const first = START / 100;
  const { lastUpdateId, bids, asks } = book.snapshotAt(first, 5_000);
  const updates = Array.from({ length: UPDATES }, (_, i): DepthUpdate => {
    const change = book.change(first + 1 + i);
    return { type: 'depth', symbol: 'BTCUSDT', eventTime: START + 100 * (i + 1), ...change };
  });
  return work('simulated', { lastUpdateId, bids, asks }, updates);
}

/** Ten minutes of the exchange itself, where they lie beside the checkout. */
export function recordedWork(): BookWork | undefined {
  const files = ['08', '09'].map((day) => sharedDataPath(`capture-2024-08/btcusdt_202408${day}.gz`));
  if (!files.every((file) => existsSync(file))) return undefined;
  let snapshot: BookLevels | undefined;
  const updates: DepthUpdate[] = [];
  const numbers = (levels: [string, string][]) =>
    levels.map(([price, quantity]): [number, number] => [Number(price), Number(quantity)]);
  for (const line of files.flatMap((file) => gunzipSync(readFileSync(file)).toString().split('\n'))) {
    const text = line.slice(line.indexOf(' ') + 1);
    if (text.startsWith('{"lastUpdateId"')) {
      const { lastUpdateId, bids, asks } = JSON.parse(text);
      snapshot = { lastUpdateId, bids: numbers(bids), asks: numbers(asks) };
    } else if (text.includes('@depth@100ms"')) {
      const { s, U, u, E, b, a } = JSON.parse(text).data;
      updates.push({
        type: 'depth',
        symbol: s,
        firstUpdateId: U,
        lastUpdateId: u,
        bids: numbers(b),
        asks: numbers(a),
        eventTime: E,
      });
    }
  }
  const { lastUpdateId } = snapshot!;
  return work(
    'recorded',
    snapshot!,
    updates.filter((update) => update.lastUpdateId > lastUpdateId),
  );
}

function work(name: string, snapshot: BookLevels, updates: readonly DepthUpdate[]): BookWork {
  const changes = updates.reduce((sum, { bids, asks }) => sum + bids.length + asks.length, 0);
  return { name, snapshot, updates, changes: Math.round(changes / updates.length) };
}
