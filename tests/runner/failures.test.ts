/* What can go wrong with a run: each row of the table in environment.md has its test here or in the suite it names. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loadSettings, type SettingsInput } from '../../src/configuration/index.ts';
import type { Mount } from '../../src/dashboard/wire.ts';
import { type Exchange, type ExchangeOptions, startExchange } from '../../src/exchange/index.ts';
import { type DashboardRun, type RunOptions, startDashboard } from '../../src/runner/index.ts';
import { serveRun } from '../../src/serve/index.ts';
import { openTradeTable } from '../../src/store/index.ts';
import { candlebook } from '../fixtures/cli.ts';
import { freePort } from '../fixtures/port.ts';
import { type Fault, startLoopbackAdls } from '../store/adls/server.ts';
import { temporaryFolder } from '../store/folder.ts';

const SYMBOLS = ['BTCUSD', 'ETHUSD'];
const eventually = { timeout: 30_000, interval: 50 };
const QUICK: RunOptions = { display: 'none', storage: { batch: { maxAgeMs: 50 }, maintenance: false } };

let exchange: Exchange;
let tables: string;
const runs: DashboardRun[] = [];

beforeEach(async () => {
  tables = temporaryFolder();
  exchange = await startExchange({ seed: 21, speed: 20 });
});
afterEach(async () => {
  await Promise.all(runs.splice(0).map((run) => run.stop().catch(() => undefined)));
  await exchange.close();
});

const settings = (more: SettingsInput = {}) =>
  loadSettings({ exchangeUrl: exchange.restUrl, symbols: SYMBOLS, tables, ...more }, { env: {} });

async function start(more: SettingsInput = {}, options: RunOptions = {}): Promise<DashboardRun> {
  const run = await startDashboard(settings(more), { ...QUICK, ...options });
  runs.push(run);
  return run;
}

const anotherExchange = async (options: ExchangeOptions) => {
  await exchange.close();
  exchange = await startExchange({ seed: 21, ...options });
};

const trades = (run: DashboardRun) => run.summary().trades;
const moreTrades = (run: DashboardRun, from: number) =>
  expect.poll(() => trades(run), eventually).toBeGreaterThan(from + 10);

/** Every trade from the table's first to its last, once, and as the exchange tells it. */
async function whole(location = tables): Promise<{ rows: number; holes: number; doubled: number }> {
  const table = await openTradeTable({ location, source: 'simulated' });
  const ids = new Map<string, Set<number>>();
  let rows = 0;
  for await (const { symbol, tradeId } of table.rows()) {
    rows++;
    if (!ids.has(symbol)) ids.set(symbol, new Set());
    ids.get(symbol)!.add(tradeId);
  }
  const sets = [...ids.values()];
  const distinct = sets.reduce((sum, set) => sum + set.size, 0);
  const holes = sets.reduce((sum, set) => sum + Math.max(...set) - Math.min(...set) + 1 - set.size, 0);
  return { rows, holes, doubled: rows - distinct };
}

const unharmed = { holes: 0, doubled: 0 };

test('failure: network away', async () => {
  const run = await start();
  await moreTrades(run, 0);
  const chart = await run.openChart({});
  const feed = () => chart.board().footer.feed;
  expect(feed()).toBeUndefined();
  exchange.restart(1_500);
  await expect.poll(feed, eventually).toMatch(/^reconnecting: /);
  expect(run.summary().feed).toMatch(/^reconnecting: /);
  const before = trades(run);
  await expect.poll(() => run.summary().feed, eventually).toBe('connected');
  expect(feed()).toBeUndefined();
  await moreTrades(run, before);
  expect(await run.stop()).toMatchObject({ reconnects: 1, gaps: 0, missing: 0, rowsWaiting: 0 });
  expect(run.summary().filled).toBeGreaterThan(0);
  expect(await whole()).toMatchObject(unharmed);
}, 60_000);

test('failure: Binance away at the start', async () => {
  const exchangeUrl = `http://127.0.0.1:${await freePort()}`;
  await expect(start({ exchangeUrl })).rejects.toMatchObject({
    code: 'HOST_UNREACHABLE',
    message: expect.stringMatching(/Check the network, proxy and host setting/),
  });
}, 60_000);

test('failure: 451, the region is blocked', async () => {
  await anotherExchange({ blocked: 451 });
  await expect(start()).rejects.toMatchObject({
    code: 'REGION_BLOCKED',
    message: expect.stringMatching(/data-only/),
  });
}, 60_000);

