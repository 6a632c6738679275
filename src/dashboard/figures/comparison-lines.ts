import { CandlebookError } from '../../market/index.ts';
import type { Figure } from './figure.ts';
import { formatMinute, formatPercent, formatTime } from './format.ts';
import { type LabelledLine, linesPanel } from './lines-panel.ts';
import { symbolRows } from './rows.ts';
import { coinOrder, type FigureOptions, themeOf } from './theme.ts';

/** Prices of a coin over time; `openTime` in epoch ms, increasing. The columns of a candle series will do. */
export interface PriceSeries {
  readonly symbol: string;
  readonly openTime: ArrayLike<number>;
  readonly close: ArrayLike<number>;
}

export type ComparisonOptions = FigureOptions;

/**
 * How the coins have moved since the first (round) time that all of them have a price, in percent of the price they
 * had then, so that coins of any size compare.
 * @throws CandlebookError INPUT_INVALID for a price that is not positive and finite, or times that do not increase,
 * with the index
 */
export function comparisonLines(series: readonly PriceSeries[], options: ComparisonOptions): Figure {
  series.forEach(checkSeries);
  const filled = series.filter(({ openTime }) => openTime.length > 0);
  const start = startOf(filled);
  const symbols = series.map(({ symbol }) => symbol);
  const rows = symbolRows(symbols);
  const place = coinOrder(options.symbols, symbols);
  const lines = series.flatMap((one, i): LabelledLine[] => {
    const from = firstAt(one.openTime, start);
    const x: number[] = [];
    const y: number[] = [];
    for (let k = from; k < one.openTime.length; k++) {
      x.push(one.openTime[k]!);
      y.push(tidy((one.close[k]! / one.close[from]! - 1) * 100));
    }
    if (x.length === 0) return [];
    return [
      {
        name: rows[i]!.label,
        place: place(one.symbol),
        x,
        y,
        text: formatPercent(y.at(-1)!),
      },
    ];
  });
  return linesPanel(lines, {
    id: 'comparison',
    title: 'Comparison',
    unit: filled.length === 0 ? '' : `since ${startText(start, sameDay(start, filled))}`,
    theme: themeOf(options),
    source: options.source,
    notice: 'No prices to compare',
    suffix: '%',
    level: 0,
  });
}

/**
 * How far each coin stands below the highest price that it has had in its series, in percent; the deepest fall of
 * each is marked by a dot.
 * @throws CandlebookError INPUT_INVALID as `comparisonLines`
 */
export function drawdownLines(series: readonly PriceSeries[], options: ComparisonOptions): Figure {
  series.forEach(checkSeries);
  const symbols = series.map(({ symbol }) => symbol);
  const rows = symbolRows(symbols);
  const place = coinOrder(options.symbols, symbols);
  const lines = series.flatMap((one, i): LabelledLine[] => {
    if (one.openTime.length === 0) return [];
    const y = fallsOf(one.close);
    const deepest = y.indexOf(Math.min(...y));
    const name = rows[i]!.label;
    const hover = `<b>${name}</b>  deepest ${formatPercent(y[deepest]!)}<br>${formatTime(one.openTime[deepest]!)}`;
    return [
      {
        name,
        place: place(one.symbol),
        x: one.openTime,
        y,
        text: formatPercent(y.at(-1)!),
        ...(y[deepest]! < 0 ? { mark: { index: deepest, hover } } : {}),
      },
    ];
  });
  return linesPanel(lines, {
    id: 'drawdown',
    title: 'Drawdown',
    unit: 'below peak, ● deepest',
    theme: themeOf(options),
    source: options.source,
    notice: 'No prices yet',
    suffix: '%',
    level: 0,
    limit: 0,
  });
}

/** A millionth of a percent: finer than any pixel, and short on its way to the page. */
function tidy(percent: number): number {
  return Math.round(percent * 1e6) / 1e6;
}

/**
 * The time from which all have a price, moved on to a round one, a twentieth of the way at most: it stays while bars
 * come and go, and with it all values but the newest.
 */
function startOf(series: readonly PriceSeries[]): number {
  const first = Math.max(...series.map(({ openTime }) => openTime[0]!));
  const last = Math.max(...series.map(({ openTime }) => openTime[openTime.length - 1]!));
  const step = ROUND_STEPS.findLast((one) => one <= (last - first) / 20);
  return step === undefined ? first : Math.ceil(first / step) * step;
}

const [SECOND, MINUTE, HOUR, DAY] = [1e3, 60e3, 3_600e3, 86_400e3];
const ROUND_STEPS = [
  ...[1, 5, 10, 30].map((n) => n * SECOND),
  ...[1, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 4, 12].map((n) => n * HOUR),
  ...[1, 5, 10, 50].map((n) => n * DAY),
];

/** `22:37 UTC`, of another day `27 Nov 22:37, UTC`: where there is little room, the title goes without its last part. */
function startText(start: number, today: boolean): string {
  const text = formatMinute(start);
  return today ? text.slice(-9) : text.replace(/ UTC$/, ', UTC');
}

/** Whether the series all end on the day (UTC) of `start`. */
function sameDay(start: number, series: readonly PriceSeries[]): boolean {
  const day = (time: number) => Math.floor(time / 86_400_000);
  return series.every(({ openTime }) => day(openTime[openTime.length - 1]!) === day(start));
}

/** Percent below the highest price before. */
function fallsOf(close: ArrayLike<number>): number[] {
  const falls = new Array<number>(close.length);
  let peak = 0;
  for (let i = 0; i < close.length; i++) {
    peak = Math.max(peak, close[i]!);
    falls[i] = tidy((close[i]! / peak - 1) * 100);
  }
  return falls;
}

/** Index of the first time that is not before `time`; the length where there is none. */
function firstAt(times: ArrayLike<number>, time: number): number {
  let index = 0;
  while (index < times.length && times[index]! < time) index++;
  return index;
}

function checkSeries({ symbol, openTime, close }: PriceSeries): void {
  const refuse = (value: object, message: string, hint: string): never => {
    throw new CandlebookError('INPUT_INVALID', message, { value, hint });
  };
  if (openTime.length !== close.length) {
    refuse(
      { symbol, openTime: openTime.length, close: close.length },
      `${symbol} has ${openTime.length} times and ${close.length} prices.`,
      'Both columns are equally long.',
    );
  }
  for (let index = 0; index < close.length; index++) {
    const [time, price] = [openTime[index]!, close[index]!];
    if (!Number.isFinite(price) || price <= 0) {
      refuse(
        { symbol, index, value: price },
        `${symbol} has the price ${price} at index ${index}.`,
        'Prices are positive.',
      );
    }
    if (!Number.isFinite(time) || (index > 0 && time <= openTime[index - 1]!)) {
      refuse(
        { symbol, index, value: time },
        `${symbol} has the time ${time} at index ${index}.`,
        'Times increase.',
      );
    }
  }
}
