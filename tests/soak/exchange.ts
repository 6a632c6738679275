/*
 * The exchange of a soak, as a process of its own: a fast market. Told `faults`, it lets things go wrong; `calm`, nothing
 * goes wrong any more; `stop`, the market stands still. It answers each by the last trade ids and the faults so far.
 */

import { FaultSchedule } from '../../src/exchange/faults/schedule.ts';
import { FAULT_KINDS, startExchange } from '../../src/exchange/index.ts';
import { seedOf, sequence } from '../../src/exchange/model/random.ts';
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
const next = sequence(seedOf(seed, 'faults'));
let schedule: FaultSchedule | undefined;
process.on('message', (word) => {
  if (word === 'faults')
    schedule = new FaultSchedule(
      faults,
      FAULT_KINDS,
      () => next() / 2 ** 32,
      (kind) => exchange.inject(kind),
    );
  if (word === 'calm') {
    schedule?.stop();
    exchange.calm();
  }
  if (word === 'stop') clearInterval(timer);
  const last = Object.fromEntries(entries().map(({ symbol, lastTradeId }) => [symbol, lastTradeId]));
  process.send?.({ last, faults: exchange.counters().faults });
});
process.on('disconnect', () => void exchange.close().then(() => process.exit(0)));
