import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { say } from '../../fixtures/step.ts';
import { type Figure, figureOf, ratioOf } from './statistics.ts';

/** One of those that do the same work. */
export interface Contender {
  name: string;
  /** Does the work once. @returns the figure, in the row's unit */
  run(): number | Promise<number>;
}

/** What is compared; the first contender is ours. */
export interface Row {
  what: string;
  contenders: readonly Contender[];
}

export interface MeasuredRow {
  what: string;
  /** Of each subject, its figure in each round. */
  rounds: Record<string, number[]>;
}

export interface TurnsOptions {
  rounds: number;
  /** Rounds before that, which do not count: engines compile what they have seen run. Default 2. */
  warmUp?: number;
}

/**
 * Lets the subjects of each row take turns, forwards and backwards by round, so that a machine that is busy for a
 * while is busy for all of them.
 */
export async function takeTurns(rows: readonly Row[], options: TurnsOptions): Promise<MeasuredRow[]> {
  const { rounds, warmUp = 2 } = options;
  const measured = rows.map(({ what, contenders }): MeasuredRow => {
    return { what, rounds: Object.fromEntries(contenders.map(({ name }) => [name, []])) };
  });
  let said = performance.now();
  for (let round = -warmUp; round < rounds; round++) {
    for (const [i, { what, contenders }] of rows.entries()) {
      for (const { name, run } of round % 2 === 0 ? contenders : contenders.toReversed()) {
        collectGarbage();
        const figure = await run();
        if (round >= 0) measured[i]!.rounds[name]!.push(figure);
      }
      if (performance.now() - said < 5_000) continue;
      said = performance.now();
      say(`· ${round < 0 ? 'warming up' : `round ${round + 1}/${rounds}`}: ${what}`);
    }
  }
  return measured;
}

setFlagsFromString('--expose-gc');
/** Before each turn, so that nobody pays for what another left behind. */
export const collectGarbage = runInNewContext('gc') as () => void;

/** Systems count a thread's time in steps of some milliseconds. */
const LEAST_CPU_MS = 60;

/**
 * Milliseconds that the work kept the processor busy in this thread, on average of as many repetitions as take 60 ms:
 * what else the machine does hardly shows. Work shorter than that is repeated for 30 ms before, uncounted: collections
 * throw compiled code away, and how soon it is back says nothing of the work.
 */
export function cpuTime(work: () => unknown): number {
  const once = cpuSince(work, 0);
  if (once.taken >= LEAST_CPU_MS) return once.taken;
  cpuSince(work, LEAST_CPU_MS / 2);
  const { taken, times } = cpuSince(work, LEAST_CPU_MS);
  return taken / times;
}

/** Does the work once or more, for `least` ms. */
function cpuSince(work: () => unknown, least: number): { taken: number; times: number } {
  const began = process.threadCpuUsage();
  for (let times = 1; ; times++) {
    work();
    const { user, system } = process.threadCpuUsage(began);
    const taken = (user + system) / 1000;
    if (taken >= least) return { taken, times };
  }
}

/** Milliseconds of the work by the clock. */
export function time(work: () => unknown): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

export const figure = ({ rounds }: MeasuredRow, name: string): Figure | undefined =>
  rounds[name] && figureOf(rounds[name]);

/** How many times the first's figure is of the second's; `undefined` where one was not measured. */
export const ratio = ({ rounds }: MeasuredRow, ours: string, theirs: string): Figure | undefined =>
  rounds[ours] && rounds[theirs] && ratioOf(rounds[ours], rounds[theirs]);
