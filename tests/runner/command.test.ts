import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Exchange, startExchange } from '../../src/exchange/index.ts';
import { openTickerTable } from '../../src/store/index.ts';
import { candlebook } from '../fixtures/cli.ts';

let exchange: Exchange;
let tables: string;
beforeAll(async () => {
  tables = mkdtempSync(join(tmpdir(), 'candlebook-command-'));
  exchange = await startExchange({ seed: 11, speed: 4 });
});
afterAll(async () => {
  await exchange.close();
  rmSync(tables, { recursive: true, force: true });
});

const run = (...args: string[]) =>
  candlebook(['run', '--exchange-url', exchange.restUrl, '--tables', tables, ...args], { CI: '1' });

describe('candlebook run', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s ends it within 5 s, with the last batch committed',
    async (signal) => {
      const { child, output, ended, says } = run('--json');
      await says('"update":3');
      const asked = performance.now();
      child.kill(signal);
      expect(await ended).toEqual([0, null]);
      expect(performance.now() - asked).toBeLessThan(5_000);
      expect(output.err).toBe('');
      const shown = output.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(shown.every(({ source, tickers }) => source === 'simulated' && tickers.length === 7)).toBe(true);
      const table = await openTickerTable({ location: tables, source: 'simulated' });
      const rows = await table.read();
      await table.close();
      expect(rows.length).toBeGreaterThanOrEqual(7);
    },
    40_000,
  );

  test('a Ctrl-C that npx passes on as well is one: the last batch is committed', async () => {
    const { child, output, ended, says } = run('--json', '--refresh', '5');
    await says('"update":2');
    child.kill('SIGINT');
    child.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
    const table = await openTickerTable({ location: tables, source: 'simulated' });
    const shown = output.out.trim().split('\n').at(-1)!;
    const newest = Math.max(...(await table.read()).map((row) => row.event_time));
    await table.close();
    expect(newest).toBeGreaterThanOrEqual(Date.parse(JSON.parse(shown).time) - 1_000);
  }, 40_000);

  test('a second signal ends it at once, and the table stays whole', async () => {
    const { child, ended, says } = run('--json');
    await says('"update":2');
    child.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 600));
    child.kill('SIGINT');
    const [code] = await ended;
    expect([0, 130]).toContain(code);
    const table = await openTickerTable({ location: tables, source: 'simulated' });
    expect((await table.read()).length).toBeGreaterThan(0);
    await table.close();
  }, 40_000);

  test('a reader that has had enough ends it as Ctrl-C does', async () => {
    const { child, output, ended, says } = run('--json', '--symbols', 'BTCUSD');
    await says('"update":2');
    child.stdout.destroy();
    expect(await ended).toEqual([0, null]);
    expect(output.err).toBe('');
  }, 40_000);

  test('in a pipe it prints plain lines: banner, table and summary, marked as simulated', async () => {
    const { output, ended } = run('--run-seconds', '3', '--no-store');
    expect(await ended).toEqual([0, null]);
    expect(output.out).not.toContain('\u001B');
    expect(output.out).toMatch(/^Real-time crypto dashboard \(simulated data\)\nPairs: BTCUSD ETHUSD/);
    expect(output.out).toMatch(
      /Update #1 .*\nMarket .*simulated data\n[\s\S]*BTCUSD .*(UP|DOWN|FLAT)[\s\S]*Top gainer/,
    );
    expect(output.out).toMatch(/Stopped\n$/);
  }, 40_000);

  test.each([
    [
      ['--refresh', '7'],
      2,
      /INPUT_INVALID: .*--refresh.* '7' .*live, 5, 15, 30\.\nSee candlebook run --help\./,
    ],
    [
      ['--seed', '-1'],
      1,
      /SETTING_INVALID: --seed is -1 in the command line\. Allowed: a whole number from 0/,
    ],
    [['--symbols', 'BTCUSD,NOSUCH'], 1, /SYMBOL_UNKNOWN.*NOSUCH/],
    [['--settings', '/nowhere.json'], 1, /SETTINGS_UNREADABLE: The settings file \/nowhere\.json/],
  ])(
    '%j ends with %i and says what is wrong',
    async (args, code, message) => {
      const { output, ended } = run(...args);
      expect(await ended).toEqual([code, null]);
      expect(output.err).toMatch(message);
      expect(output.err).not.toMatch(/\n {4}at /);
    },
    40_000,
  );
});

describe('candlebook serve', () => {
  test('serves the page, and ends with the run', async () => {
    const { child, output, ended, says } = candlebook([
      'serve',
      '--exchange-url',
      exchange.restUrl,
      '--no-store',
      '--port',
      '0',
    ]);
    await says('Ctrl-C');
    const [, url] = /Board \(simulated\): (\S+)/.exec(output.out)!;
    expect(await (await fetch(url!)).text()).toContain('candlebook-start');
    child.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
  }, 40_000);

  test('beyond loopback it wants a token', async () => {
    const { output, ended } = candlebook(
      ['serve', '--exchange-url', exchange.restUrl, '--no-store', '--address', '0.0.0.0'],
      {
        CANDLEBOOK_TOKEN: '',
      },
    );
    expect(await ended).toEqual([1, null]);
    expect(output.err).toMatch(
      /INPUT_INVALID: Address 0\.0\.0\.0 can be reached from other machines\. State a token \(CANDLEBOOK_TOKEN\)/,
    );
  }, 40_000);
});
