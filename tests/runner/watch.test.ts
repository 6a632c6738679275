import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadSettings } from '../../src/configuration/index.ts';
import { type Exchange, startExchange } from '../../src/exchange/index.ts';
import { startDashboard } from '../../src/runner/index.ts';
import { serveRun } from '../../src/serve/index.ts';
import { METRICS } from '../../src/telemetry/index.ts';
import { temporaryFolder } from '../store/folder.ts';

let exchange: Exchange;
/** Takes the first post, refuses the others. */
let posts: number;
const hook = createServer((request, response) => {
  request.resume();
  response.writeHead(posts++ === 0 ? 200 : 410).end();
});
beforeEach(async () => {
  exchange = await startExchange({ seed: 3, speed: 10 });
  posts = 0;
  hook.listen(0, '127.0.0.1');
  await once(hook, 'listening');
});
afterEach(async () => {
  hook.closeAllConnections();
  hook.close();
  await exchange.close();
});

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
      telemetry: { port: 0, log: { level: 'info', file } },
      alerts: {
        rules: [{ name: 'low', kind: 'price', above: 0 }],
        webhook: { url: `http://127.0.0.1:${(hook.address() as AddressInfo).port}/` },
      },
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
      .find((one) => one.startsWith(name) && /^[ ,{}]/.test(one.slice(name.length)));
    return line === undefined ? undefined : Number(/ (\S+)(?: \d+)?$/.exec(line)?.[1]);
  };
  await expect.poll(() => value('candlebook_latency_committed_count'), eventually).toBeGreaterThan(0);
  await expect.poll(() => value('candlebook_updates_total'), eventually).toBeGreaterThan(0);
  exchange.restart(300);
  await expect.poll(() => value('candlebook_feed_reconnects_total'), eventually).toBe(1);
  // One post of two was refused: alerts are not well, and the rest is.
  await expect.poll(() => posts, eventually).toBe(2);
  const health = async () => (await fetch(`${run.telemetry.url}/readyz`)).json();
  await expect.poll(health, eventually).toMatchObject({
    status: 'failing',
    checks: { feed: 'ok', storage: 'ok', alerts: expect.stringMatching(/refused \(HTTP 410\)/) },
  });

  const text = await get('/metrics');
  const silent = Object.keys(METRICS).filter((name) => !text.includes(`\n${name.replaceAll('.', '_')}`));
  // A storage that fails is not part of this run.
  expect(silent.sort()).toEqual(['candlebook.store.failures']);
  for (const outcome of ['delivered', 'refused'])
    expect(await value(`candlebook_webhook_posts_total{outcome="${outcome}"`)).toBe(1);
  const { trades } = run.summary();
  expect(await value('candlebook_events_total')).toBeGreaterThanOrEqual(trades);
  expect(JSON.parse(await (await fetch(`${page.url}readyz`)).text())).toMatchObject({ ok: false });
  await page.close();
  await run.stop();
  const messages = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { msg: string });
  const said = new Set(messages.map(({ msg }) => msg));
  expect(['start', 'connect', 'disconnect', 'alert', 'stop'].filter((one) => !said.has(one))).toEqual([]);
}, 90_000);
