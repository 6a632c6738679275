import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadSettings } from '../../src/configuration/index.ts';
import { type Exchange, startExchange } from '../../src/exchange/index.ts';
import { startDashboard } from '../../src/runner/index.ts';
import { serveRun } from '../../src/serve/index.ts';
import { METRICS } from '../../src/telemetry/index.ts';
import { temporaryFolder } from '../store/folder.ts';

let exchange: Exchange;
beforeEach(async () => {
  exchange = await startExchange({ seed: 3, speed: 10 });
});
afterEach(() => exchange.close());

const eventually = { timeout: 30_000, interval: 100 };

test('a run tells its metrics, its health and its log; nothing of the catalogue stays silent', async () => {
  const tables = temporaryFolder();
  mkdirSync(tables, { recursive: true });
  const file = join(tables, 'log.jsonl');
  const settings = loadSettings(
    {
      exchangeUrl: exchange.restUrl,
      symbols: ['BTCUSD', 'ETHUSD'],
      tables,
      telemetry: { port: 0, log: { level: 'info', file } } as never,
      alerts: { rules: [{ name: 'low', kind: 'price', symbols: ['BTCUSD'], above: 1 }] } as never,
    },
    { env: {} },
  );
  const run = await startDashboard(settings, {
    display: 'json',
    write: () => undefined,
    storage: { batch: { maxAgeMs: 50 } },
  });
  const page = await serveRun(run, { port: 0 });
  const get = async (path: string) => (await fetch(`${run.telemetry.url}${path}`)).text();
  const value = async (name: string) => {
    const line = (await get('/metrics'))
      .split('\n')
      .find((one) => one.startsWith(`${name}{`) || one.startsWith(`${name} `));
    return line === undefined ? undefined : Number(/ (\S+)(?: \d+)?$/.exec(line)?.[1]);
  };
  await expect.poll(() => value('candlebook_latency_committed_count'), eventually).toBeGreaterThan(0);
  await expect.poll(() => value('candlebook_updates_total'), eventually).toBeGreaterThan(0);
  exchange.restart(300);
  await expect.poll(() => value('candlebook_feed_reconnects_total'), eventually).toBe(1);
  await expect.poll(async () => (await fetch(`${run.telemetry.url}/readyz`)).status, eventually).toBe(200);

  const text = await get('/metrics');
  const silent = Object.keys(METRICS).filter((name) => !text.includes(`\n${name.replaceAll('.', '_')}`));
  // A webhook and a storage that fails are not part of this run.
  expect(silent.sort()).toEqual(['candlebook.store.failures', 'candlebook.webhook.posts']);
  const { trades } = run.summary();
  expect(await value('candlebook_events_total')).toBeGreaterThanOrEqual(trades);
  expect(JSON.parse(await (await fetch(`${page.url}readyz`)).text())).toMatchObject({ ok: true });
  await page.close();
  await run.stop();
  const messages = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { msg: string });
  const said = new Set(messages.map(({ msg }) => msg));
  expect(['start', 'connect', 'disconnect', 'alert', 'stop'].filter((one) => !said.has(one))).toEqual([]);
}, 90_000);
