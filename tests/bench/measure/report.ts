import { cpus, loadavg, platform, release, totalmem } from 'node:os';
import type { Verdict } from './goals.ts';
import type { Summary } from './summary.ts';

const MARKS: Record<Verdict['outcome'], string> = { met: '✓', noise: '~', missed: '✗', 'not measured': '-' };

/** The machine and what runs on it, in one line; `versions` in the order given. */
export function machineLine(versions: Record<string, string>): string {
  const cores = cpus();
  const load = loadavg()[0]!;
  const busy = load > cores.length / 4 ? ` — load ${load.toFixed(1)}: not a quiet machine` : '';
  const names = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `${cores.length} x ${cores[0]?.model.trim()}, ${(totalmem() / 2 ** 30).toFixed(0)} GB, ${platform()} ${release()}; ${names.join(', ')}${busy}`;
}

/** The figures as a table in fixed columns. */
export function figuresTable(summaries: readonly Summary[]): string {
  const heads = [
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
  return columns([heads, ...rows]);
}

/** One subject's figures divided by another's, rate by rate. */
export function ratiosTable(ours: Summary, peers: readonly Summary[]): string {
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
  return columns([['ratio', 'a second', 'p50', 'p99', 'main', 'first figure'], ...rows]);
}

export function verdictLines(verdicts: readonly Verdict[]): string {
  return verdicts
    .map(
      ({ goal, measured, outcome }) =>
        `${MARKS[outcome]} ${goal}: ${measured || outcome}${outcome === 'noise' ? ' (within the noise)' : ''}`,
    )
    .join('\n');
}

const late = (ms: number) => (Number.isFinite(ms) ? ms.toFixed(0) : 'never');
const times = (ratio: number) => (Number.isFinite(ratio) ? `${ratio.toFixed(2)}x` : '-');

function columns(rows: string[][]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row.map((text, i) => (i === 0 ? text.padEnd(widths[i]!) : text.padStart(widths[i]!))).join('  '),
    )
    .join('\n');
}
