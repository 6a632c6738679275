import { describe, expect, test } from 'vitest';
import { verdicts } from './measure/goals.ts';
import { latency } from './measure/latency.ts';
import { percentile, spread } from './measure/statistics.ts';
import type { Summary } from './measure/summary.ts';
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
