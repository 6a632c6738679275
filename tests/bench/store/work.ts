import { type Batch, DeltaTable, field } from '../../../src/store/delta/index.ts';
import { localFiles } from '../../../src/store/files/index.ts';
import { openRecorder, openTradeTable } from '../../../src/store/index.ts';
import { toBatch } from '../../../src/store/rows.ts';
import { RAW_TRADES } from '../../../src/store/schema.ts';
import { trade } from '../../fixtures/market.ts';
import { collectGarbage } from '../measure/turns.ts';

const DOUBLES = Array.from({ length: 7 }, (_, k) => `d${k}`);
export const DEFINITION = {
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
export function rows(rowCount: number): Batch {
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

export interface Sustained {
  readonly perSecond: number;
  /** Most memory of the process in the first and in the last quarter, MB. */
  readonly firstMb: number;
  readonly lastMb: number;
  /** What is in use after a collection, at the end of both. */
  readonly firstLiveMb: number;
  readonly lastLiveMb: number;
  readonly compactions: number;
}

/**
 * Trades of seven symbols that a recorder takes and commits, with compaction beside it, as fast as it lets the feed
 * go on.
 */
export async function sustained(folder: string, seconds: number): Promise<Sustained> {
  const recorder = await openRecorder({
    location: folder,
    source: 'simulated',
    tables: ['raw/trades'],
    batch: { maxRows: 50_000, maxWaitingRows: 200_000 },
    maintenance: { compactEvery: 6 },
  });
  const symbols = Array.from({ length: 7 }, (_, i) => `S${i}USDT`);
  const began = performance.now();
  const quarters: number[] = [0, 0, 0, 0];
  const live: number[] = [];
  let id = 0;
  for (;;) {
    const quarter = Math.floor(((performance.now() - began) / (seconds * 1000)) * 4);
    if (quarter > live.length) live.push(liveMb());
    if (quarter > 3) break;
    const time = Date.UTC(2026, 10, 24) + id / 10;
    id++;
    for (const symbol of symbols) {
      const wait = recorder.take(
        trade(symbol, { id, price: 100 + (id % 97) / 8, quantity: (id % 31) / 16, time, eventTime: time }),
      );
      if (wait) await wait;
    }
    if (id % 500 === 0) {
      // A feed's own loop lets others have a turn.
      await new Promise((resolve) => setImmediate(resolve));
      quarters[quarter] = Math.max(quarters[quarter]!, process.memoryUsage.rss() / 2 ** 20);
    }
  }
  await recorder.close();
  return {
    perSecond: (id * symbols.length) / ((performance.now() - began) / 1000),
    firstMb: quarters[0]!,
    lastMb: quarters[3]!,
    firstLiveMb: live[0]!,
    lastLiveMb: live[3]!,
    compactions: recorder.status.maintenance!.compactions,
  };
}

function liveMb(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
}

/** Milliseconds that all processors work for a commit of 10,000 trades: each trade once by its id, or whatever comes. */
export async function commits(
  folder: string,
): Promise<{ once(): Promise<number>; plain(): Promise<number> }> {
  const table = await openTradeTable({ location: folder, source: 'simulated' });
  const plain = await DeltaTable.openOrCreate(localFiles(`${folder}/plain`), {
    fields: table.delta.fields,
    partitionColumns: ['date'],
    configuration: { 'delta.parquet.compression.codec': 'zstd' },
  });
  let id = 0;
  const batch = () =>
    Array.from({ length: 10_000 }, () => {
      const time = Date.UTC(2026, 10, 24) + ++id;
      return trade(`S${id % 7}USDT`, { id, time, eventTime: time });
    });
  const timed = async (work: () => Promise<unknown>) => {
    const began = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1_000;
  };
  return {
    once: () => {
      const trades = batch();
      return timed(() => table.append(trades));
    },
    plain: () => {
      const trades = batch();
      return timed(() => {
        const rows = trades.map(({ symbol, price, quantity, buyerIsMaker, id, time, eventTime }) => ({
          symbol,
          tradeId: id,
          price,
          quantity,
          buyerIsMaker,
          trade_time: time,
          event_time: eventTime,
          processing_time: time,
          date: '2026-11-24',
        }));
        return plain.append(toBatch(RAW_TRADES, rows));
      });
    },
  };
}
