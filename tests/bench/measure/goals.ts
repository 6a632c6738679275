import { judge, type Verdict } from './judge.ts';
import type { Figure } from './statistics.ts';
import type { Summary } from './summary.ts';

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
    judge('p50 at 10/s <= 35 ms', ten?.p50, { most: 35, unit: 'ms' }),
    judge('p99 at 10/s <= 120 ms', ten?.p99, { most: 120, unit: 'ms' }),
    judge('main thread at 10/s < 50 %', ten && scale(ten.mainThread, 100), { most: 50, unit: '%' }),
    judge(`latency at 20/s grows by < ${DRIFT_MS} ms within a run`, twenty?.drift, {
      most: DRIFT_MS,
      unit: 'ms',
    }),
    judge('first figure <= 1500 ms after Run', ours.firstFigure, { most: 1500, unit: 'ms' }),
    judge(
      `heap grows by < 10 %${overTicks(memory)}`,
      exact(memory && memory.heapLastMB / memory.heapFirstMB),
      { most: HEAP_GROWTH, unit: 'x' },
    ),
    judge(`DOM grows by < 2 %${overTicks(memory)}`, exact(memory && memory.nodesLast / memory.nodesFirst), {
      most: NODE_GROWTH,
      unit: 'x',
    }),
    ...(bestPeer
      ? [
          judge(`p50 at 10/s <= ${RATIO_TO_BEST_PEER}x ${peer}`, ratio(ten?.p50, peerTen?.p50), {
            most: RATIO_TO_BEST_PEER,
            unit: 'x',
          }),
          judge(`p99 at 10/s <= ${RATIO_TO_BEST_PEER}x ${peer}`, ratio(ten?.p99, peerTen?.p99), {
            most: RATIO_TO_BEST_PEER,
            unit: 'x',
          }),
        ]
      : []),
  ];
}

const scale = ({ value, noise }: Figure, by: number): Figure => ({ value: value * by, noise: noise * by });
const overTicks = (memory: Summary['memory']) => (memory ? ` over ${memory.ticks} ticks` : '');
