/*
 * What passes leaves nothing behind: each kind of fault befalls exactly the first request of each kind that a run makes, and
 * its first and a later connection. Afterwards the run is as one that nothing befell, and its tables are whole.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { loadSettings, type SettingsInput } from '../../src/configuration/index.ts';
import { isRestFault, REST_FAULTS, type RestFault } from '../../src/exchange/faults/kinds.ts';
import {
  type Exchange,
  type ExchangeOptions,
  FAULT_KINDS,
  type FaultKind,
  startExchange,
} from '../../src/exchange/index.ts';
import { createRest, liveFeed, OrderBooks } from '../../src/fetcher/index.ts';
import { CandlebookError } from '../../src/market/index.ts';
import { type DashboardRun, openFeed, startDashboard } from '../../src/runner/index.ts';
import { openCandleTable, openTradeTable } from '../../src/store/index.ts';

const SYMBOLS = ['BTCUSDT', 'ETHUSDT'];
const PATIENCE_MS = 60_000;
/** Requests of a start, and those that follow a break. */
const AT_START = ['time', 'ticker/24hr', 'klines', 'trades', 'aggTrades', 'historicalTrades'];
const AFTER_BREAK = ['time', 'klines', 'aggTrades', 'historicalTrades'];
/** What is no page of rows can not come in another order. */
const isPage = (path: string) => path !== 'time' && path !== 'ticker/24hr';
const SERVER: readonly FaultKind[] = ['refuse', 'restart', 'shutdown'];

const folder = mkdtempSync(join(tmpdir(), 'candlebook-fault-'));
const temporaryFolder = () => mkdtempSync(join(folder, 'tables-'));
const open: { close(): unknown }[] = [];
afterAll(async () => {
  for (const one of open.reverse()) await one.close();
  rmSync(folder, { recursive: true });
});

async function exchangeOf(options: ExchangeOptions = {}): Promise<Exchange> {
  const exchange = await startExchange({ seed: 5, speed: 30, symbols: SYMBOLS, ...options });
  open.push(exchange);
  return exchange;
}

async function until(condition: () => boolean | Promise<boolean>, what: string, state: () => unknown) {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`${what}: not within time. ${JSON.stringify(state())}`);
    await sleep(50);
  }
}

/** A start that meets a ban says until when, and the next one succeeds. */
async function start(exchange: Exchange, more: SettingsInput): Promise<DashboardRun> {
  const settings = loadSettings({ exchangeUrl: exchange.restUrl, symbols: SYMBOLS, ...more }, { env: {} });
  for (;;) {
    try {
      const run = await startDashboard(settings, {
        display: 'none',
        storage: { batch: { maxAgeMs: 100 }, maintenance: false },
      });
      open.push({ close: () => run.stop().catch(() => undefined) });
      return run;
    } catch (error) {
      if (!(error instanceof CandlebookError) || error.code !== 'BANNED') throw error;
      await sleep(Number(error.value) - Date.now());
    }
  }
}

const state = (exchange: Exchange, run: DashboardRun) => ({
  ...run.summary(),
  ...run.statistics,
  played: exchange.counters().faults,
});

/** Two runs on the same tables, so that the second has to catch up; the fault befalls the second, which is then cut off too. */
async function befall(kind: FaultKind): Promise<void> {
  const tables = temporaryFolder();
  const exchange = await exchangeOf();
  const first = await start(exchange, { tables });
  await until(() => first.summary().rowsStored > 100, 'rows of a first run', first.summary.bind(first));
  await first.stop();

  let injected = 0;
  const inject = (paths: readonly string[]) => {
    const fitting = kind === 'reordered' ? paths.filter(isPage) : paths;
    if (!isRestFault(kind)) exchange.inject(kind);
    else for (const path of fitting) exchange.inject(kind, `/api/v3/${path}`);
    injected += isRestFault(kind) ? fitting.length : 1;
  };
  if (!SERVER.includes(kind)) inject(AT_START);
  const run = await start(exchange, { tables });
  const told = () => state(exchange, run);
  const more = async (count: number) => {
    const goal = run.summary().trades + count;
    await until(() => run.summary().trades > goal, 'trades go on', told);
  };
  await more(100);
  if (kind !== 'slowBody') inject(AFTER_BREAK);
  // Down for so long that trades are missed for certain.
  if (!SERVER.includes(kind)) exchange.restart(300);
  await until(() => exchange.counters().faults[kind] === injected, 'each request met its fault', told);
  await more(100);
  const { now } = exchange;
  const rest = createRest({ restUrl: exchange.restUrl });
  open.push(rest);
  for (const symbol of SYMBOLS)
    await until(() => holdsCandles(tables, symbol, now, rest), `candles of ${symbol} are whole`, told);
  await until(() => run.summary().feed === 'connected' && run.statistics?.held === 0, 'all is well', told);
  expect(run.telemetry.health.ready()).toMatchObject({ ok: true });
  expect(await run.stop()).toMatchObject({ gaps: 0, missing: 0, rowsWaiting: 0, storage: undefined });
  expect(await holesAndRepeats(tables)).toEqual(SYMBOLS.map((symbol) => [symbol, 0, 0]));
}

