import type { Summary } from './summary.ts';
import type { Table } from './table.ts';

/** What each subject showed at each rate. */
export function figuresTable(summaries: readonly Summary[]): Table {
  const rows = summaries.flatMap(({ name, rates, firstFigure }) =>
    rates.map((at, i) => [
      i === 0 ? name : '',
      `${at.rate}${at.sentRate < 0.95 * at.rate ? ` (${at.sentRate.toFixed(1)} sent)` : ''}`,
      late(at.p50.value),
      late(at.p99.value),
      late(at.drift.value),
      String(at.backlog),
      at.drawn.toFixed(2),
      (100 * at.mainThread.value).toFixed(0),
      i === 0 ? late(firstFigure.value) : '',
    ]),
  );
  const head = [
    'subject',
    'a second',
    'p50 ms',
    'p99 ms',
    'drift ms',
    'backlog',
    'drawn',
    'main %',
    'first figure ms',
  ];
  return { head, rows };
}

/** One subject's figures divided by another's, rate by rate. */
export function ratiosTable(ours: Summary, peers: readonly Summary[]): Table {
  const rows = peers.flatMap((peer) =>
    peer.rates.map((theirs, i) => {
      const mine = ours.rates[i]!;
      return [
        i === 0 ? `${ours.name} / ${peer.name}` : '',
        String(theirs.rate),
        times(mine.p50.value / theirs.p50.value),
        times(mine.p99.value / theirs.p99.value),
        times(mine.mainThread.value / theirs.mainThread.value),
        i === 0 ? times(ours.firstFigure.value / peer.firstFigure.value) : '',
      ];
    }),
  );
  return { head: ['ratio', 'a second', 'p50', 'p99', 'main', 'first figure'], rows };
}

const late = (ms: number) => (Number.isFinite(ms) ? ms.toFixed(0) : 'never');
const times = (ratio: number) => (Number.isFinite(ratio) ? `${ratio.toFixed(2)}x` : '-');
