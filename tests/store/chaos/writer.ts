/*
 * Writes a feed's trades to `raw/trades`, from where the table ends to the feed's end, with compaction going on
 * beside it: writer.ts <location> <trades a symbol>. Made to be killed at any moment and started again.
 */
import { openTradeTable } from '../../../src/store/index.ts';
import { FEED_SYMBOLS, feedTrade } from './feed.ts';

const [location, total] = process.argv.slice(2) as [string, string];
const table = await openTradeTable({ location, source: 'simulated', batch: { maxRows: 40, maxAgeMs: 15 } });
let busy: Promise<unknown> | undefined;
const next = new Map(FEED_SYMBOLS.map((symbol) => [symbol, (table.lastTradeId(symbol) ?? -1) + 1]));
while ([...next.values()].some((id) => id < Number(total))) {
  for (const symbol of FEED_SYMBOLS) {
    const from = next.get(symbol)!;
    // A feed that fills a gap sends some of what was there already: the table leaves it out.
    const first = Math.max(0, from - (from % 7));
    const last = Math.min(Number(total), from + 1 + (from % 11));
    table.append(Array.from({ length: last - first }, (_, i) => feedTrade(symbol, first + i)));
    next.set(symbol, last);
  }
  if (!busy && table.version % 9 === 0) {
    busy = table.delta.optimize({ sortBy: ['symbol', 'tradeId'] }).finally(() => {
      busy = undefined;
    });
  }
  await new Promise((resolve) => setTimeout(resolve, 2));
}
await busy;
await table.close();
console.log('done');
