/*
 * Records a live feed in the project tables from where they end, with compaction beside it, until SIGTERM:
 * writer.ts <location> <address of the exchange> <JSON: trade id before the first that counts, by symbol>.
 * Made to be killed at any moment and started again.
 */
import { createRest, liveFeed } from '../../../src/fetcher/index.ts';
import { openRecorder } from '../../../src/store/index.ts';

const [location, restUrl, begin] = process.argv.slice(2) as [string, string, string];
const first: Record<string, number> = JSON.parse(begin);
const symbols = Object.keys(first);
const recorder = await openRecorder({
  location,
  source: 'simulated',
  market: 'chaos',
  batch: { maxRows: 300, maxAgeMs: 20 },
  maintenance: { compactEvery: 12, lookEveryMs: 10 },
});
const rest = createRest({ restUrl });
// This exchange allows more requests than the client takes for granted.
await rest.exchangeInfo(symbols);
const feed = liveFeed({
  wsUrl: restUrl.replace('http', 'ws'),
  rest,
  symbols,
  streams: ['trade', 'ticker', 'kline_1m'],
  since: { ...first, ...recorder.since(symbols) },
});
process.on('SIGTERM', () => void feed.close());
process.stdout.write('ready\n');
for await (const event of feed) {
  if (event.type === 'subscribe') await recorder.fillCandles(rest, symbols, '1m');
  await recorder.take(event);
}
await rest.close();
await recorder.close();
