import { type Batch, DeltaTable, field } from '../../../src/store/delta/index.ts';
import { localFiles } from '../../../src/store/files/index.ts';
import { openTradeTable } from '../../../src/store/index.ts';
import { trade } from '../../fixtures/market.ts';

const DOUBLES = Array.from({ length: 7 }, (_, k) => `d${k}`);
const DEFINITION = {
  fields: [
    field('symbol', 'string'),
    ...DOUBLES.map((name) => field(name, 'double')),
    field('event_time', 'timestamp'),
    field('processing_time', 'timestamp'),
    field('date', 'date'),
    field('hour', 'integer'),
  ],
  partitionColumns: ['date'],
};

/** 12 columns, as the ticker table has them. */
function rows(rowCount: number): Batch {
  const now = BigInt(Date.UTC(2026, 10, 24, 9)) * 1000n;
  return {
    rowCount,
    columns: {
      symbol: Array.from({ length: rowCount }, (_, i) => `S${i % 7}USDT`),
      ...Object.fromEntries(
        DOUBLES.map((name) => [name, Float64Array.from({ length: rowCount }, () => Math.random() * 1e5)]),
      ),
      event_time: BigInt64Array.from({ length: rowCount }, (_, i) => now + BigInt(i)),
      processing_time: new BigInt64Array(rowCount).fill(now),
      date: new Array(rowCount).fill('2026-11-24'),
      hour: new Int32Array(rowCount).fill(9),
    },
  };
}

/** Milliseconds of each of so many commits of 1,000 rows. */
export async function appends(folder: string, count: number, exactlyOnce: boolean): Promise<number[]> {
  const table = await DeltaTable.openOrCreate(localFiles(folder), DEFINITION);
  const batch = rows(1_000);
  const taken: number[] = [];
  for (let n = 0; n < count; n++) {
    const began = performance.now();
    const txn = { appId: 'bench', version: table.version };
    await table.append(batch, exactlyOnce ? { txn } : {});
    taken.push(performance.now() - began);
  }
  return taken;
}

/** Milliseconds of opening the table and knowing its files. */
export async function opens(folder: string, count: number): Promise<number[]> {
  const taken: number[] = [];
  for (let n = 0; n < count; n++) {
    const began = performance.now();
    const table = await DeltaTable.open(localFiles(folder));
    if (table.fileCount === 0) throw new Error(`no files in ${folder}`);
    taken.push(performance.now() - began);
  }
  return taken;
}

/** Trades a second that go into `raw/trades` in batches, and the most memory (MB) that it took. */
export async function sustained(
  folder: string,
  seconds: number,
): Promise<{ perSecond: number; peakMb: number }> {
  const table = await openTradeTable({ location: folder, source: 'simulated', batch: { maxRows: 20_000 } });
  const began = performance.now();
  let id = 0;
  let peak = 0;
  while (performance.now() - began < seconds * 1000) {
    const time = Date.UTC(2026, 10, 24) + id / 10;
    const committed = table.append(
      Array.from({ length: 2_000 }, () => trade('BTCUSDT', { id: ++id, time, eventTime: time })),
    );
    if (table.waitingRows >= 60_000) await committed;
    peak = Math.max(peak, process.memoryUsage.rss());
  }
  await table.close();
  return { perSecond: id / ((performance.now() - began) / 1000), peakMb: peak / 2 ** 20 };
}
