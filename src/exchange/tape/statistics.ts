import type { Bar } from './bar.ts';
import type { Tape } from './tape.ts';

/** What was traded over a rolling window that ends with the last publication. */
export interface WindowStatistics {
  readonly openTime: number;
  readonly closeTime: number;
  readonly bar: Bar;
  /** Price of the last trade before the window, in ticks; the window's open where there is none. */
  readonly previousClose: number;
  readonly lastQuantity: number;
}

export const DAY_MS = 86_400_000;

/** The window `[closeTime - length, closeTime)`. */
export function windowStatistics(tape: Tape, closeTime: number, length = DAY_MS): WindowStatistics {
  return spanStatistics(tape, closeTime - length, closeTime);
}

export function spanStatistics(tape: Tape, openTime: number, closeTime: number): WindowStatistics {
  const bar = tape.bar(openTime, closeTime);
  const first = bar.tradeCount > 0 ? bar.firstId : tape.nextId;
  const previous = tape.trades(first - 1, first)[0];
  const last = tape.trades(tape.nextId - 1, tape.nextId)[0];
  return {
    openTime,
    closeTime,
    bar,
    previousClose: previous?.price ?? bar.open,
    lastQuantity: last?.quantity ?? 0,
  };
}
