import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Verdict } from './judge.ts';
import { type Report, versionsLine } from './report.ts';
import { markdown } from './table.ts';

/*
 * Puts the reports of `--json` files into the page on benchmarks: node page.ts FILE…
 * A benchmark that the files do not hold keeps what the page says of it.
 */

const PAGE = fileURLToPath(new URL('../../../environment.md', import.meta.url));
const OUTCOMES: Record<Verdict['outcome'], string> = {
  met: 'met',
  noise: 'missed within the noise',
  missed: '**missed**',
  'not measured': 'not measured',
};

/** Where there are more goals, a reader looks for those that are not met. */
const MOST_GOALS = 12;

/** One benchmark's part of the page, between marks by which the next run finds it again. */
export function section({
  bench,
  date,
  machine,
  versions,
  setting,
  tables,
  notes,
  verdicts,
}: Report): string {
  const met = verdicts.filter(({ outcome }) => outcome === 'met').length;
  const isLong = verdicts.length > MOST_GOALS;
  const goals = {
    head: ['goal', 'measured', ''],
    rows: verdicts
      .filter(({ outcome }) => !isLong || outcome !== 'met')
      .map(({ goal, measured, outcome }) => [goal, measured, OUTCOMES[outcome]]),
  };
  return [
    begin(bench),
    `#### ${bench}`,
    `${setting}. ${date.slice(0, 10)}; ${machine}; ${versionsLine(versions)}.`,
    ...tables.map(markdown),
    ...(notes.length > 0 ? [notes.join('  \n')] : []),
    ...(isLong
      ? [`${met} of ${verdicts.length} goals are met${goals.rows.length > 0 ? '; all but these:' : '.'}`]
      : []),
    ...(goals.rows.length > 0 ? [markdown(goals)] : []),
    end(bench),
  ].join('\n\n');
}

/** The page with these reports in it, each in its old place or after the last one. @throws Error without marks */
export function withReports(page: string, reports: readonly Report[]): string {
  if (!page.includes(LAST)) throw new Error(`environment.md lacks the mark ${LAST}`);
  return reports.reduce((text, report) => {
    const from = text.indexOf(begin(report.bench));
    const to = text.indexOf(end(report.bench));
    return from >= 0 && to > from
      ? text.slice(0, from) + section(report) + text.slice(to + end(report.bench).length)
      : text.replace(LAST, () => `${section(report)}\n\n${LAST}`);
  }, page);
}

const begin = (bench: string) => `<!-- bench ${bench} -->`;
const end = (bench: string) => `<!-- end of bench ${bench} -->`;
const LAST = '<!-- end of benches -->';

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const reports = process.argv
    .slice(2)
    .flatMap((file) => (JSON.parse(readFileSync(file, 'utf8')) as { reports: Report[] }).reports);
  writeFileSync(PAGE, withReports(readFileSync(PAGE, 'utf8'), reports));
  console.log(`environment.md: ${reports.map(({ bench }) => bench).join(', ')}`);
}