test('failure: 418, the address is banned', async () => {
  await anotherExchange({ weightLimit: 1, banAfter: 1, banMs: 60_000 });
  // Another program of the same address went on after it was told to wait.
  const status = async () => (await fetch(`${exchange.restUrl}/api/v3/ping`)).status;
  await expect.poll(status, eventually).toBe(418);
  await expect(start()).rejects.toMatchObject({
    code: 'BANNED',
    message: expect.stringMatching(/wait|until/i),
  });
}, 60_000);

test('failure: clock wrong', async () => {
  // This machine's clock is an hour fast; the market's is right.
  const ahead = 3_600_000;
  const real = Date.now;
  await anotherExchange({ speed: 1, startTime: real() });
  vi.spyOn(Date, 'now').mockImplementation(() => real() + ahead);
  const run = await start();
  await expect.poll(() => run.summary().latencyMs, eventually).toBeDefined();
  const { p50 } = run.summary().latencyMs!;
  expect(Math.abs(p50)).toBeLessThan(ahead / 10);
  const [bar] = [run.candles.forming ?? run.candles.at(-1)!];
  expect(Math.abs(bar.openTime - real())).toBeLessThan(120_000);
}, 60_000);

/** A run whose tables lie on a storage account that fails as `fault` says, until it is healed. */
async function onFailingStorage(fault: Fault, trouble: RegExp): Promise<void> {
  const adls = await startLoopbackAdls();
  vi.stubEnv('AZURE_STORAGE_CONNECTION_STRING', adls.connectionString);
  const location = 'abfss://tables@lake.dfs.core.windows.net/failures';
  try {
    const run = await start({ tables: location });
    await expect.poll(() => run.summary().rowsStored, eventually).toBeGreaterThan(10);
    adls.fault = () => fault;
    await expect.poll(() => run.summary().storage, eventually).toMatch(trouble);
    const shown = run.summary().updates;
    await run.updates(3);
    expect(run.summary().updates).toBeGreaterThan(shown);
    expect(run.summary().rowsWaiting).toBeGreaterThan(0);
    adls.fault = undefined;
    await expect.poll(() => run.summary().storage, eventually).toBeUndefined();
    expect((await run.stop()).rowsWaiting).toBe(0);
    expect(await whole(location)).toMatchObject(unharmed);
  } finally {
    vi.unstubAllEnvs();
    await adls.close();
  }
}

