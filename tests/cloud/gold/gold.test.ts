import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Gold, openGold } from '../../../src/cloud/index.ts';
import { loadSettings } from '../../../src/configuration/index.ts';
import { goldBoard } from '../../../src/runner/index.ts';
import { goldTrades, writeGold, writePipelineTable } from '../../fixtures/gold.ts';

let folder: string;
let gold: Gold;
const trades = goldTrades(40);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'candlebook-gold-'));
  await writeGold(folder, trades);
  gold = await openGold({ location: folder });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the tables of the pipeline', () => {
  test('are trades, candles and tickers as the rest of the package has them', async () => {
    expect([gold.source, gold.savedOn]).toEqual(['simulated', undefined]);
    expect(gold.about).toContain('SIMULATED');
    expect(await gold.trades()).toEqual(trades);
    const candles = await gold.candles();
    expect([...candles.keys()].sort()).toEqual(['BTCUSD', 'ETHUSD']);
    const [first, second] = candles.get('BTCUSD')!;
    expect(first!.open).toBe(trades[0]!.price);
    expect([second!.openTime - first!.openTime, first!.closeTime - first!.openTime]).toEqual([
      60_000, 59_999,
    ]);
    const [btc] = await gold.tickers();
    // The newer of the two quarters.
    expect(new Date(btc!.eventTime).toISOString()).toBe('2026-11-24T10:30:00.000Z');
    expect(btc!.openPrice).toBeCloseTo(trades[0]!.price, 6);
  });

  test('make the same board as a run', async () => {
    const settings = loadSettings({ symbols: ['BTCUSD', 'ETHUSD'] }, { env: {} });
    const board = await goldBoard(settings, gold);
    expect(board.title).toContain('simulated data');
    expect(board.panels.length).toBe(6);
    expect(board.footer.tracked).toBe(2);
    expect(board.candles!.data.map(({ type }) => type)).toContain('candlestick');
    const stranger = loadSettings({ symbols: ['XRPUSD'] }, { env: {} });
    await expect(goldBoard(stranger, gold)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      hint: expect.stringContaining('BTCUSD, ETHUSD'),
    });
    const hours = loadSettings({ symbols: ['BTCUSD'], interval: '1h' }, { env: {} });
    await expect(goldBoard(hours, gold)).rejects.toThrow(/candles of 1m/);
  });

  test('that do not say whose data they hold, or are not there, are refused', async () => {
    const unknown = join(folder, 'unknown');
    await writePipelineTable(unknown, 'gold_candles_1m', [], 'nobody knows');
    await expect(openGold({ location: unknown })).rejects.toMatchObject({ code: 'SOURCE_MIXED' });
    await expect(openGold({ location: join(folder, 'nothing') })).rejects.toMatchObject({
      code: 'TABLE_INVALID',
    });
    await expect(gold.rows('gold_nuggets')).rejects.toThrow(/gold_candles_1m/);
  });
});

test('days before `since` are left out', async () => {
  const last = Date.UTC(2026, 10, 24);
  const days = async (since: number) => (await openGold({ location: folder, since })).rows('gold_candles_1m');
  expect((await days(last + 86_399_999)).length).toBe((await gold.rows('gold_candles_1m')).length);
  expect(await days(last + 86_400_000)).toEqual([]);
});
