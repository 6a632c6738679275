import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Gold, openGold } from '../../../src/cloud/index.ts';
import { PIPELINE_TABLES } from '../../../src/cloud/pipeline/tables.ts';
import { goldTrades, writeGold } from '../../fixtures/gold.ts';
import { column, eachWorkspace } from '../databricks/workspace.ts';

const space = eachWorkspace();
const KINDS: Record<string, string> = { long: 'LONG', integer: 'INT' };
const TABLES = ['silver_trades', 'gold_candles_1m', 'gold_statistics_24h'];

let folder: string;
let local: Gold;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'candlebook-gold-'));
  await writeGold(folder, goldTrades(40));
  local = await openGold({ location: folder });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The rows of the tables on disk, as a workspace tells them. */
async function fill(more = ''): Promise<void> {
  space.api.statements.results.set('show tblproperties gold_candles_1m', {
    columns: [column('key', 'STRING'), column('value', 'STRING')],
    rows: [
      ['candlebook.source', 'simulated'],
      ['delta.minReaderVersion', '1'],
    ],
  });
  for (const name of TABLES) {
    const { columns } = PIPELINE_TABLES.find((table) => table.name === name)!;
    const rows = (await local.rows(name)).map((row) =>
      columns.map(({ name, type }) => {
        const value = row[name] ?? null;
        if (value === null) return null;
        return type === 'timestamp' ? new Date(Number(value)).toISOString() : String(value);
      }),
    );
    const selected = columns.map(({ name }) => `\`${name}\``).join(', ');
    space.api.statements.results.set(`select ${selected} from ${name}${more}`, {
      columns: columns.map(({ name, type }) =>
        column(name, KINDS[String(type)] ?? String(type).toUpperCase()),
      ),
      rows,
      chunkRows: 100,
    });
  }
}

const bodies = () => space.api.seen.filter(({ route }) => route === 'execute').map(({ body }) => body);

test('a workspace gives the same trades, candles and tickers as the tables on disk', async () => {
  await fill();
  const remote = await openGold({ databricks: space.open() });
  expect([remote.source, remote.about]).toEqual([
    'simulated',
    'SIMULATED data, from candlebook.market on Databricks',
  ]);
  expect(await remote.trades()).toEqual(await local.trades());
  expect(await remote.candles()).toEqual(await local.candles());
  expect(await remote.tickers()).toEqual(await local.tickers());
  expect(await remote.rows('gold_candles_1m')).toEqual(await local.rows('gold_candles_1m'));
  expect(bodies()[0]).toMatchObject({ catalog: 'candlebook', schema: 'market' });
});

test('catalog, schema and first day may be others', async () => {
  await fill(' where date >= :first_day');
  const options = { catalog: 'books', schema: 'dev_me_market', since: Date.UTC(2026, 10, 24, 5) };
  const remote = await openGold({ databricks: space.open(), ...options });
  expect(remote.location).toBe('books.dev_me_market on Databricks');
  expect((await remote.candles()).size).toBe(2);
  expect(bodies().at(-1)).toMatchObject({
    catalog: 'books',
    schema: 'dev_me_market',
    parameters: [{ name: 'first_day', value: '2026-11-24' }],
  });
});
