import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadSettings, type SettingsInput } from '../../src/configuration/index.ts';
import { type Exchange, startExchange } from '../../src/exchange/index.ts';
import { CandlebookError } from '../../src/market/index.ts';
import { checkExchange, startDashboard } from '../../src/runner/index.ts';
import { freePort } from '../fixtures/port.ts';

let tables: string;
let exchange: Exchange;
beforeEach(async () => {
  tables = mkdtempSync(join(tmpdir(), 'candlebook-run-'));
  exchange = await startExchange({ seed: 3, speed: 10 });
});
afterEach(async () => {
  await exchange.close();
  rmSync(tables, { recursive: true, force: true });
});

const settings = (more: SettingsInput = {}) =>
  loadSettings({ exchangeUrl: exchange.restUrl, tables, ...more }, { env: {} });

describe('a run on the console', () => {
  test('polls, prints the table with the mark of its source, and keeps what it showed', async () => {
    let printed = '';
    const run = await startDashboard(settings({ refresh: 5, runSeconds: 7 }), {
      display: 'console',
      write: (text) => (printed += text),
    });
    const summary = await run.done;
    expect(summary).toMatchObject({
      source: 'simulated',
      endedBy: 'time',
      updates: 2,
      tickers: 14,
      storage: undefined,
    });
    expect(printed.match(/^Update #\d/gm)).toEqual(['Update #1', 'Update #2']);
    const took = [...printed.matchAll(/^Update #.* UTC · took (\d+\.\d\d) s$/gm)].map(([, seconds]) =>
      Number(seconds),
    );
    expect(took).toHaveLength(2);
    expect(Math.max(...took)).toBeLessThan(5);
    // What is told is the time in which the longest update was shown, its requests included.
    expect(summary.longestUpdateMs! / 1000).toBeGreaterThanOrEqual(Math.max(...took) - 0.01);
    expect(printed.match(/simulated/g)!.length).toBeGreaterThanOrEqual(2);
    expect(printed).toMatch(/Next update in 5 s\./);
    expect(printed).toMatch(/BTCUSD .* (UP|DOWN)/);
    const rows = await run.storedRows();
    // The snapshot of the start and two polls, seven symbols each.
    expect(rows).toHaveLength(21);
    expect(
      rows
        .map((row) => row.symbol)
        .slice(0, 7)
        .sort(),
    ).toEqual([...run.settings.symbols].sort());
    // In raw/tickers and in processed/tickers.
    expect(summary.rowsStored).toBe(42);
  });

  test('follows trades live; prices are the exchange’s last trades, the chart’s bar is forming', async () => {
    const run = await startDashboard(settings(), { display: 'none', store: false });
    await run.updates(10);
    const { trades, feed } = run.summary();
    expect(trades).toBeGreaterThan(5);
    expect(feed).toBe('connected');
    await run.stop();
    const forming = run.candles.forming!;
    const btc = run.tickers.find((ticker) => ticker.symbol === 'BTCUSD')!;
    expect(forming.close).toBe(btc.lastPrice);
    expect(run.candles.length).toBeGreaterThan(200);
  });

  test('goes on after the sockets are cut, and counts it', async () => {
    const run = await startDashboard(settings(), { display: 'none', store: false });
    await run.updates(3);
    exchange.cutSockets();
    while (run.summary().reconnects === 0) await run.updates(1);
    await run.updates(3);
    expect((await run.stop()).reconnects).toBe(1);
  });

  test('ends by its signal, and stop() may be called again', async () => {
    const control = new AbortController();
    const run = await startDashboard(settings(), { display: 'none', signal: control.signal });
    await run.updates(1);
    control.abort();
    expect((await run.done).endedBy).toBe('code');
    expect((await run.stop()).rowsWaiting).toBe(0);
  });
});

describe('what can not begin says why, and leaves nothing running', () => {
  const refusal = (input: SettingsInput) =>
    startDashboard(loadSettings({ tables, ...input }, { env: {} }), { display: 'none' });

  test('a host that nobody answers on', async () => {
    const exchangeUrl = `http://127.0.0.1:${await freePort()}`;
    await expect(refusal({ exchangeUrl })).rejects.toMatchObject({ code: 'HOST_UNREACHABLE' });
  });

  test('a pair that the exchange does not list', async () => {
    await expect(refusal({ exchangeUrl: exchange.restUrl, symbols: ['NOPEUSD'] })).rejects.toMatchObject({
      code: 'SYMBOL_UNKNOWN',
      value: expect.stringContaining('NOPEUSD'),
    });
    await expect(checkExchange(settings({ symbols: ['NOPEUSD'] }))).rejects.toBeInstanceOf(CandlebookError);
  });

  test('a table folder that can not be written', async () => {
    const taken = join(tables, 'file');
    writeFileSync(taken, 'not a folder');
    await expect(refusal({ exchangeUrl: exchange.restUrl, tables: taken })).rejects.toMatchObject({
      code: 'TABLE_UNWRITABLE',
    });
  });

  test('a board outside a notebook', async () => {
    await expect(startDashboard(settings(), { display: 'board', store: false })).rejects.toMatchObject({
      code: 'KERNEL_MISSING',
    });
  });
});

test('host simulated without an address starts the embedded exchange in this process, and ends it', async () => {
  const found = await checkExchange(loadSettings({ host: 'simulated', seed: 5 }, { env: {} }));
  expect(found).toMatchObject({ source: 'simulated', symbols: expect.arrayContaining(['BTCUSD', 'DOTUSD']) });
});
