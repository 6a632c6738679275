/** Batch over a million bars beside a tight loop, TA-Lib in C and other packages; six at once on closed and forming bars. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { INDICATORS, type IndicatorName } from '../../src/indicators/index.ts';
import { pythonWith } from '../fixtures/python.ts';
import { say } from '../fixtures/step.ts';
import { batchOf } from '../indicators/drive.ts';
import { makeBars } from './indicators/bars.ts';
import { LOOPS } from './indicators/loops.ts';
import { loadPeers, PINNED } from './indicators/peers.ts';
import { measureStreaming, type Rates } from './indicators/streaming.ts';
import { batchTable, nearest } from './indicators/table.ts';
import { judge } from './measure/judge.ts';
import { benchOptions, positive } from './measure/options.ts';
import { conclude } from './measure/report.ts';
import { rowsTable } from './measure/rows.ts';
import { figureOf, ratioOf } from './measure/statistics.ts';
import {
  type Contender,
  cpuTime,
  figure,
  type MeasuredRow,
  type Row,
  ratio,
  takeTurns,
} from './measure/turns.ts';
import { type PythonPeer, pythonVersion, startPython } from './peers/python.ts';

const OURS = 'candlebook';
const LOOP = 'tight loop';
const OUTPUT = 'output';
const TALIB = 'TA-Lib';
/** Those that are held to TA-Lib's time. */
const HELD: readonly string[] = ['sma', 'ema', 'rsi', 'macd', 'bollinger', 'atr'];

const options = benchOptions({
  bars: { type: 'string', default: '1000000' },
  only: { type: 'string' },
});
const rounds = positive('rounds', options.rounds ?? '7');
const length = positive('bars', options.bars);
const names = (options.only?.split(',') ?? Object.keys(INDICATORS)) as IndicatorName[];
const bars = makeBars(length, options.peers);
const peers = options.peers ? await loadPeers() : undefined;
const python = options.peers ? pythonWith('talib', 'numpy') : undefined;
const folder = mkdtempSync(join(tmpdir(), 'candlebook-bench-'));
let talib: PythonPeer | undefined;

