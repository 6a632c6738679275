/*
 * The whole runner of a growth run, a process of its own: runner.ts <tables> <address of the exchange>, the symbols as a
 * message. Console display and tables, as `candlebook run` has them; tells what it is asked: see RunnerTold.
 */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadSettings } from '../../../src/configuration/index.ts';
import { startDashboard } from '../../../src/runner/index.ts';

/** Since the last time it was asked. */
export interface RunnerTold {
  readonly events: number;
  readonly trades: number;
  /** Of the process with all its threads, and of the thread that takes the events, ms. */
  readonly cpu: number;
  readonly mainCpu: number;
  readonly ms: number;
  readonly rss: number;
  readonly heap: number;
  /** From the exchange's stamp to the run's state, ms: of the trades that came. */
  readonly p50: number;
  readonly p99: number;
}

/** No bar is fetched for so long: all are there. */
const QUIET_MS = 1_500;

const [tables, exchangeUrl] = process.argv.slice(2) as [string, string];
process.send?.('ready');
const [symbols] = (await once(process, 'message')) as [string[]];
const settings = loadSettings({ exchangeUrl, symbols, tables }, { env: {} });
const run = await startDashboard(settings, { display: 'console', redraw: false, write: () => undefined });

/** Trades by how late they were, whole ms; what is later counts as the last. */
const late = new Uint32Array(60_000);
let events = 0;
let trades = 0;
run.onEvent((event) => {
  if ('at' in event) return;
  events++;
  if (event.type !== 'trade') return;
  trades++;
  late[Math.min(late.length - 1, Math.max(0, Date.now() - event.eventTime))]!++;
});

function percentile(share: number): number {
  let left = share * trades;
  return late.findIndex((count) => {
    left -= count;
    return left <= 0;
  });
}

let cpu = process.cpuUsage();
let mainCpu = process.threadCpuUsage();
let since = performance.now();
const ms = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1_000;
function tell(): RunnerTold {
  const { rss, heapUsed } = process.memoryUsage();
  const told = {
    ...{ events, trades, rss, heap: heapUsed },
    cpu: ms(process.cpuUsage(cpu)),
    mainCpu: ms(process.threadCpuUsage(mainCpu)),
    ms: performance.now() - since,
    p50: percentile(0.5),
    p99: percentile(0.99),
  };
  late.fill(0);
  events = 0;
  trades = 0;
  cpu = process.cpuUsage();
  mainCpu = process.threadCpuUsage();
  since = performance.now();
  return told;
}

process.on('message', (asked) => {
  if (asked === 'tell') process.send?.(tell());
  else void run.stop().then((summary) => process.send?.(summary, () => process.disconnect()));
});
// The bars that are fetched at the beginning are not part of the load.
for (let before = 0, filled = -1; filled === 0 || filled !== before; await sleep(QUIET_MS)) {
  before = filled;
  filled = run.summary().candlesFilled;
}
process.send?.('running');
await run.done;
