/** A trade frame's way from the socket to a typed event with gap check: CPU beside bare ws + JSON.parse, binance and ccxt; memory over 10 million frames; rows of history a second. */
import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { say } from '../fixtures/step.ts';
import type { ClientFindings, ClientTask } from './feed/client.ts';
import { benchFrames } from './feed/frames.ts';
import { FEED_PEERS } from './feed/peers.ts';
import { judge } from './measure/judge.ts';
import { benchOptions, positive } from './measure/options.ts';
import { conclude } from './measure/report.ts';
import { rowsTable } from './measure/rows.ts';
import { figureOf } from './measure/statistics.ts';
import { ratio, takeTurns } from './measure/turns.ts';
import { npmPeers } from './peers/npm.ts';

const WARM_UP = 150_000;
const FRAMES = 400_000;
/** ccxt takes ten times as long for a frame. */
const CCXT_FRAMES = 60_000;
/** A page of 1,000 klines weighs 2, and 6,000 a minute are allowed. */
const BUDGET_ROWS_PER_SECOND = ((6_000 / 2) * 1_000) / 60;
/** No turn takes so long: a client that gets nothing would wait for ever. */
const TURN_MS = 240_000;
const HISTORY_ROWS = 300_000;

const options = benchOptions({ memory: { type: 'string', default: '10000000' } });
const rounds = positive('rounds', options.rounds ?? '7');
const memoryFrames = positive('memory', options.memory);
const run = promisify(execFile);
const CLIENT = fileURLToPath(new URL('feed/client.ts', import.meta.url));

if (options.peers) await npmPeers('feed', FEED_PEERS);
const sender = fork(fileURLToPath(new URL('feed/sender.ts', import.meta.url)), {
  stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
});
try {
  const port = await portOf(sender);
  const measure = async (task: Omit<ClientTask, 'port'>): Promise<ClientFindings> => {
    const { stdout } = await run(process.execPath, [CLIENT, JSON.stringify({ port, ...task })], {
      timeout: TURN_MS,
    });
    return JSON.parse(stdout) as ClientFindings;
  };
  const contender = (name: string, kind: ClientTask['kind'], frames = FRAMES, warmUp = WARM_UP) => ({
    name,
    run: async () => (await measure({ kind, warmUp, frames })).cpuUsPerFrame,
  });
  const peers = options.peers
    ? [contender('binance', 'binance'), contender('ccxt.pro', 'ccxt', CCXT_FRAMES, CCXT_FRAMES / 2)]
    : [];
  const [row] = await takeTurns(
    [
      {
        what: 'a trade frame',
        contenders: [contender('candlebook', 'candlebook'), contender('ws + JSON.parse', 'bare'), ...peers],
      },
    ],
    // Each turn is a process of its own, which warms up by itself.
    { rounds, warmUp: 0 },
  );
  say(`memory over ${memoryFrames.toLocaleString('en-US')} frames, a quick reader and a slow one`);
  const half = { warmUp: WARM_UP, frames: memoryFrames / 2, samples: 20, unpaced: true };
  const quick = await measure({ kind: 'candlebook', ...half });
  const slow = await measure({ kind: 'slow', ...half });
  const history = await measure({ kind: 'history', warmUp: HISTORY_ROWS / 3, frames: HISTORY_ROWS });
  const best = options.peers ? bestOf(row!.rounds) : undefined;
  process.exitCode = conclude(
    {
      bench: 'feed',
      versions: options.peers ? FEED_PEERS : {},
      setting: `trade frames ${benchFrames().origin}; 200,000 a second in bursts of 1,600; each turn a process of its own; ${rounds} rounds in turn`,
      tables: [rowsTable([row!], 'µs CPU')],
      notes: [
        `Quick reader: ${Math.round(quick.framesPerSecond).toLocaleString('en-US')} frames/s. Memory after garbage collection, first and last tenth of the frames: ${memoryLine(quick)}; slow reader: ${memoryLine(slow)}.`,
        `History: ${Math.round(history.framesPerSecond).toLocaleString('en-US')} klines a second read from a server on this machine; the exchange's budget allows ${BUDGET_ROWS_PER_SECOND.toLocaleString('en-US')}.`,
      ],
      verdicts: [
        judge('CPU a frame <= 1x ws + JSON.parse', ratio(row!, 'candlebook', 'ws + JSON.parse'), {
          most: 1,
          unit: 'x',
        }),
        judge(
          'CPU a frame <= 0.6x the best peer',
          best === undefined ? undefined : ratio(row!, 'candlebook', best),
          {
            most: 0.6,
            unit: 'x',
          },
        ),
        judge('memory flat, quick reader: growth of the heap', growth(quick.heapMb), {
          most: 2,
          unit: 'MB',
          digits: 1,
        }),
        judge('memory flat, slow reader: growth of the heap', growth(slow.heapMb), {
          most: 2,
          unit: 'MB',
          digits: 1,
        }),
        judge(
          'history keeps up with the budget',
          { value: history.framesPerSecond, noise: 0 },
          { least: BUDGET_ROWS_PER_SECOND, unit: 'rows/s' },
        ),
      ],
      raw: { row, quick, slow, history },
    },
    options,
  );
} finally {
  sender.disconnect();
}

async function portOf({ stdout }: ChildProcess): Promise<number> {
  const [line] = (await once(stdout!, 'data')) as [Buffer];
  return Number(line.toString());
}

function bestOf(byName: Readonly<Record<string, number[]>>): string {
  const cost = (name: string) => figureOf(byName[name]!).value;
  return Object.keys(FEED_PEERS)
    .map((name) => (name === 'ccxt' ? 'ccxt.pro' : name))
    .reduce((best, name) => (cost(name) < cost(best) ? name : best));
}

/** Median of the last tenth of the samples less that of the first tenth. */
function growth(samples: readonly number[]) {
  const tenth = Math.max(1, Math.floor(samples.length / 10));
  const [first, last] = [figureOf(samples.slice(0, tenth)), figureOf(samples.slice(-tenth))];
  return { value: last.value - first.value, noise: 0 };
}

function memoryLine({ heapMb, rssMb }: ClientFindings): string {
  const tenth = Math.max(1, Math.floor(heapMb.length / 10));
  const of = (samples: readonly number[]) =>
    `${figureOf(samples.slice(0, tenth)).value.toFixed(1)} and ${figureOf(samples.slice(-tenth)).value.toFixed(1)} MB`;
  return `heap ${of(heapMb)}, process ${of(rssMb)}`;
}
