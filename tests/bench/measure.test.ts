import { describe, expect, test } from 'vitest';
import { verdicts } from './measure/goals.ts';
import { judge } from './measure/judge.ts';
import { latency } from './measure/latency.ts';
import { section, withReports } from './measure/page.ts';
import { type Report, reportText } from './measure/report.ts';
import { rowsTable } from './measure/rows.ts';
import { figureOf, percentile, ratioOf, spread } from './measure/statistics.ts';
import type { Summary } from './measure/summary.ts';
import { takeTurns } from './measure/turns.ts';
import { PYTHON_WORKLOAD, value } from './measure/workload.ts';

describe('statistics', () => {
  test('nearest-rank percentiles', () => {
    const values = Array.from({ length: 100 }, (_, i) => 100 - i);
    expect([0, 50, 99, 100].map((p) => percentile(values, p))).toEqual([1, 50, 99, 100]);
    expect(percentile([7], 99)).toBe(7);
    expect(percentile([], 50)).toBeNaN();
  });

  test('half the range is the noise', () => {
    expect(spread([10, 16, 12])).toBe(3);
    expect(spread([10])).toBe(0);
  });
});

test('many short rounds: the median, and half the distance of the quartiles', () => {
  expect(figureOf([4, 1, 3, 2, 100, 5, 6, 7])).toEqual({ value: 4, noise: 2 });
  // Both were slow in the second round.
  expect(ratioOf([1, 10, 1], [2, 20, 2])).toEqual({ value: 0.5, noise: 0 });
});

test('contenders take turns, forwards and backwards, after rounds that do not count', async () => {
  const seen: string[] = [];
  const contender = (name: string) => ({ name, run: () => seen.push(name) });
  const [row] = await takeTurns([{ what: 'work', contenders: [contender('a'), contender('b')] }], {
    rounds: 3,
    warmUp: 1,
  });
  expect(seen.join('')).toBe('baabbaab');
  expect(row).toEqual({ what: 'work', rounds: { a: [3, 6, 7], b: [4, 5, 8] } });
});

describe('a goal', () => {
  test.each([
    [{ value: 1.2, noise: 0 }, { most: 1.3, unit: 'x' }, 'met'],
    [{ value: 1.35, noise: 0.1 }, { most: 1.3, unit: 'x' }, 'noise'],
    [{ value: 1.5, noise: 0.1 }, { most: 1.3, unit: 'x' }, 'missed'],
    [{ value: 2.1, noise: 0 }, { least: 2, unit: 'M/s' }, 'met'],
    [{ value: 1.9, noise: 0.2 }, { least: 2, unit: 'M/s' }, 'noise'],
    [{ value: 1.5, noise: 0.2 }, { least: 2, unit: 'M/s' }, 'missed'],
    [{ value: Number.NaN, noise: 0 }, { most: 1, unit: 'x' }, 'missed'],
    [{ value: 1, noise: Number.NaN }, { most: 0.5, unit: 'x' }, 'missed'],
    [undefined, { most: 1, unit: 'x' }, 'not measured'],
  ] as const)('%o held to %o is %s', (figure, limit, outcome) => {
    expect(judge('goal', figure, limit).outcome).toBe(outcome);
  });
});

