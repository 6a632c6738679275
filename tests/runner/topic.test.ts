import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { encodeTrade } from '../../src/cloud/kafka/message.ts';
import { loadSettings } from '../../src/configuration/index.ts';
import { type Exchange, startExchange } from '../../src/exchange/index.ts';
import { createRest, type LiveFeed, liveFeed } from '../../src/fetcher/index.ts';
import { openFeed, startDashboard } from '../../src/runner/index.ts';
import { openTradeTable } from '../../src/store/index.ts';
import { StubTopic } from '../fixtures/topic.ts';

const SYMBOLS = ['BTCUSDT', 'ETHUSDT'];
const stub = vi.hoisted(() => ({ load: () => Promise.reject(new Error('no topic yet')) as Promise<never> }));
vi.mock('../../src/cloud/kafka/client.ts', () => ({ kafkaClient: () => stub.load() }));

let tables: string;
let exchange: Exchange;
let publisher: LiveFeed;
let topic: StubTopic;
beforeEach(async () => {
  tables = mkdtempSync(join(tmpdir(), 'candlebook-topic-'));
  exchange = await startExchange({ seed: 3, speed: 60, symbols: SYMBOLS });
  topic = new StubTopic();
  stub.load = topic.load as typeof stub.load;
  const rest = createRest({ restUrl: exchange.restUrl });
  publisher = liveFeed({ wsUrl: exchange.wsUrl, rest, symbols: SYMBOLS, streams: ['trade'] });
  void publish();
});
afterEach(async () => {
  await publisher.close();
  await exchange.close();
  rmSync(tables, { recursive: true, force: true });
});

async function publish() {
  for await (const event of publisher) {
    if (event.type !== 'trade') continue;
    // Every seventh trade of one symbol never reaches the topic.
    if (event.symbol === 'ETHUSDT' && event.id % 7 === 0) continue;
    topic.put(SYMBOLS.indexOf(event.symbol), encodeTrade(event, 'simulated'));
  }
}

const settings = () =>
  loadSettings(
    { exchangeUrl: exchange.restUrl, tables, symbols: SYMBOLS, topic: '127.0.0.1:9092' },
    { env: {} },
  );

/** Runs until so many more trades were seen. */
async function run(trades: number) {
  const dashboard = await startDashboard(settings(), { display: 'json', write: () => undefined });
  await expect.poll(() => dashboard.summary().trades, { timeout: 20_000 }).toBeGreaterThan(trades);
  await expect.poll(() => dashboard.summary().tickers, { timeout: 20_000 }).toBeGreaterThan(0);
  const formed = dashboard.candles.forming;
  const { tickers } = dashboard;
  return { summary: await dashboard.stop(), formed, tickers };
}

test('a run takes its trades from the topic, the rest by REST, and a second one goes on without a hole', async () => {
  const first = await run(300);
  expect(first.summary).toMatchObject({ source: 'simulated', missing: 0, gaps: 0, feed: 'ended' });
  expect(first.summary.filled).toBeGreaterThan(0);
  expect(first.formed).toBeDefined();
  expect(first.tickers.map(({ symbol }) => symbol)).toEqual(SYMBOLS);
  const second = await run(300);
  expect(second.summary).toMatchObject({ missing: 0, gaps: 0 });

  const table = await openTradeTable({ location: tables, source: 'simulated' });
  const rows = await table.read();
  await table.close();
  for (const symbol of SYMBOLS) {
    const ids = rows.filter((row) => row.symbol === symbol).map(({ tradeId }) => tradeId);
    ids.sort((a, b) => a - b);
    expect(ids.length).toBeGreaterThan(100);
    expect(ids).toEqual(Array.from({ length: ids.length }, (_, i) => ids[0]! + i));
  }
}, 60_000);

test('the settings’ feed is the topic’s, with the market’s statistics beside it', async () => {
  const seen = new Set<string>();
  const feed = await openFeed(settings());
  for await (const event of feed) {
    if (seen.size === 0)
      expect(event).toMatchObject({ type: 'connect', url: expect.stringContaining('kafka://') });
    seen.add(event.type);
    if (seen.has('trade') && seen.has('ticker')) break;
  }
  expect(feed.source).toBe('simulated');
  expect([...seen].slice(0, 2)).toEqual(['connect', 'subscribe']);
}, 30_000);
