import {
  type Correlation,
  summary24h,
  type TrendReversal,
  type VolatilityRank,
  type VolumeSpike,
} from '../../insights/index.ts';
import { splitSymbol, type Ticker } from '../../market/index.ts';
import type { Figure, ScatterTrace } from './figure.ts';
import { formatCompact, formatMinute, formatPercent } from './format.ts';
import { emptyNotice, NOTHING, rowAxis, rowsOf, textAxis } from './rows.ts';
import { changeColor, escapeText, type FigureOptions, framed, LABEL_SIZE, themeOf } from './theme.ts';

/** What has been found in the coins' candles; all of it optional. */
export interface MarketInsights {
  readonly correlation?: Pick<Correlation, 'symbols' | 'matrix'>;
  /** Most volatile first. */
  readonly volatility?: readonly Pick<VolatilityRank, 'symbol' | 'volatilityPercent'>[];
  /** In any order; the newest is shown. */
  readonly spikes?: readonly VolumeSpike[];
  readonly reversals?: readonly TrendReversal[];
}

export interface InsightsPanelOptions extends FigureOptions {
  readonly insights?: MarketInsights | undefined;
}

interface Line {
  readonly name: string;
  readonly text: string;
  /** Sign of what is said: its colour. */
  readonly sign?: number;
}

/**
 * The market in words: the day's movement and turnover, its leaders, the closest pair of coins, and the newest
 * volume spike and trend reversal in their candles.
 * @throws CandlebookError INPUT_INVALID as `rowsOf`, and where volumes are in assets that can not be added up
 */
export function insightsPanel(tickers: readonly Ticker[], options: InsightsPanelOptions): Figure {
  const theme = themeOf(options);
  const notice = emptyNotice(rowsOf(tickers, options));
  const lines = tickers.length === 0 ? [] : linesOf(tickers, options.insights ?? {});
  const places = lines.map(({ name }) => ({ symbol: name, label: name, quote: '', ticker: undefined }));
  const column = (x: number, side: 'left' | 'right', texts: string[], colors: string[]): ScatterTrace => ({
    type: 'scatter',
    mode: 'text',
    x: lines.map(() => x),
    y: lines.map(({ name }) => name),
    text: texts,
    textposition: side === 'right' ? 'middle left' : 'middle right',
    textfont: { size: LABEL_SIZE, color: colors },
    hoverinfo: 'skip',
  });
  return framed({
    id: 'insights',
    title: 'Insights',
    unit: '24 h and newest bars',
    theme,
    source: options.source,
    margin: { b: 14 },
    notice,
    data: [
      {
        type: 'bar',
        orientation: 'h',
        x: lines.map(() => 1),
        y: lines.map(({ name }) => name),
        width: 1,
        marker: { color: lines.map((_, i) => (i % 2 === 0 ? theme.stripe : theme.paper)) },
        hoverinfo: 'skip',
      },
      column(
        0,
        'left',
        lines.map(({ name }) => `\u00a0${name}`),
        lines.map(() => theme.muted),
      ),
      column(
        1,
        'right',
        lines.map(({ text }) => `${text}\u00a0`),
        lines.map(({ sign }) => (sign === undefined ? theme.text : changeColor(theme, sign))),
      ),
    ],
    layout: {
      hovermode: false,
      xaxis: textAxis([0, 1]),
      yaxis: { ...rowAxis(places, theme), showgrid: false, visible: false },
    },
  });
}

function linesOf(tickers: readonly Ticker[], insights: MarketInsights): Line[] {
  const { correlation, volatility, spikes, reversals } = insights;
  const day = summary24h(tickers);
  const { topGainer, topLoser, widestRange } = day;
  const mover = (one: typeof topGainer) =>
    one
      ? { text: `${coin(one.symbol)} ${formatPercent(one.priceChangePercent)}`, sign: one.priceChange }
      : { text: NOTHING };
  const [calm, wild] = [volatility?.at(-1), volatility?.[0]];
  const [closest, loosest] = extremePairs(correlation);
  const spike = newest(spikes);
  const reversal = newest(reversals);
  return [
    {
      name: 'Market, by volume',
      text: formatPercent(day.weightedChangePercent),
      sign: day.weightedChangePercent,
    },
    { name: 'Turnover', text: `${formatCompact(day.totalQuoteVolume)} ${escapeText(day.quote)}` },
    { name: 'Top gainer', ...mover(topGainer) },
    { name: 'Top loser', ...mover(topLoser) },
    {
      name: 'Widest range',
      text: widestRange ? `${coin(widestRange.symbol)} ${widestRange.rangePercent.toFixed(2)}%` : NOTHING,
    },
    ...(wild && calm
      ? [
          {
            name: 'Most volatile',
            text: `${coin(wild.symbol)} ${wild.volatilityPercent.toFixed(0)}% a year`,
          },
          { name: 'Calmest', text: `${coin(calm.symbol)} ${calm.volatilityPercent.toFixed(0)}% a year` },
        ]
      : []),
    ...(closest && loosest
      ? [
          { name: 'Move together', text: pairText(closest) },
          { name: 'Least together', text: pairText(loosest) },
        ]
      : []),
    ...(spikes
      ? [
          spike
            ? {
                name: 'Volume spike',
                text: `${coin(spike.symbol)} ×${spike.ratio < 1000 ? spike.ratio.toFixed(1) : '>1000'}, ${clock(spike.openTime)}`,
                sign: spike.direction === 'up' ? 1 : spike.direction === 'down' ? -1 : 0,
              }
            : { name: 'Volume spike', text: 'none' },
        ]
      : []),
    ...(reversals
      ? [
          reversal
            ? {
                name: 'Trend turned',
                text: `${coin(reversal.symbol)} ${reversal.direction}, ${clock(reversal.openTime)}`,
                sign: reversal.direction === 'up' ? 1 : -1,
              }
            : { name: 'Trend turned', text: 'none' },
        ]
      : []),
  ];
}

interface Pair {
  readonly symbols: readonly [string, string];
  readonly value: number;
}

/** The pair that correlates most, and the one that does least; undefined where nothing is known. */
function extremePairs(correlation: MarketInsights['correlation']): (Pair | undefined)[] {
  const pairs: Pair[] = [];
  correlation?.symbols.forEach((a, i) => {
    correlation.symbols.slice(i + 1).forEach((b, k) => {
      const value = correlation.matrix[i]![i + 1 + k]!;
      if (Number.isFinite(value)) pairs.push({ symbols: [a, b], value });
    });
  });
  pairs.sort((a, b) => b.value - a.value);
  return [pairs[0], pairs.at(-1)];
}

function pairText({ symbols, value }: Pair): string {
  return `${symbols.map(coin).join(' – ')} ${formatSigned(value)}`;
}

function formatSigned(value: number): string {
  const size = Math.abs(value).toFixed(2);
  return value < 0 && Number(size) !== 0 ? `\u2212${size}` : size;
}

function newest<T extends { readonly openTime: number }>(found: readonly T[] | undefined): T | undefined {
  return found?.reduce<T | undefined>(
    (best, one) => (best && best.openTime > one.openTime ? best : one),
    undefined,
  );
}

function clock(time: number): string {
  return formatMinute(time).replace(' UTC', '');
}

function coin(symbol: string): string {
  return escapeText(splitSymbol(symbol)[0]);
}
