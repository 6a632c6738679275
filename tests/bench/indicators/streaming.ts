import { atr, bollinger, ema, macd, rsi, sma } from '../../../src/indicators/index.ts';
import type { Bars } from './loops.ts';

export interface Rates {
  /** Six indicators a step, million steps a second. */
  closedBars: number;
  formingTicks: number;
  /** Growth of the heap over all steps, bytes a step. */
  heapPerStep: number;
  /** Sum of all results, so that none is left out. */
  kept: number;
}

/** All six on one bar after the other, then on one forming tick after the other. */
export function streaming({ high, low, close }: Bars, steps: number): Rates {
  const [a, b, c, d, e, f] = [sma(20), ema(20), rsi(14), macd(), bollinger(20), atr(14)];
  const macdLines = { macd: 0, signal: 0, histogram: 0 };
  const bands = { upper: 0, middle: 0, lower: 0 };
  const bars = Array.from({ length: 65_536 }, (_, i) => ({ high: high[i]!, low: low[i]!, close: close[i]! }));
  let kept = 0;
  const update = (count: number) => {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const bar = bars[i & 65_535]!;
      sum += a.update(bar.close) + b.update(bar.close) + c.update(bar.close);
      sum += d.update(bar.close, macdLines).macd + e.update(bar.close, bands).upper + f.update(bar);
    }
    kept += sum;
  };
  const peek = (count: number) => {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const bar = bars[i & 65_535]!;
      sum += a.peek(bar.close) + b.peek(bar.close) + c.peek(bar.close);
      sum += d.peek(bar.close, macdLines).macd + e.peek(bar.close, bands).upper + f.peek(bar);
    }
    kept += sum;
  };
  for (let round = 0; round < 3; round++) {
    update(300_000);
    peek(300_000);
  }
  const before = process.memoryUsage().heapUsed;
  const rate = (run: (count: number) => void) => {
    const begin = performance.now();
    run(steps);
    return steps / (performance.now() - begin) / 1000;
  };
  const closedBars = rate(update);
  const formingTicks = rate(peek);
  return {
    closedBars,
    formingTicks,
    heapPerStep: (process.memoryUsage().heapUsed - before) / (2 * steps),
    kept,
  };
}
