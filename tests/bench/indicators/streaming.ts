import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { atr, bollinger, ema, macd, rsi, sma } from '../../../src/indicators/index.ts';
import { collectGarbage, cpuTime } from '../measure/turns.ts';
import { makeBars } from './bars.ts';
import { type Candle, tradingSignals } from './peers.ts';

const SELF = fileURLToPath(import.meta.url);
const STEPS = { candlebook: 10_000_000, 'trading-signals': 500_000 };

export type StreamingSubject = keyof typeof STEPS;

/** SMA, EMA, RSI, MACD, Bollinger and ATR together. */
export interface Rates {
  /** Million steps a second. */
  closedBars: number;
  formingTicks: number;
  steps: number;
  /** Growth of what is held over the closed bars, bytes. */
  heapGrowth: number;
}

/** In a process of its own, as a kernel that does nothing else: engines compile what they have seen run. */
export function measureStreaming(subject: StreamingSubject): Rates {
  const child = spawnSync(process.execPath, [SELF, subject], { encoding: 'utf8', timeout: 120_000 });
  if (child.status !== 0) throw new Error(`${subject}: ${child.stderr}`);
  return JSON.parse(child.stdout) as Rates;
}

interface Work {
  closed(bars: readonly Candle[], steps: number): number;
  forming(bars: readonly Candle[], steps: number): number;
}

function ours(): Work {
  const [a, b, c, d, e, f] = [sma(20), ema(20), rsi(14), macd(), bollinger(20), atr(14)];
  const lines = { macd: 0, signal: 0, histogram: 0 };
  const bands = { upper: 0, middle: 0, lower: 0 };
  return {
    closed: (bars, steps) => {
      let sum = 0;
      for (let i = 0; i < steps; i++) {
        const bar = bars[i & MASK]!;
        sum += a.update(bar.close) + b.update(bar.close) + c.update(bar.close);
        sum += d.update(bar.close, lines).macd + e.update(bar.close, bands).upper + f.update(bar);
      }
      return sum;
    },
    forming: (bars, steps) => {
      let sum = 0;
      for (let i = 0; i < steps; i++) {
        const bar = bars[i & MASK]!;
        sum += a.peek(bar.close) + b.peek(bar.close) + c.peek(bar.close);
        sum += d.peek(bar.close, lines).macd + e.peek(bar.close, bands).upper + f.peek(bar);
      }
      return sum;
    },
  };
}

async function theirs(): Promise<Work> {
  const { closed, forming } = await tradingSignals();
  const all = (step: (bar: Candle) => number) => (bars: readonly Candle[], steps: number) => {
    let sum = 0;
    for (let i = 0; i < steps; i++) sum += step(bars[i & MASK]!);
    return sum;
  };
  return { closed: all(closed), forming: all(forming) };
}

const MASK = 65_535;

/** Bytes that are still held after a collection. */
const held = () => {
  collectGarbage();
  return process.memoryUsage().heapUsed;
};

async function main(subject: StreamingSubject): Promise<void> {
  const bars = makeBars(MASK + 1, true).candles;
  const work = subject === 'candlebook' ? ours() : await theirs();
  const steps = STEPS[subject];
  for (let round = 0; round < 3; round++) {
    work.closed(bars, steps / 20);
    work.forming(bars, steps / 20);
  }
  let kept = 0;
  collectGarbage();
  const rate = (run: Work['closed']) => {
    const taken = cpuTime(() => {
      kept += run(bars, steps);
    });
    return steps / taken / 1000;
  };
  kept += work.closed(bars, steps / 10);
  const before = held();
  const closedBars = rate(work.closed);
  const heapGrowth = held() - before;
  const formingTicks = rate(work.forming);
  // Whoever sums up nothing may have computed nothing.
  if (Number.isNaN(kept)) throw new Error('no results');
  console.log(JSON.stringify({ closedBars, formingTicks, steps, heapGrowth } satisfies Rates));
}

if (process.argv[1] === SELF) await main(process.argv[2] as StreamingSubject);
