import { CandlebookError } from '../../market/index.ts';
import type { Figure } from './figure.ts';
import { formatExact } from './format.ts';
import { rankingFigure } from './ranking.ts';
import { pair, symbolRows } from './rows.ts';
import { coinOrder, coinStyle, type FigureOptions, themeOf } from './theme.ts';

export interface VolatilityBarsOptions extends FigureOptions {
  /** What the numbers are: `annualised, 24 h of 1m bars`. */
  readonly unit?: string;
}

/**
 * Volatility of each coin in percent, highest first. What kind of volatility it is stands in `options.unit`.
 * @throws CandlebookError INPUT_INVALID for a number that is negative or not finite, or a symbol that comes twice,
 * with its index
 */
export function volatilityBars(
  entries: readonly { readonly symbol: string; readonly percent: number }[],
  options: VolatilityBarsOptions,
): Figure {
  entries.forEach(({ symbol, percent }, index) => {
    if (Number.isFinite(percent) && percent >= 0) return;
    throw new CandlebookError('INPUT_INVALID', `Entry ${index} (${symbol}) has a volatility of ${percent}.`, {
      value: { index, symbol, value: percent },
      hint: 'Leave coins out whose volatility is not known yet.',
    });
  });
  const theme = themeOf(options);
  const symbols = entries.map(({ symbol }) => symbol);
  const rows = symbolRows(symbols);
  const place = coinOrder(options.symbols, symbols);
  const ranked = entries
    .map(({ symbol, percent }, i) => ({
      row: rows[i]!,
      value: percent,
      color: coinStyle(theme, place(symbol)).color,
      text: `${percent.toFixed(percent < 10 ? 2 : 1)}%`,
      hover: `<b>${pair(rows[i]!)}</b>  ${formatExact(Number(percent.toFixed(6)))}%`,
    }))
    .sort((a, b) => b.value - a.value);
  return rankingFigure(ranked, {
    id: 'volatility',
    title: 'Volatility',
    unit: options.unit ?? '',
    suffix: '%',
    theme,
    source: options.source,
  });
}
