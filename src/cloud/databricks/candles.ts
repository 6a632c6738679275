import { CANDLE_COLUMNS, type CandleColumn, type CandleColumns } from '../../candles/index.ts';
import { CandlebookError } from '../../market/index.ts';
import type { SqlResult, SqlRow, SqlValue } from '../../store/index.ts';

/** Names in the tables, where they are others than in a series. */
const IN_TABLES: Partial<Record<CandleColumn, string>> = { openTime: 'open_time' };

/**
 * Rows of a candle table, Databricks' `gold_candles_1m` or one that the SQL over the store's tables gave, as the
 * columns that candle figures, indicators and frames take: oldest first, `openTime` in epoch ms, one set a symbol.
 * @throws CandlebookError INPUT_INVALID when a column is absent or holds no numbers, or a bar is there twice
 */
export function candlesBySymbol(result: SqlResult): Map<string, CandleColumns> {
  const names = CANDLE_COLUMNS.map((column) => IN_TABLES[column] ?? column);
  const absent = ['symbol', ...names].filter((name) => !result.names.includes(name));
  if (absent.length > 0)
    throw new CandlebookError('INPUT_INVALID', `The rows have no ${absent.join(', ')}.`, {
      value: absent,
      hint: `Select ${['symbol', ...names].join(', ')}.`,
    });
  const rows = result.rows().sort((a, b) => Number(a.open_time) - Number(b.open_time));
  const groups = Map.groupBy(rows, ({ symbol }) => String(symbol));
  return new Map([...groups].map(([symbol, bars]) => [symbol, columnsOf(symbol, bars)]));
}

function columnsOf(symbol: string, bars: readonly SqlRow[]): CandleColumns {
  const columns = Object.fromEntries(
    CANDLE_COLUMNS.map((column) => [
      column,
      Float64Array.from(bars, (bar) => doubleOf(bar[IN_TABLES[column] ?? column])),
    ]),
  ) as Record<CandleColumn, Float64Array>;
  for (const [name, values] of Object.entries(columns)) {
    const at = values.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) throw unfit(symbol, `has no number in ${name}`, bars[at]!);
  }
  const twice = columns.openTime.findIndex((time, at) => at > 0 && time === columns.openTime[at - 1]);
  if (twice >= 0) throw unfit(symbol, 'is there twice', bars[twice]!);
  return columns;
}

/** Of what is no number NaN: null, of which JavaScript would make 0, too. */
function doubleOf(cell: SqlValue | undefined): number {
  return typeof cell === 'number' || typeof cell === 'bigint' ? Number(cell) : Number.NaN;
}

function unfit(symbol: string, what: string, bar: SqlRow): CandlebookError {
  const time = Number(bar.open_time);
  const when = Number.isFinite(time) ? new Date(time).toISOString() : 'without a time';
  return new CandlebookError('INPUT_INVALID', `The bar of ${symbol} at ${when} ${what}.`, {
    value: symbol,
    hint: 'Select one interval, and closed bars alone.',
  });
}