test('failure: ADLS away for long', async () => {
  const adls = await startLoopbackAdls();
  vi.stubEnv('AZURE_STORAGE_CONNECTION_STRING', adls.connectionString);
  await anotherExchange({ speed: 100 });
  const location = 'abfss://tables@lake.dfs.core.windows.net/long';
  const written: string[] = [];
  try {
    const batch = { maxAgeMs: 50, maxWaitingRows: 400 };
    const run = await start(
      { tables: location },
      {
        display: 'json',
        write: (text) => void written.push(text),
        storage: { batch, maintenance: false },
      },
    );
    const page = await serveRun(run, { port: 0 });
    const titled = async () => ((await (await fetch(`${page.url}board`)).json()) as Mount).content.title;
    await expect.poll(() => run.summary().rowsStored, eventually).toBeGreaterThan(10);
    adls.fault = () => ({ breakBefore: true });
    const held = /tables wait for storage since \d\d:\d\d:\d\d UTC, the feed is held back, nothing is lost/;
    const chart = await run.openChart({});
    await expect.poll(() => chart.board().title, { ...eventually, timeout: 60_000 }).toMatch(held);
    // Drawing goes on, so that it says so; no event is taken, and no more rows than may wait.
    await expect.poll(titled, eventually).toMatch(held);
    await expect.poll(() => written.at(-1), eventually).toMatch(/"tables":"wait for storage since/);
    const stands = trades(run);
    await sleep(1_000);
    expect(trades(run)).toBe(stands);
    expect(run.summary().rowsWaiting).toBeLessThanOrEqual(400 * 4);
    expect(chart.board().footer.tables).toMatch(/^wait for storage since/);
    adls.fault = undefined;
    await expect.poll(() => chart.board().title, eventually).not.toMatch(/tables/);
    await moreTrades(run, stands);
    await page.close();
    expect(await run.stop()).toMatchObject({ rowsWaiting: 0, missing: 0 });
    expect(await whole(location)).toMatchObject(unharmed);
  } finally {
    vi.unstubAllEnvs();
    await adls.close();
  }
}, 120_000);

test(
  'failure: ADLS away',
  () => onFailingStorage({ breakBefore: true }, /network|connection|reach/i),
  90_000,
);

test(
  'failure: token expired',
  () => onFailingStorage({ status: 403, code: 'AuthenticationFailed' }, /ACCESS_DENIED|credential|refused/i),
  90_000,
);

test('failure: two runners on one table', async () => {
  const one = await start();
  const two = await start();
  await moreTrades(one, 0);
  await moreTrades(two, 0);
  const ended = await Promise.all([one.stop(), two.stop()]);
  expect(ended.map(({ rowsWaiting }) => rowsWaiting)).toEqual([0, 0]);
  expect(ended[0]!.rowsRepeated + ended[1]!.rowsRepeated).toBeGreaterThan(0);
  expect(await whole()).toMatchObject(unharmed);
}, 60_000);

const command = (...more: string[]) =>
  candlebook([
    'run',
    '--json',
    '--exchange-url',
    exchange.restUrl,
    '--symbols',
    SYMBOLS.join(),
    '--tables',
    tables,
    ...more,
  ]);

test('failure: laptop asleep', async () => {
  const { child, output, ended, says } = command();
  await says('"update":2');
  child.kill('SIGSTOP');
  await sleep(3_000);
  const slept = output.out.length;
  child.kill('SIGCONT');
  await expect.poll(() => output.out.length, eventually).toBeGreaterThan(slept);
  await sleep(1_500);
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  expect(await whole()).toMatchObject(unharmed);
}, 60_000);

test('failure: process killed', async () => {
  const first = command();
  await first.says('"update":3');
  first.child.kill('SIGKILL');
  await first.ended;
  const run = await start();
  const before = trades(run);
  await moreTrades(run, before);
  await run.stop();
  const again = await start();
  await moreTrades(again, 0);
  await again.stop();
  expect(await whole()).toMatchObject(unharmed);
}, 60_000);

test('failure: exchange outage', async () => {
  const run = await start();
  await moreTrades(run, 0);
  const { port } = exchange;
  await exchange.close();
  await expect.poll(() => run.summary().feed, eventually).toMatch(/^reconnecting: /);
  const shown = run.tickers[0]!.lastPrice;
  expect(shown).toBeGreaterThan(0);
  // It comes back where its market is by then.
  exchange = await startExchange({ seed: 21, speed: 20, port, startTime: Date.now() + 3_600_000 });
  await expect.poll(() => run.summary().feed, eventually).toBe('connected');
  expect((await run.stop()).endedBy).toBe('code');
}, 90_000);

test('failure: the exchange’s 24-hour cut-off', async () => {
  await anotherExchange({ speed: 20, maxConnectionMs: 40_000 });
  const run = await start();
  await expect.poll(() => run.summary().reconnects, eventually).toBeGreaterThan(0);
  await moreTrades(run, trades(run));
  expect(await run.stop()).toMatchObject({ gaps: 0, missing: 0 });
  expect(await whole()).toMatchObject(unharmed);
}, 60_000);

test('failure: settings broken', async () => {
  const file = join(tables, 'settings.json');
  writeFileSync(file, '{ "refresh": 7 }');
  const wrong = candlebook(['run', '--settings', file]);
  expect(await wrong.ended).toEqual([1, null]);
  expect(wrong.output.err).toMatch(
    /SETTING_INVALID: refresh is 7 in .*settings\.json\. Allowed: "live", 5, 15, 30/,
  );
  writeFileSync(file, '{ "refresh": ');
  const broken = candlebook(['run', '--settings', file]);
  expect(await broken.ended).toEqual([1, null]);
  expect(broken.output.err).toMatch(/SETTINGS_UNREADABLE: .*settings\.json is not JSON/);
}, 60_000);

test('failure: port taken', async () => {
  const run = await start();
  const page = await serveRun(run, { port: 0 });
  await expect(serveRun(run, { port: page.port })).rejects.toMatchObject({ code: 'PORT_IN_USE' });
  await page.close();
}, 60_000);

test('failure: page closed', async () => {
  const run = await start();
  const page = await serveRun(run, { port: 0 });
  const { board } = (await (await fetch(`${page.url}board`)).json()) as { board: string };
  const { default: WebSocket } = await import('ws');
  const viewer = new WebSocket(`${page.url.replace('http', 'ws')}live?board=${board}`, {
    origin: page.url.slice(0, -1),
  });
  await once(viewer, 'open');
  viewer.terminate();
  await expect.poll(() => page.viewers, eventually).toBe(0);
  await moreTrades(run, trades(run));
  expect((await run.stop()).endedBy).toBe('code');
  await page.close();
}, 60_000);
