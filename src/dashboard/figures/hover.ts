import { formatExact, formatPercent } from './format.ts';
import { NOTHING, type Row, traded } from './rows.ts';

/** What hovering over a coin says: price and change with every digit. */
export function tickerHover(row: Row): string {
  if (!traded(row.ticker)) return `<b>${pair(row)}</b><br>${row.ticker ? 'not traded for 24 h' : NOTHING}`;
  const { lastPrice, priceChange, priceChangePercent } = row.ticker;
  const plus = priceChange > 0 ? '+' : '';
  return `<b>${pair(row)}</b>  ${formatExact(lastPrice)}<br>24 h ${plus}${formatExact(priceChange)}  ${formatPercent(priceChangePercent)}`;
}

/** `BTC/USDT`, whatever the row is called. */
export function pair(row: Row): string {
  if (row.quote === '' || row.label.includes('/')) return row.label;
  return `${row.label}/${row.quote}`;
}
