import { writeFileSync } from 'node:fs';
import { cpus, loadavg, platform, release, totalmem } from 'node:os';
import type { Verdict } from './judge.ts';
import { plainText, type Table } from './table.ts';

const MARKS: Record<Verdict['outcome'], string> = { met: '✓', noise: '~', missed: '✗', 'not measured': '-' };

/** What a benchmark found, as it is printed, written with `--json` and put into the page. */
export interface Report {
  bench: string;
  /** When it ended, ISO 8601. */
  date: string;
  machine: string;
  versions: Record<string, string>;
  /** What was measured and how often, in a sentence. */
  setting: string;
  tables: Table[];
  /** Sentences on what no table holds. */
  notes: string[];
  verdicts: Verdict[];
  /** All rounds. */
  raw: unknown;
}

/** Date and machine are added. */
export type Findings = Omit<Report, 'date' | 'machine'>;

export interface Outlet {
  /** File that the report is written to as JSON. */
  json?: string | undefined;
}

/** Prints the report, writes it where asked, and gives the exit code: 1 where a goal is missed beyond the noise. */
export function conclude(findings: Findings, { json }: Outlet = {}): number {
  const report: Report = { ...findings, date: new Date().toISOString(), machine: machineLine() };
  console.log(reportText(report));
  if (json) writeFileSync(json, `${JSON.stringify(report)}\n`);
  return report.verdicts.some(({ outcome }) => outcome === 'missed') ? 1 : 0;
}

export function reportText({ bench, machine, versions, setting, tables, notes, verdicts }: Report): string {
  return [
    `${bench}: ${setting}`,
    `${machine}; ${versionsLine(versions)}`,
    ...tables.map((table) => `\n${plainText(table)}`),
    ...(notes.length > 0 ? [`\n${notes.join('\n')}`] : []),
    `\n${verdictLines(verdicts)}`,
  ].join('\n');
}

export function versionsLine(versions: Record<string, string>): string {
  return Object.entries({ Node: process.version, ...versions })
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
}

/** Processor, memory and system; with the load where the machine is busy with something else. */
export function machineLine(): string {
  const cores = cpus();
  const load = loadavg()[0]!;
  // One core is busy with the benchmark itself.
  const busy = load > 1 + cores.length / 4 ? `; load ${load.toFixed(1)}: not a quiet machine` : '';
  return `${cores.length} x ${cores[0]?.model.trim()}, ${(totalmem() / 2 ** 30).toFixed(0)} GB, ${platform()} ${release()}${busy}`;
}

export function verdictLines(verdicts: readonly Verdict[]): string {
  return verdicts
    .map(
      ({ goal, measured, outcome }) =>
        `${MARKS[outcome]} ${goal}: ${measured || outcome}${outcome === 'noise' ? ' (within the noise)' : ''}`,
    )
    .join('\n');
}
