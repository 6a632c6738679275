/* The exchange of a soak, as a process of its own: a fast market with faults, that stands still when told to. */

import { startExchange } from '../../src/exchange/index.ts';
import { DOCUMENT_SYMBOLS } from '../../src/market/index.ts';

const [seed, speed, faults] = process.argv.slice(2).map(Number) as [number, number, number];
const TICK_MS = 20;
/** An hour before midnight: even a short soak passes it. */
const BEGIN = Date.UTC(2026, 10, 24, 23, 0);

const exchange = await startExchange({
  seed,
  symbols: DOCUMENT_SYMBOLS,
  startTime: BEGIN,
  clock: 'manual',
  weightLimit: 1e9,
  maxConnectionAttempts: 1e9,
  faults: { perMinute: faults, seed },
});
const entries = () => exchange.ledger();
while (entries().some(({ trades }) => trades === 0)) exchange.advance(1_000);
const before = Object.fromEntries(entries().map(({ symbol, firstTradeId }) => [symbol, firstTradeId - 1]));
let since = performance.now();
const timer = setInterval(() => {
  const now = performance.now();
  exchange.advance(Math.min(now - since, 10 * TICK_MS) * speed);
  since = now;
}, TICK_MS);
process.send?.({ url: exchange.restUrl, before });
process.on('message', () => {
  clearInterval(timer);
  process.send?.(Object.fromEntries(entries().map(({ symbol, lastTradeId }) => [symbol, lastTradeId])));
});
process.on('disconnect', () => void exchange.close().then(() => process.exit(0)));