/** Whether a table holds every candle from its first one to a time, each as the exchange states it. */
async function holdsCandles(
  location: string,
  symbol: string,
  to: number,
  rest: ReturnType<typeof createRest>,
): Promise<boolean> {
  const table = await openCandleTable({ location, source: 'simulated' });
  const rows = await table.read({ where: { symbol } });
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first || last!.close_time < to) return false;
  const right = await rest.klines(symbol, '1m', {
    startTime: first.open_time,
    endTime: last!.open_time,
    limit: 1000,
  });
  expect(rows.length).toBeLessThan(1000);
  const figures = (row: { open: number; close: number; volume: number }) => [row.open, row.close, row.volume];
  return (
    rows.length === right.length &&
    rows.every(
      (row, i) => row.open_time === right[i]!.openTime && `${figures(row)}` === `${figures(right[i]!)}`,
    )
  );
}

async function holesAndRepeats(
  location: string,
): Promise<[symbol: string, holes: number, repeats: number][]> {
  const table = await openTradeTable({ location, source: 'simulated' });
  const ids = new Map<string, number[]>(SYMBOLS.map((symbol) => [symbol, []]));
  for await (const { symbol, tradeId } of table.rows()) ids.get(symbol)!.push(tradeId);
  return [...ids].map(([symbol, all]) => {
    const { size } = new Set(all);
    const length = all.reduce((most, id) => Math.max(most, id), 0) - all.reduce((least, id) => Math.min(least, id)) + 1; // biome-ignore format: one sum
    return [symbol, length - size, all.length - size];
  });
}

/** A polled run, whose rounds meet it. */
async function befallPolling(kind: RestFault): Promise<void> {
  const exchange = await exchangeOf();
  const run = await start(exchange, { tables: temporaryFolder(), refresh: 5 });
  const told = () => state(exchange, run);
  for (const path of ['ticker/24hr', 'klines']) exchange.inject(kind, `/api/v3/${path}`);
  await until(() => exchange.counters().faults[kind] === 2, 'each request met its fault', told);
  const { tickers } = run.summary();
  await until(() => run.summary().tickers > tickers + 2, 'rounds go on', told);
  expect(run.summary()).toMatchObject({ feed: 'connected', endedBy: undefined });
  await run.stop();
}

/** Order books, whose first snapshots and those after a break meet it. */
async function befallBooks(kind: RestFault): Promise<void> {
  const exchange = await exchangeOf({ speed: 5 });
  const { restUrl, wsUrl } = exchange;
  const rest = createRest({ restUrl });
  const feed = liveFeed({ wsUrl, rest, symbols: SYMBOLS, streams: ['depth@100ms'] });
  open.push(rest, feed);
  const books = new OrderBooks({ rest, levels: 100 });
  const inject = () => exchange.inject(kind, '/api/v3/depth');
  inject();
  let isCut = false;
  for await (const event of feed) {
    books.take(event);
    if (!SYMBOLS.every((symbol) => books.get(symbol))) continue;
    if (exchange.counters().faults[kind] === 2) break;
    if (isCut) continue;
    isCut = true;
    inject();
    exchange.restart(200);
  }
  expect(books.statistics().resyncs).toBeGreaterThan(0);
}

/** The exchange's rules: of a feed at its beginning, and of a client that is about to run out of a cautious budget. */
async function befallRules(kind: RestFault): Promise<void> {
  const exchange = await exchangeOf();
  const { restUrl } = exchange;
  exchange.inject(kind, '/api/v3/exchangeInfo');
  const settings = loadSettings({ exchangeUrl: restUrl, symbols: SYMBOLS, tables: temporaryFolder() }, { env: {} }); // biome-ignore format: one call
  const feed = await openFeed(settings);
  open.push(feed);
  for await (const event of feed) if (event.type === 'trade') break;

  const rest = createRest({ restUrl });
  open.push(rest);
  exchange.inject(kind, '/api/v3/exchangeInfo');
  await Promise.all(Array.from({ length: 5 }, () => rest.depth('BTCUSDT', 5000)));
  expect(rest.weightLimit).toBe(6000);
  expect(exchange.counters().faults[kind]).toBe(2);
}

/** All at once: they mostly wait. */
function all<K extends string>(name: string, kinds: readonly K[], play: (kind: K) => Promise<void>): void {
  const plays = kinds.map((kind) => [kind, play(kind)] as const);
  for (const [, playing] of plays) playing.catch(() => undefined);
  test.each(plays)(`${name}: %s`, async (_, playing) => playing, 120_000);
}

const bodies = REST_FAULTS.filter((kind) => kind !== 'staleSnapshot' && kind !== 'reordered');
all(
  'a run',
  FAULT_KINDS.filter((kind) => kind !== 'staleSnapshot'),
  befall,
);
all('a polled run', bodies, befallPolling);
all('order books', [...bodies, 'staleSnapshot'], befallBooks);
// Who is banned waits, and is told so; that is tested with the client.
all(
  'the exchange’s rules',
  bodies.filter((kind) => kind !== 'ban418'),
  befallRules,
);