try {
  if (python) {
    for (const name of ['high', 'low', 'close', 'volume'] as const)
      writeFileSync(join(folder, `${name}.f64`), bars[name]);
    talib = startPython(python, fileURLToPath(new URL('indicators/peer.py', import.meta.url)), [folder]);
  }
  say(`· streaming, ${options.peers ? 'ours and trading-signals in turn' : 'ours'}`);
  const streamed: { ours: Rates; theirs: Rates | undefined }[] = [];
  for (let round = 0; round < 3; round++)
    streamed.push({
      ours: measureStreaming('candlebook'),
      theirs: options.peers ? measureStreaming('trading-signals') : undefined,
    });

  const known = await talibNames();
  const rows = names.map((name): Row => {
    const create = INDICATORS[name] as () => ReturnType<(typeof INDICATORS)['sma']>;
    const contenders: Contender[] = [{ name: OURS, run: () => cpuTime(() => batchOf(create(), bars)) }];
    const loop = LOOPS[name];
    if (loop) contenders.push({ name: LOOP, run: () => cpuTime(() => loop(bars)) });
    if (talib && known.has(name)) contenders.push({ name: TALIB, run: () => talib!.ask<number>(name) });
    for (const [peer, works] of Object.entries(peers ?? {})) {
      const work = works[name];
      if (work) contenders.push({ name: peer, run: () => cpuTime(() => work(bars)) });
    }
    return { what: name, contenders };
  });
  // What every result has to be written to: new memory here, which the system hands out page by page.
  const output: Row = {
    what: OUTPUT,
    contenders: [
      { name: OURS, run: () => cpuTime(() => new Float64Array(length).fill(1)) },
      ...(talib ? [{ name: TALIB, run: () => talib!.ask<number>(OUTPUT) }] : []),
    ],
  };
  const [ofOutput, ...measured] = (await takeTurns([output, ...rows], { rounds })) as [
    MeasuredRow,
    ...MeasuredRow[],
  ];

  const rates = (of: (one: Rates) => number, whose: 'ours' | 'theirs') =>
    streamed.flatMap((one) => (one[whose] ? [of(one[whose])] : []));
  const closed = (one: Rates) => one.closedBars;
  const forming = (one: Rates) => one.formingTicks;
  const streamRow = (what: string, of: (one: Rates) => number) => ({
    what,
    rounds: { [OURS]: rates(of, 'ours'), ...(peers ? { 'trading-signals': rates(of, 'theirs') } : {}) },
  });
  const growth = Math.max(...streamed.map(({ ours }) => ours.heapGrowth));
  const { steps } = streamed[0]!.ours;
  process.exitCode = conclude(
    {
      bench: 'indicators',
      versions: {
        ...(python ? { 'TA-Lib': await pythonVersion(python, 'talib') } : {}),
        ...(peers ? PINNED : {}),
      },
      setting: `batch over ${length.toLocaleString('en-US')} bars, ${rounds} rounds in turn, CPU time; streaming in processes of their own, 3 rounds`,
      tables: [
        batchTable(measured, { ours: OURS, loop: LOOP, talib: TALIB }, Object.keys(PINNED)),
        {
          title: 'Streaming: SMA, EMA, RSI, MACD, Bollinger and ATR at each step',
          ...rowsTable(
            [streamRow('closed bars', closed), streamRow('forming ticks', forming)],
            'million a second',
          ),
        },
      ],
      notes: [
        `A new column of results, filled with one number: ${milliseconds(ofOutput, OURS)}${talib ? `; numpy, which gets back the memory of the one before, ${milliseconds(ofOutput, TALIB)}` : ''}. It is in the times above.`,
        `Heap over ${steps.toLocaleString('en-US')} closed bars: ${growth >= 0 ? '+' : ''}${(growth / 1e6).toFixed(2)} MB, ${(growth / steps).toFixed(3)} bytes a bar.`,
      ],
      verdicts: [
        ...measured.flatMap((row) => {
          const best = nearest(row, OURS, Object.keys(PINNED));
          return [
            ...(LOOPS[row.what]
              ? [judge(`${row.what} <= 1.3x ${LOOP}`, ratio(row, OURS, LOOP), { most: 1.3, unit: 'x' })]
              : []),
            ...(HELD.includes(row.what)
              ? [judge(`${row.what} <= 1.5x ${TALIB}`, ratio(row, OURS, TALIB), { most: 1.5, unit: 'x' })]
              : []),
            ...(best
              ? [judge(`${row.what} ahead of all packages`, ratio(row, OURS, best), { most: 1, unit: 'x' })]
              : []),
          ];
        }),
        judge('closed bars: 8.3x trading-signals', streamRatio(closed), { least: 10 / 1.2, unit: 'x' }),
        judge('forming ticks: 20x trading-signals', streamRatio(forming), { least: 20, unit: 'x' }),
        judge('closed bars >= 10 M/s', figureOf(rates(closed, 'ours')), {
          least: 10,
          unit: 'M/s',
          digits: 1,
        }),
        judge('forming ticks >= 20 M/s', figureOf(rates(forming, 'ours')), {
          least: 20,
          unit: 'M/s',
          digits: 1,
        }),
        judge(
          'heap grows by < 0.1 bytes a bar',
          { value: growth / steps, noise: 0 },
          { most: 0.1, unit: 'bytes', digits: 3 },
        ),
      ],
      raw: { output: ofOutput, measured, streamed },
    },
    options,
  );

  function streamRatio(of: (one: Rates) => number) {
    return peers ? ratioOf(rates(of, 'ours'), rates(of, 'theirs')) : undefined;
  }
} finally {
  await talib?.close();
  rmSync(folder, { recursive: true, force: true });
}

function milliseconds(row: MeasuredRow, name: string): string {
  return `${figure(row, name)!.value.toFixed(2)} ms`;
}

async function talibNames(): Promise<Set<string>> {
  return new Set(talib ? await talib.ask<string[]>('names') : []);
}
