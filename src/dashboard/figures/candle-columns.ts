import { CandlebookError } from '../../market/index.ts';

/** Equally long columns, oldest bar first: what a candle figure reads of a candle series. `openTime` in epoch ms. */
export interface CandleColumns {
  readonly openTime: ArrayLike<number>;
  readonly open: ArrayLike<number>;
  readonly high: ArrayLike<number>;
  readonly low: ArrayLike<number>;
  readonly close: ArrayLike<number>;
  /** In the base asset. */
  readonly volume: ArrayLike<number>;
}

/** Computed columns, aligned with the candles; NaN or null before their first value. In the unit of the price. */
export interface Overlay {
  readonly name: string;
  readonly values: ArrayLike<number | null>;
  /** Bands around `values`, as of Bollinger. */
  readonly upper?: ArrayLike<number | null>;
  readonly lower?: ArrayLike<number | null>;
  /** Default: the theme's next series colour. */
  readonly color?: string;
}

const FIELDS = ['openTime', 'open', 'high', 'low', 'close', 'volume'] as const;

/**
 * @throws CandlebookError INPUT_INVALID for columns of unequal length, a number that is not finite, a time that
 * does not follow the one before it, or a bar whose high and low do not hold its open and close, with its index
 */
export function checkCandles(columns: CandleColumns): void {
  const { length } = columns.openTime;
  for (const field of FIELDS) {
    if (columns[field].length !== length) {
      throw new CandlebookError(
        'INPUT_INVALID',
        `Column ${field} has ${columns[field].length} values, openTime has ${length}.`,
        {
          value: { field, length: columns[field].length },
          hint: 'All columns of a candle series are equally long.',
        },
      );
    }
  }
  for (let index = 0; index < length; index++) {
    for (const field of FIELDS) {
      const value = columns[field][index]!;
      if (!Number.isFinite(value)) refuse(index, field, value, 'Every number of a candle is finite.');
    }
    const [open, high, low, close] = [columns.open, columns.high, columns.low, columns.close].map(
      (c) => c[index]!,
    ) as [number, number, number, number];
    if (index > 0 && columns.openTime[index]! <= columns.openTime[index - 1]!) {
      refuse(index, 'openTime', columns.openTime[index]!, 'Open times increase from bar to bar.');
    }
    if (high < Math.max(open, close, low))
      refuse(index, 'high', high, 'The high is the highest price of its bar.');
    if (low > Math.min(open, close)) refuse(index, 'low', low, 'The low is the lowest price of its bar.');
    if (columns.volume[index]! < 0)
      refuse(index, 'volume', columns.volume[index]!, 'A volume is not negative.');
  }
}

function refuse(index: number, field: string, value: number, hint: string): never {
  throw new CandlebookError('INPUT_INVALID', `Candle ${index} has ${field} ${value}.`, {
    value: { index, field, value },
    hint,
  });
}

/**
 * A computed column as JSON has it: null before warm-up.
 * @throws CandlebookError INPUT_INVALID where it is not as long as the candles, or holds an infinity
 */
export function alignedValues(
  name: string,
  values: ArrayLike<number | null>,
  length: number,
): (number | null)[] {
  if (values.length !== length) {
    throw new CandlebookError('INPUT_INVALID', `${name} has ${values.length} values for ${length} candles.`, {
      value: { name, length: values.length },
      hint: 'A computed column is as long as its candles, with NaN before its first value.',
    });
  }
  return Array.from(values, (value, index) => {
    if (value === null || Number.isNaN(value)) return null;
    if (Number.isFinite(value)) return value;
    throw new CandlebookError('INPUT_INVALID', `${name} has ${value} at index ${index}.`, {
      value: { name, index, value },
      hint: 'Computed columns hold finite numbers, or NaN before their first value.',
    });
  });
}

/** Length of a bar in ms: the smallest distance between two of them; gaps do not count. */
export function barLength(openTime: ArrayLike<number>): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 1; i < openTime.length; i++) least = Math.min(least, openTime[i]! - openTime[i - 1]!);
  return Number.isFinite(least) ? least : 60_000;
}
