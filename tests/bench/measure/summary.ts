import type { SessionResult } from './session.ts';
import { type Figure, median, percentile, spread } from './statistics.ts';

/** One subject at one rate: all rounds taken together. Times in ms. */
export interface RateSummary {
  rate: number;
  ticks: number;
  p50: Figure;
  p99: Figure;
  mainThread: Figure;
  /** Largest of the rounds, in ticks. */
  backlog: number;
  /** Median of the last quarter's latency less the first quarter's. */
  drift: Figure;
  /** Drawings for each tick: under 1 where ticks were merged. */
  drawn: number;
  sentRate: number;
}

export interface Summary {
  name: string;
  firstFigure: Figure;
  rates: RateSummary[];
  memory?: NonNullable<SessionResult['memory']>;
}

const figure = (values: number[]): Figure => ({ value: median(values), noise: spread(values) });

/** Percentiles are of the ticks of all rounds together; everything else is the rounds' median. */
export function summarise(name: string, rounds: readonly SessionResult[]): Summary {
  const memory = rounds.findLast((round) => round.memory)?.memory;
  const rates = rounds[0]!.runs.map(({ rate }, i): RateSummary => {
    const runs = rounds.map((round) => round.runs[i]!);
    const delays = runs.flatMap((run) => run.delays);
    return {
      rate,
      ticks: delays.length,
      p50: { value: percentile(delays, 50), noise: spread(runs.map((run) => run.p50)) },
      p99: { value: percentile(delays, 99), noise: spread(runs.map((run) => run.p99)) },
      mainThread: figure(runs.map((run) => run.mainThread)),
      backlog: Math.max(...runs.map((run) => run.backlog)),
      drift: figure(runs.map((run) => run.lastQuarter - run.firstQuarter)),
      drawn: runs.reduce((sum, run) => sum + run.drawings, 0) / delays.length,
      sentRate: median(runs.map((run) => run.sentRate)),
    };
  });
  return {
    name,
    firstFigure: figure(rounds.map((round) => round.firstFigure)),
    rates,
    ...(memory ? { memory } : {}),
  };
}
