import { expect, test } from 'vitest';
import { type Fault, startLoopbackAdls } from '../adls/server.ts';
import { temporaryFolder } from '../folder.ts';
import { runChaos } from './chaos.ts';

/** `CANDLEBOOK_CHAOS_KILLS=500` is the long run; `CANDLEBOOK_CHAOS_SEED` repeats one. */
const KILLS = Number(process.env.CANDLEBOOK_CHAOS_KILLS ?? 4);
const SEED = Number(process.env.CANDLEBOOK_CHAOS_SEED ?? Math.floor(Math.random() * 2 ** 31));

const FAULTS: Fault[] = [
  { breakAfter: true },
  { breakBefore: true },
  { status: 503, code: 'ServerBusy' },
  { status: 429, code: 'TooManyRequests' },
];

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

async function kill(location: string): Promise<void> {
  const trades = KILLS * 600;
  const found = await runChaos(location, KILLS, trades, seeded(SEED));
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
}

test(
  `a writer killed ${KILLS} times (seed ${SEED}): the table holds each trade once`,
  () => kill(temporaryFolder()),
  3_600_000,
);

test(`the same on ADLS Gen2, one request in thirty failing`, async () => {
  const adls = await startLoopbackAdls();
  let count = 0;
  adls.fault = () => (++count % 30 === 0 ? FAULTS[(count / 30) % FAULTS.length] : undefined);
  process.env.AZURE_STORAGE_CONNECTION_STRING = adls.connectionString;
  try {
    await kill('abfss://tables@lake.dfs.core.windows.net/chaos');
  } finally {
    delete process.env.AZURE_STORAGE_CONNECTION_STRING;
    await adls.close();
  }
}, 3_600_000);
