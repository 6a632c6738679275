import { expect, test } from 'vitest';
import { temporaryFolder } from '../folder.ts';
import { runChaos } from './chaos.ts';
import { withFaultyAdls } from './faulty-adls.ts';

/* The short form of `npm run test:chaos -- --kills 500`. */

const WHOLE = {
  missing: 0,
  doubled: 0,
  wrong: 0,
  unreadable: 0,
  candles: { missing: 0, doubled: 0 },
  tickers: { doubled: 0 },
};

test('a writer on a live feed that is killed over and over: the tables hold each trade once', async () => {
  const found = await runChaos({ location: temporaryFolder(), kills: 3, seed: 7 });
  expect(found).toMatchObject(WHOLE);
  expect(found.ledger).toBeGreaterThan(500);
  expect(found.candles.kept).toBeGreaterThan(3);
}, 120_000);

test('the same on ADLS Gen2, one request in thirty failing', async () => {
  const found = await withFaultyAdls((location, onEnd) =>
    runChaos({ location, onEnd, kills: 2, seed: 8, speed: 20 }),
  );
  expect(found).toMatchObject(WHOLE);
  expect(found.table).toBe(found.ledger);
}, 120_000);
