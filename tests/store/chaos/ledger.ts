import type { CandleRow, TradeRow } from '../../../src/store/index.ts';
import {
  openCandleTable,
  openRawTickerTable,
  openTickerTable,
  openTradeTable,
} from '../../../src/store/index.ts';
import type { ChaosMarket } from './market.ts';

/** What the tables hold against what the exchange published. */
export interface Ledger {
  readonly ledger: number;
  readonly table: number;
  readonly missing: number;
  readonly doubled: number;
  /** Rows that are not what the exchange stated. */
  readonly wrong: number;
  /** Closed candles: kept, with a hole before them, there twice. */
  readonly candles: { readonly kept: number; readonly missing: number; readonly doubled: number };
  /** Tickers of both tables: kept, there twice. */
  readonly tickers: { readonly kept: number; readonly doubled: number };
}

const MINUTE = 60_000;

export async function compare(location: string, market: ChaosMarket): Promise<Ledger> {
  const options = { location, source: 'simulated' } as const;
  const trades = new Map<string, TradeRow>();
  let table = 0;
  let doubled = 0;
  for await (const row of (await openTradeTable(options)).rows()) {
    table++;
    const key = `${row.symbol} ${row.tradeId}`;
    if (trades.has(key)) doubled++;
    trades.set(key, row);
  }
  let ledger = 0;
  let missing = 0;
  let wrong = 0;
  for await (const sent of market.ledger()) {
    ledger++;
    const key = `${sent.symbol} ${sent.id}`;
    const row = trades.get(key);
    trades.delete(key);
    if (!row) missing++;
    else if (row.price !== sent.price || row.quantity !== sent.quantity || row.trade_time !== sent.time)
      wrong++;
  }
  return {
    ledger,
    table,
    missing,
    doubled,
    wrong: wrong + trades.size,
    candles: candlesOf(await (await openCandleTable(options)).read()),
    tickers: tickersOf([
      ...(await (await openRawTickerTable(options)).read()).map(
        (row) => `raw ${row.symbol} ${row.event_time}`,
      ),
      ...(await (await openTickerTable(options)).read()).map((row) => `${row.symbol} ${row.event_time}`),
    ]),
  };
}

function candlesOf(rows: readonly CandleRow[]): Ledger['candles'] {
  let missing = 0;
  let doubled = 0;
  const last = new Map<string, number>();
  for (const { symbol, open_time } of rows) {
    const before = last.get(symbol);
    if (before === open_time) doubled++;
    else if (before !== undefined) missing += (open_time - before) / MINUTE - 1;
    last.set(symbol, open_time);
  }
  return { kept: rows.length, missing, doubled };
}

function tickersOf(keys: readonly string[]): Ledger['tickers'] {
  return { kept: keys.length, doubled: keys.length - new Set(keys).size };
}
