import type { CandleColumns } from './candle-columns.ts';

/** Bars that were merged: which of the given bars each of them ends with, and how many one holds at most. */
export interface MergedBars {
  readonly columns: CandleColumns;
  /** Index of each merged bar's last given bar. */
  readonly ends: readonly number[];
  readonly factor: number;
}

const FACTORS = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60];

/**
 * As many bars as can be seen: with more than `most`, neighbouring ones are merged into wider ones, whose high and
 * low are the highest and lowest of their bars, so that no extreme is lost. Merged bars begin at multiples of their
 * length, and so stay what they are while the window moves on.
 * @param bar length of a given bar in ms
 */
export function mergeBars(columns: CandleColumns, bar: number, most: number): MergedBars {
  const { length } = columns.openTime;
  const slots = length === 0 ? 0 : (columns.openTime[length - 1]! - columns.openTime[0]!) / bar + 1;
  const need = Math.min(slots, length) / most;
  const factor = FACTORS.find((one) => one >= need) ?? Math.ceil(need / 60) * 60;
  if (factor === 1) return { columns, ends: Array.from({ length }, (_, i) => i), factor };
  const out = { openTime: [], open: [], high: [], low: [], close: [], volume: [] } as Record<
    keyof CandleColumns,
    number[]
  >;
  const ends: number[] = [];
  let slot = Number.NaN;
  for (let i = 0; i < length; i++) {
    const own = Math.floor(columns.openTime[i]! / (bar * factor));
    if (own !== slot) {
      slot = own;
      out.openTime.push(own * bar * factor);
      out.open.push(columns.open[i]!);
      out.high.push(columns.high[i]!);
      out.low.push(columns.low[i]!);
      out.close.push(columns.close[i]!);
      out.volume.push(columns.volume[i]!);
      ends.push(i);
      continue;
    }
    const k = ends.length - 1;
    out.high[k] = Math.max(out.high[k]!, columns.high[i]!);
    out.low[k] = Math.min(out.low[k]!, columns.low[i]!);
    out.close[k] = columns.close[i]!;
    out.volume[k]! += columns.volume[i]!;
    ends[k] = i;
  }
  return { columns: out, ends, factor };
}

/** Of each merged bar, the value furthest from zero: what a histogram of the given bars would show. */
export function extremesAt(values: ArrayLike<number | null>, ends: readonly number[]): (number | null)[] {
  let from = 0;
  return ends.map((end) => {
    let furthest: number | null = null;
    for (; from <= end; from++) {
      const value = values[from] ?? null;
      if (value === null || Number.isNaN(value)) continue;
      if (furthest === null || Math.abs(value) >= Math.abs(furthest)) furthest = value;
    }
    return furthest;
  });
}
