import { marketShare } from '../../insights/index.ts';
import type { Ticker } from '../../market/index.ts';
import type { Figure } from './figure.ts';
import { formatExact } from './format.ts';
import { rankingFigure } from './ranking.ts';
import { commonQuote, pair, rowsOf, unitText } from './rows.ts';
import { coinOrder, coinStyle, type FigureOptions, themeOf } from './theme.ts';

/**
 * What part of the 24-hour quote volume of all tracked coins each of them has, largest first.
 * @throws CandlebookError INPUT_INVALID as `rowsOf`, and where volumes are in assets that can not be added up
 */
export function marketShareBars(tickers: readonly Ticker[], options: FigureOptions): Figure {
  const theme = themeOf(options);
  const rows = rowsOf(tickers, {});
  const place = coinOrder(
    options.symbols,
    rows.map(({ symbol }) => symbol),
  );
  const bySymbol = new Map(rows.map((row) => [row.symbol, row]));
  const entries = marketShare(tickers).map(({ symbol, quoteVolume, sharePercent }) => {
    const row = bySymbol.get(symbol)!;
    return {
      row,
      value: sharePercent,
      color: coinStyle(theme, place(symbol)).color,
      text: `${sharePercent.toFixed(sharePercent < 1 ? 2 : 1)}%`,
      hover: `<b>${pair(row)}</b>  ${formatExact(Number(sharePercent.toFixed(6)))}%<br>${formatExact(quoteVolume)} ${row.quote}`,
    };
  });
  return rankingFigure(entries, {
    id: 'market-share',
    title: 'Market share',
    unit: unitText('24 h volume', commonQuote(rows)),
    suffix: '%',
    limit: 100,
    theme,
    source: options.source,
  });
}
