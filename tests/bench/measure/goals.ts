import type { Figure, Summary } from './summary.ts';

export interface Verdict {
  goal: string;
  measured: string;
  /** `noise`: over the goal, but by less than the rounds disagree among themselves. */
  outcome: 'met' | 'noise' | 'missed' | 'not measured';
}

/** A latency that grows by more than this within a run is a backlog that grows. */
const DRIFT_MS = 100;
const HEAP_GROWTH = 1.1;
const NODE_GROWTH = 1.02;
const RATIO_TO_BEST_PEER = 0.5;

/** What the live board is held to, at 10 updates a second where nothing else is said. */
export function verdicts(ours: Summary, bestPeer?: Summary): Verdict[] {
  const ten = ours.rates.find(({ rate }) => rate === 10);
  const twenty = ours.rates.find(({ rate }) => rate === 20);
  const peerTen = bestPeer?.rates.find(({ rate }) => rate === 10);
  const { memory } = ours;
  const ratio = (mine: Figure | undefined, theirs: Figure | undefined): Figure | undefined =>
    mine && theirs && { value: mine.value / theirs.value, noise: mine.noise / theirs.value };
  const exact = (value: number | undefined): Figure | undefined =>
    value === undefined ? undefined : { value, noise: 0 };
  const peer = bestPeer?.name ?? 'peer';
  return [
    judge('p50 at 10/s <= 35 ms', ten?.p50, 35, 'ms'),
    judge('p99 at 10/s <= 120 ms', ten?.p99, 120, 'ms'),
    judge('main thread at 10/s < 50 %', ten && scale(ten.mainThread, 100), 50, '%'),
    judge(`latency at 20/s grows by < ${DRIFT_MS} ms within a run`, twenty?.drift, DRIFT_MS, 'ms'),
    judge('first figure <= 1500 ms after Run', ours.firstFigure, 1500, 'ms'),
    judge(
      `heap grows by < 10 %${overTicks(memory)}`,
      exact(memory && memory.heapLastMB / memory.heapFirstMB),
      HEAP_GROWTH,
      'x',
    ),
    judge(
      `DOM grows by < 2 %${overTicks(memory)}`,
      exact(memory && memory.nodesLast / memory.nodesFirst),
      NODE_GROWTH,
      'x',
    ),
    ...(bestPeer
      ? [
          judge(
            `p50 at 10/s <= ${RATIO_TO_BEST_PEER}x ${peer}`,
            ratio(ten?.p50, peerTen?.p50),
            RATIO_TO_BEST_PEER,
            'x',
          ),
          judge(
            `p99 at 10/s <= ${RATIO_TO_BEST_PEER}x ${peer}`,
            ratio(ten?.p99, peerTen?.p99),
            RATIO_TO_BEST_PEER,
            'x',
          ),
        ]
      : []),
  ];
}

function judge(goal: string, figure: Figure | undefined, limit: number, unit: string): Verdict {
  if (!figure) return { goal, measured: '', outcome: 'not measured' };
  const { value, noise } = figure;
  const digits = unit === 'x' ? 2 : 0;
  const measured = `${value.toFixed(digits)}${unit === 'x' ? 'x' : ` ${unit}`}${noise ? ` ± ${noise.toFixed(digits)}` : ''}`;
  // Not `value > limit`: a figure that is no number is a miss.
  const outcome = value <= limit ? 'met' : value - noise <= limit ? 'noise' : 'missed';
  return { goal, measured, outcome };
}

const scale = ({ value, noise }: Figure, by: number): Figure => ({ value: value * by, noise: noise * by });
const overTicks = (memory: Summary['memory']) => (memory ? ` over ${memory.ticks} ticks` : '');