describe('a report', () => {
  const report: Report = {
    bench: 'work',
    date: '2026-11-27T10:00:00.000Z',
    machine: '2 x Processor, 8 GB, linux 6',
    versions: { rival: '1.2.3' },
    setting: 'a million of each',
    tables: [rowsTable([{ what: 'sum', rounds: { ours: [1, 1, 1], rival: [4, 4, 4] } }], 'ms')],
    notes: ['No garbage.'],
    verdicts: [judge('sum <= 0.5x rival', { value: 0.25, noise: 0 }, { most: 0.5, unit: 'x' })],
    raw: [],
  };

  test('in text: setting, machine, versions, figures, ratio, goals', () => {
    const text = reportText(report);
    for (const part of [
      'work: a million of each',
      '2 x Processor',
      'rival 1.2.3',
      '1.00 ±0%',
      '0.25x',
      'No garbage.',
    ])
      expect(text).toContain(part);
    expect(text).toContain('✓ sum <= 0.5x rival: 0.25x');
  });

  test('in the page: in its old place, or after the others', () => {
    const page = '# Page\n\n<!-- end of benches -->\n\nrest\n';
    const once = withReports(page, [report, { ...report, bench: 'other' }]);
    expect(once).toContain(section(report));
    expect(once.indexOf('#### work')).toBeLessThan(once.indexOf('#### other'));
    const again = withReports(once, [{ ...report, setting: 'two million of each' }]);
    expect(again).toContain('two million of each');
    expect(again.match(/#### work/g)).toHaveLength(1);
    expect(again.indexOf('#### work')).toBeLessThan(again.indexOf('#### other'));
    expect(again.endsWith('rest\n')).toBe(true);
    expect(() => withReports('no marks', [report])).toThrow('lacks the mark');
  });

  test('of many goals, the page names those that are not met', () => {
    const verdicts = Array.from({ length: 20 }, (_, i) =>
      judge(`goal ${i} <= 18`, { value: i, noise: 0 }, { most: 18, unit: 'ms' }),
    );
    const text = section({ ...report, verdicts });
    expect(text).toContain('19 of 20 goals are met; all but these:');
    expect(text.match(/goal \d+/g)).toEqual(['goal 19']);
    expect(section({ ...report, verdicts: verdicts.slice(0, 19) })).toContain('19 of 19 goals are met.');
    expect(section({ ...report, verdicts: verdicts.slice(0, 3) }).match(/goal \d+/g)).toHaveLength(3);
  });
});

describe('latency', () => {
  test('a tick is on the screen with the first drawing that holds it or a later one', () => {
    const measured = latency(
      1,
      [1000, 1100, 1200, 1300],
      [
        [1, 1010],
        [3, 1290],
        [4, 1320],
      ],
    );
    expect(measured.delays).toEqual([10, 190, 90, 20]);
    expect(measured.drawings).toBe(3);
    expect(measured.sentRate).toBe(10);
  });

  test('drawings of earlier ticks and out of order arrivals count for nothing', () => {
    const measured = latency(
      5,
      [0, 10],
      [
        [4, 1],
        [6, 30],
        [5, 12],
      ],
    );
    expect(measured.delays).toEqual([12, 20]);
    expect(measured.drawings).toBe(2);
  });

  test('a tick that never came is infinitely late and part of the backlog', () => {
    const measured = latency(1, [0, 100, 200, 300], [[2, 150]]);
    expect(measured.delays).toEqual([150, 50, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
    expect(measured.backlog).toBe(1);
    expect(measured.p99).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('goals', () => {
  const sure = (at: number) => ({ value: at, noise: 0 });
  const summary = (name: string, p50: number, p99: number, over: Partial<Summary> = {}): Summary => ({
    name,
    firstFigure: sure(1200),
    rates: [10, 20].map((rate) => ({
      rate,
      ticks: 100,
      p50: sure(p50),
      p99: sure(p99),
      mainThread: sure(0.2),
      backlog: 0,
      drift: sure(0),
      drawn: 1,
      sentRate: rate,
    })),
    memory: { ticks: 2000, heapFirstMB: 50, heapLastMB: 50, nodesFirst: 900, nodesLast: 900 },
    ...over,
  });
  const missed = (ours: Summary, peer?: Summary) =>
    verdicts(ours, peer).filter(({ outcome }) => outcome !== 'met');

  test('all met', () => {
    expect(missed(summary('ours', 20, 60), summary('Bokeh', 80, 200))).toEqual([]);
  });

  test('a miss, a miss within the noise, and what was not measured', () => {
    const slow = summary('ours', 36, 120, { firstFigure: { value: 1600, noise: 150 } });
    delete slow.memory;
    expect(missed(slow).map(({ goal, outcome }) => `${goal}: ${outcome}`)).toEqual([
      'p50 at 10/s <= 35 ms: missed',
      'first figure <= 1500 ms after Run: noise',
      'heap grows by < 10 %: not measured',
      'DOM grows by < 2 %: not measured',
    ]);
  });

  test('half of the best peer is asked for', () => {
    expect(missed(summary('ours', 30, 100), summary('Bokeh', 50, 210)).map(({ goal }) => goal)).toEqual([
      'p50 at 10/s <= 0.5x Bokeh',
    ]);
  });

  test('ticks that never came are a miss, also against a peer whose ticks never came', () => {
    const never = summary('ours', Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
    expect(missed(never, never).map(({ goal }) => goal)).toEqual(
      [
        'p50 at 10/s <= 35 ms',
        'p99 at 10/s <= 120 ms',
        'p50 at 10/s <= 0.5x Bokeh',
        'p99 at 10/s <= 0.5x Bokeh',
      ].map((goal) => goal.replace('Bokeh', 'ours')),
    );
  });
});

test('the workload is the same in both languages, to the letter', () => {
  const python = PYTHON_WORKLOAD.match(/return (100 .*)/)?.[1]?.replaceAll('math.sin', 'Math.sin');
  const same = new Function('panel', 'i', `return ${python}`) as typeof value;
  for (const [panel, i] of [
    [0, 0],
    [3, 499],
    [5, 2600],
  ] as const)
    expect(same(panel, i)).toBe(value(panel, i));
});
