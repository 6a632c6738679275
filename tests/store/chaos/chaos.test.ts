import { expect, test } from 'vitest';
import { temporaryFolder } from '../folder.ts';
import { runChaos } from './chaos.ts';

/** `CANDLEBOOK_CHAOS_KILLS=500` is the long run; `CANDLEBOOK_CHAOS_SEED` repeats one. */
const KILLS = Number(process.env.CANDLEBOOK_CHAOS_KILLS ?? 5);
const SEED = Number(process.env.CANDLEBOOK_CHAOS_SEED ?? Math.floor(Math.random() * 2 ** 31));

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test(`a writer killed ${KILLS} times (seed ${SEED}): the table holds each trade once`, async () => {
  const trades = KILLS * 600;
  const found = await runChaos(temporaryFolder(), KILLS, trades, seeded(SEED));
  console.log(found);
  expect(found).toMatchObject({
    ledger: 2 * trades,
    table: 2 * trades,
    missing: 0,
    doubled: 0,
    wrong: 0,
    unreadable: 0,
  });
  expect(found.kills).toBeGreaterThan(KILLS / 2);
}, 3_600_000);
