import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { openSql, openTradeTable, type SqlDatabase, type TradeTable } from '../../../src/store/index.ts';
import { trade } from '../../fixtures/market.ts';

const SYMBOLS = ['BTCUSDT', 'ETHUSDT', 'ADAUSDT', 'DOGEUSDT', 'SOLUSDT', 'XRPUSDT', 'DOTUSDT'];
const DAYS = 10;
const DAY_MS = 86_400_000;
const FIRST = Date.UTC(2026, 10, 1);
/** Of each symbol, so that the table has 1,050,000 rows. */
const TRADES_A_DAY = 15_000;
const BATCH = 15_000;
/** The day, symbol and hour that are asked for. */
const ASKED = { symbol: 'SOLUSDT', date: '2026-11-06', from: FIRST + 5 * DAY_MS + 9 * 3_600_000 };
const TO = ASKED.from + 3_600_000;

/** The same question to the same data: an hour of one symbol, out of ten days of seven. */
export interface QuerySubjects {
  /** Rows matched and turnover, by `read` with its filter. */
  read(): Promise<readonly [rows: number, turnover: number]>;
  sql(): Promise<readonly [rows: number, turnover: number]>;
  /** By DuckDB alone over the files in their `date=` folders. */
  plain(): Promise<readonly [rows: number, turnover: number]>;
  /** What `read` looked at. */
  report: () => string;
  close(): Promise<void>;
}

export async function querySubjects(folder: string): Promise<QuerySubjects> {
  const table = await openTradeTable({ location: folder, source: 'simulated', batch: { maxRows: BATCH } });
  await fill(table);
  const db = await openSql({ location: folder, source: 'simulated' });
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  let looked = '';
  return {
    read: async () => {
      const where = { symbol: ASKED.symbol, date: ASKED.date, event_time: { gte: ASKED.from, lt: TO } };
      const scan = await table.delta.read({ where, columns: ['price', 'quantity'] });
      let rows = 0;
      let turnover = 0;
      for await (const { rowCount, columns } of scan) {
        rows += rowCount;
        for (let row = 0; row < rowCount; row++)
          turnover += (columns.price![row] as number) * (columns.quantity![row] as number);
      }
      const { files, filesSkippedByPartition, filesSkippedByStats, rowGroups, rowGroupsSkipped } =
        scan.report;
      looked = `${files} files, ${filesSkippedByPartition} passed over by partition, ${filesSkippedByStats} by statistics; of ${rowGroups} row groups ${rowGroupsSkipped}`;
      return [rows, turnover];
    },
    sql: () => ours(db),
    plain: () => duckDb(connection, join(folder, 'simulated/raw/trades')),
    report: () => looked,
    async close() {
      await db.close();
      connection.closeSync();
      instance.closeSync();
      await table.close();
    },
  };
}

/** A day, compacted as the store compacts it: sorted by symbol and id. */
async function fill(table: TradeTable): Promise<void> {
  const ids = new Map(SYMBOLS.map((symbol) => [symbol, 0]));
  for (let day = 0; day < DAYS; day++) {
    for (let i = 0; i < TRADES_A_DAY; i++) {
      for (const symbol of SYMBOLS) {
        const id = ids.get(symbol)! + 1;
        ids.set(symbol, id);
        const time = FIRST + day * DAY_MS + (i * DAY_MS) / TRADES_A_DAY;
        await table.room();
        table.take(
          trade(symbol, { id, price: 100 + (id % 997) / 8, quantity: (id % 31) / 16, time, eventTime: time }),
        );
      }
    }
    await table.flush();
  }
  // Into files of half a megabyte, so that there is something to pass over within a day.
  await table.delta.optimize({ sortBy: ['symbol', 'tradeId'], targetBytes: 2 ** 19 });
  // So that the folder holds nothing but the table's files, for whoever reads it as a folder.
  await table.delta.vacuum({ olderThanMs: 0, force: true });
}

const WHERE = `symbol = '${ASKED.symbol}' AND date = '${ASKED.date}' AND event_time >= make_timestamptz(${ASKED.from * 1000}) AND event_time < make_timestamptz(${TO * 1000})`;
const TURNOVER = 'count(*) AS rows, sum(price * quantity) AS turnover';

async function ours(db: SqlDatabase): Promise<readonly [number, number]> {
  const [row] = (await db.sql(`SELECT ${TURNOVER} FROM trades WHERE ${WHERE}`)).rows();
  return [row!.rows as number, row!.turnover as number];
}

async function duckDb(connection: DuckDBConnection, folder: string): Promise<readonly [number, number]> {
  const files = `read_parquet('${folder}/date=*/*.parquet', hive_partitioning = true, hive_types = {date: DATE})`;
  const found = await connection.runAndReadAll(`SELECT ${TURNOVER} FROM ${files} WHERE ${WHERE}`);
  const [rows, turnover] = found.getRows()[0]!;
  return [Number(rows), Number(turnover)];
}
