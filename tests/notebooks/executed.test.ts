import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DOCUMENT_SYMBOLS, type Exchange, startExchange } from '../../src/index.ts';
import { notebooksCopy, ROOT } from '../fixtures/demo.ts';
import { describeWithPython } from '../fixtures/python.ts';
import {
  type Cell,
  codeCells,
  NOTEBOOKS,
  type Notebook,
  notebookNames,
  pictures,
  printed,
  problems,
  readNotebook,
  textOf,
} from './notebook.ts';

/** A run that is awaited in a cell ends by itself after so many seconds. */
const RUN_SECONDS = 4;
const names = notebookNames();

describe.each(names)('%s as it is committed', (name) => {
  const notebook = readNotebook(join(NOTEBOOKS, name));
  const cells = codeCells(notebook);

  test('was run from top to bottom, with nothing on stderr and pictures that show without the kernel', () => {
    expect(problems(notebook)).toEqual([]);
    expect(cells.map((cell) => cell.execution_count)).toEqual(cells.map((_, i) => i + 1));
    for (const cell of cells.filter(showsBoard))
      expect(pictures(cell).length, sourceOf(cell)).toBeGreaterThan(0);
    const outputs = JSON.stringify(cells.map((cell) => cell.outputs));
    expect(outputs).not.toContain('<script');
    // The folder of whoever ran it is nobody's business.
    expect(outputs).not.toContain(JSON.stringify(ROOT).slice(1, -1));
  });

  test('is for readers: prose before code, short cells, the package by its name', () => {
    expect(notebook.cells[0]!.cell_type).toBe('markdown');
    expect(textOf(notebook.cells[0]!.source)).toMatch(/^# /);
    for (const cell of cells) {
      const lines = sourceOf(cell).split('\n');
      expect(lines.length, sourceOf(cell)).toBeLessThanOrEqual(15);
      for (const [, from] of sourceOf(cell).matchAll(/from ["'](.+?)["']/g))
        expect(from).toMatch(/^(candlebook|node:\w+)$/);
      expect(sourceOf(cell)).not.toMatch(/^\s*(async )?function |^\s*class /m);
    }
  });
});

const sourceOf = (cell: Cell): string => textOf(cell.source);
const showsBoard = (cell: Cell): boolean =>
  /\b(showBoard|showFigure)\(|startDashboard\((?!.*display:)/.test(sourceOf(cell));

describeWithPython('executed by nbconvert, without a page', ['nbconvert'], (python) => {
  const { folder, remove } = notebooksCopy();
  const ledger = join(folder, 'trades.csv');
  let exchange: Exchange;
  /** The last prices before the ledger begins. */
  const before = new Map<string, number[]>();
  const executed = new Map<string, Notebook>();

  beforeAll(async () => {
    exchange = await startExchange({ seed: 1, ledgerFile: ledger });
    for (const symbol of DOCUMENT_SYMBOLS) {
      const response = await fetch(`${exchange.restUrl}/api/v3/trades?symbol=${symbol}&limit=5`);
      const trades = (await response.json()) as { price: string }[];
      before.set(
        symbol,
        trades.map(({ price }) => Number(price)),
      );
    }
    const env = {
      ...process.env,
      CANDLEBOOK_HOST: 'simulated',
      CANDLEBOOK_EXCHANGE_URL: exchange.restUrl,
      CANDLEBOOK_RUN_SECONDS: String(RUN_SECONDS),
    };
    const args = ['-m', 'nbconvert', '--execute', '--to', 'notebook', '--inplace', '--log-level', 'ERROR'];
    // In two rows beside each other, each with tables of its own: much of it is waiting for the market.
    const ran = await Promise.all(
      [0, 1].map((row) =>
        promisify(execFile)(python, [...args, ...names.filter((_, i) => i % 2 === row)], {
          cwd: folder,
          env: { ...env, CANDLEBOOK_TABLES: join(folder, `tables-${row}`) },
        }),
      ),
    );
    expect(ran.map(({ stderr }) => stderr)).toEqual(['', '']);
    for (const name of names) executed.set(name, readNotebook(join(folder, name)));
  }, 240_000);
  afterAll(async () => {
    await exchange.close();
    remove();
  });

  /** Output of the one cell whose source holds the text. */
  const outputOf = (name: string, source: string): string => {
    const found = codeCells(executed.get(name)!).filter((cell) => sourceOf(cell).includes(source));
    expect(found.length, `cells of ${name} with ${source}`).toBe(1);
    return printed(found[0]!);
  };

  test.each(names)(
    '%s: every cell ran, nothing on stderr, a picture wherever the saved one has one',
    (name) => {
      const notebook = executed.get(name)!;
      expect(problems(notebook)).toEqual([]);
      const saved = codeCells(readNotebook(join(NOTEBOOKS, name)));
      codeCells(notebook).forEach((cell, i) => {
        expect(pictures(cell).length, sourceOf(cell)).toBe(pictures(saved[i]!).length);
        for (const picture of pictures(cell)) expect(picture.length).toBeGreaterThan(4_000);
        if (printed(saved[i]!)) expect(printed(cell), sourceOf(cell)).not.toBe('');
      });
    },
  );

  test('01: the settings are those of the environment, the refusals name what is allowed', () => {
    const name = '01-configuration.ipynb';
    const settings = outputOf(name, 'loadSettings();\nsettings');
    expect(settings).toContain(`restUrl: '${exchange.restUrl}'`);
    for (const symbol of DOCUMENT_SYMBOLS) expect(settings).toContain(`'${symbol}'`);
    expect(outputOf(name, 'wrong')).toMatch(/refresh is 7 in code\. Allowed: "live", 5, 15, 30\./);
    expect(outputOf(name, 'checkExchange')).toMatch(/^simulated: 7 pairs/);
  });

  test('02: every price that is printed is one that the exchange traded at', () => {
    const traded = tradedPrices();
    const table = outputOf('02-fetcher.ipynb', 'formatTickerTable(tickers');
    expect(table).toContain('simulated data');
    const rows = [...table.matchAll(/^([A-Z]+USD)\s+([\d,.]+)/gm)];
    expect(rows.map(([, symbol]) => symbol)).toEqual([...DOCUMENT_SYMBOLS]);
    for (const [, symbol, price] of rows)
      expect(traded.get(symbol!)!.has(Number(price!.replaceAll(',', ''))), `${symbol} at ${price}`).toBe(
        true,
      );
  });

  test.each([
    ['03-dashboard.ipynb', 'live.done'],
    ['04-runner.ipynb', 'live.stop()'],
  ])('%s: what the run says of itself adds up', (name, source) => {
    const summary = outputOf(name, source);
    const count = (field: string) => Number(new RegExp(`${field}: (\\d+)`).exec(summary)?.[1]);
    expect(summary).toContain(`source: 'simulated'`);
    expect(count('updates')).toBeGreaterThan(5);
    expect(count('trades')).toBeGreaterThan(5);
    expect(count('gaps')).toBe(0);
    // Each trade; the first snapshot of seven pairs and each ticker since, raw and processed; and bars.
    const rows = count('trades') + 2 * (count('tickers') + DOCUMENT_SYMBOLS.length) - count('rowsRepeated');
    const bars = count('rowsStored') - rows - count('candlesFilled');
    expect(bars).toBeGreaterThanOrEqual(0);
    expect(bars).toBeLessThanOrEqual(3 * DOCUMENT_SYMBOLS.length);
    expect(count('rowsWaiting')).toBe(0);
  });

  test('04: the fault is healed, rules speak, each polled update takes less than 5 s', () => {
    const name = '04-runner.ipynb';
    const healed = outputOf(name, 'injectFault(');
    expect(healed).toMatch(/^disconnect, next try in \d+ ms$/m);
    expect(healed).toMatch(/^connect$/m);
    expect(healed).toMatch(/^connected: \d+ trades filled, 0 missing$/m);
    expect(outputOf(name, 'live.stop()')).toMatch(/reconnects: 1,/);
    expect(outputOf(name, 'serveRun(')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/ \{"ok":true,/);
    expect(outputOf(name, 'live.alerts')).toMatch(/moving.*(above \+|below -)0\.01 % \(simulated data\)/);
    const saved = codeCells(readNotebook(join(NOTEBOOKS, name)));
    expect(printed(saved.find((cell) => sourceOf(cell).includes('live.alerts'))!)).toContain('moving');
    const took = [...outputOf(name, 'polled.done').matchAll(/^Update #\d+ .* took (\d+\.\d+) s$/gm)];
    expect(took.length).toBeGreaterThanOrEqual(2);
    for (const [update, seconds] of took) expect(Number(seconds), update).toBeLessThan(5);
  });

  test('06: it is marked as a saved run of a simulated market, and what Spark computed is what we compute', () => {
    const name = '06-beyond-one-machine.ipynb';
    expect(outputOf(name, 'openGold()')).toMatch(/^SIMULATED data: a saved run of \d{4}-\d\d-\d\d/);
    for (const source of ['differences(candles', 'differences(averages']) {
      const rows = [...outputOf(name, source).matchAll(/│ \d+ +│ '(\w+)' +│ (.+) │$/gm)];
      expect(rows.length).toBeGreaterThan(1);
      for (const [, column, cells] of rows) {
        const [compared, missing, more, , relative] = cells!.split('│').map(Number);
        expect(compared, column).toBeGreaterThan(50);
        expect([missing, more], column).toEqual([0, 0]);
        expect(relative, column).toBeLessThan(1e-9);
      }
    }
  });

  test('03: the rows of the table are prices that the exchange traded at', () => {
    const traded = tradedPrices();
    const rows = [...outputOf('03-dashboard.ipynb', 'storedRows').matchAll(/'([A-Z]+USD)' +│ ([\d.]+)/g)];
    expect(rows).toHaveLength(DOCUMENT_SYMBOLS.length);
    for (const [, symbol, price] of rows)
      expect(traded.get(symbol!)!.has(Number(price)), `${symbol} at ${price}`).toBe(true);
  });

  /** By symbol, prices of all trades that the exchange published, and of the last ones before. */
  function tradedPrices(): Map<string, Set<number>> {
    const [head, ...lines] = readFileSync(ledger, 'utf8').trim().split('\n');
    const columns = head!.split(',');
    const [symbol, price] = ['symbol', 'price'].map((name) => columns.indexOf(name));
    const prices = new Map([...before].map(([symbol, list]) => [symbol, new Set(list)]));
    for (const line of lines) {
      const fields = line.split(',');
      const of = prices.get(fields[symbol!]!) ?? new Set();
      prices.set(fields[symbol!]!, of.add(Number(fields[price!])));
    }
    return prices;
  }
});
