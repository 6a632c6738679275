/**
 * Batch over a million bars beside a tight loop over doubles, taken in turn in one run, and streaming. Where a Python
 * with TA-Lib is at hand (`.venv` or CANDLEBOOK_PYTHON), TA-Lib's own times on the same bars too.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { atr, bollinger, ema, macd, rsi, sma } from '../../src/indicators/index.ts';
import { pythonWith } from '../fixtures/python.ts';
import { type Bars, LOOPS } from './indicators/loops.ts';
import { streaming } from './indicators/streaming.ts';

const BARS = 1_000_000;
const ROUNDS = 25;
const GOAL = 1.3;

const OURS: Record<string, (bars: Bars) => unknown> = {
  sma: ({ close }) => sma(20).batch(close),
  ema: ({ close }) => ema(20).batch(close),
  rsi: ({ close }) => rsi(14).batch(close),
  macd: ({ close }) => macd(12, 26, 9).batch(close),
  bollinger: ({ close }) => bollinger(20, 2).batch(close),
  atr: (bars) => atr(14).batch(bars),
};

function walk(): Bars {
  let seed = 1;
  const random = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648;
  };
  const bars = { high: new Float64Array(BARS), low: new Float64Array(BARS), close: new Float64Array(BARS) };
  let price = 60_000;
  for (let i = 0; i < BARS; i++) {
    price *= 1 + (random() - 0.5) * 0.002;
    bars.close[i] = price;
    bars.high[i] = price * (1 + random() * 0.001);
    bars.low[i] = price * (1 - random() * 0.001);
  }
  return bars;
}

/** Milliseconds of TA-Lib in its own process; `undefined` without it. */
function talib(bars: Bars): Record<string, number> | undefined {
  const python = pythonWith('talib', 'numpy');
  if (!python) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'candlebook-bench-'));
  try {
    for (const [name, values] of Object.entries(bars)) writeFileSync(join(folder, `${name}.f64`), values);
    const script = fileURLToPath(new URL('indicators/peer.py', import.meta.url));
    const child = spawnSync(python, [script, folder], { encoding: 'utf8', timeout: 120_000 });
    if (child.status !== 0) throw new Error(child.stderr);
    return JSON.parse(child.stdout) as Record<string, number>;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const time = (run: () => unknown) => {
  const begin = performance.now();
  run();
  return performance.now() - begin;
};

const bars = walk();
const theirs = talib(bars);
// First, as in a process that does nothing else.
const { closedBars, formingTicks, heapPerStep } = streaming(bars, 3_000_000);
const missed: string[] = [];
const rows = Object.keys(OURS).map((name) => {
  const ours: number[] = [];
  const loop: number[] = [];
  // In turn, so that a busy machine is busy for both; the best of each is what the code costs.
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(time(() => OURS[name]!(bars)));
    loop.push(time(() => LOOPS[name]!(bars)));
  }
  const [best, least] = [Math.min(...ours), Math.min(...loop)];
  if (best > least * GOAL) missed.push(name);
  return { name, ours: best, loop: least, ratio: best / least, talib: theirs?.[name] };
});

console.log(
  `Batch over ${BARS.toLocaleString('en-US')} bars, ms, best of ${ROUNDS} in turn; goal: ${GOAL}x the loop`,
);
console.log(
  `${'indicator'.padEnd(12)}${'ours'.padStart(8)}${'loop'.padStart(8)}${'ratio'.padStart(8)}${'TA-Lib'.padStart(8)}${'ratio'.padStart(8)}`,
);
for (const { name, ours, loop, ratio, talib: c } of rows) {
  const beside = c === undefined ? ['–', '–'] : [c.toFixed(2), (ours / c).toFixed(2)];
  console.log(
    name.padEnd(12) +
      [ours.toFixed(2), loop.toFixed(2), ratio.toFixed(2), ...beside]
        .map((text) => text.padStart(8))
        .join(''),
  );
}
console.log(
  `Streaming, all six a step: ${closedBars.toFixed(1)} M closed bars/s, ${formingTicks.toFixed(1)} M forming ticks/s`,
);
console.log(`Heap: ${heapPerStep.toFixed(2)} bytes a step over ${(6e6).toLocaleString('en-US')} steps`);
const file = process.argv.indexOf('--json');
if (file > 0) {
  writeFileSync(
    process.argv[file + 1]!,
    JSON.stringify({ rows, closedBars, formingTicks, heapPerStep }, null, 2),
  );
}
if (missed.length > 0) {
  console.log(`Missed: ${missed.join(', ')}`);
  process.exitCode = 1;
}
