/** Starting: import of the package, the demo to its printed address, Run All in its notebook to the first figure. */
import { openBrowser } from '../fixtures/browser.ts';
import { step } from '../fixtures/step.ts';
import { judge } from './measure/judge.ts';
import { benchOptions, positive } from './measure/options.ts';
import { conclude } from './measure/report.ts';
import { figureOf } from './measure/statistics.ts';
import type { Table } from './measure/table.ts';
import { processThat, type Taken, WAYS, type Way } from './start/imports.ts';
import { type Started, startDemo } from './start/lab.ts';

/** Processes of a round, which are short, in turn. */
const PROCESSES = 4;

const options = benchOptions();
const rounds = positive('rounds', options.rounds ?? '5');
const ways = Object.keys(WAYS) as Way[];
const taken = new Map<Way, Taken[]>(ways.map((way) => [way, []]));
const started: Started[] = [];

const browser = await openBrowser();
try {
  // The round before the first fills the machine's caches, as whoever starts a second time finds them.
  for (let round = -1; round < rounds; round++) {
    const demo = await step(round < 0 ? 'warming up' : `round ${round + 1}/${rounds}`, async () => {
      for (let i = 0; i < PROCESSES; i++)
        for (const way of i % 2 === 0 ? ways : ways.toReversed()) {
          const one = processThat(way);
          if (round >= 0) taken.get(way)!.push(one);
        }
      return startDemo(browser);
    });
    if (round >= 0) started.push(demo);
  }
} finally {
  await browser.close();
}

const IMPORTS = ['ES module', 'CommonJS'] as const;
const of = (way: Way, what: keyof Taken) => taken.get(way)!.map((one) => one[what]);
/** Beyond a Node process that does nothing, turn by turn. */
const beyond = (way: Way, what: keyof Taken) => {
  const empty = of('nothing', what);
  return figureOf(of(way, what).map((value, turn) => value - empty[turn]!));
};
const demo = figureOf(started.map((one) => one.demo));
const firstFigure = figureOf(started.map((one) => one.firstFigure));
const shown = ({ value, noise }: { value: number; noise: number }) =>
  `${value.toFixed(0)} ±${((noise / Math.abs(value)) * 100).toFixed(0)}%`;
const imports: Table = {
  head: ['a Node process that imports', 'clock ms', 'CPU ms', 'beyond nothing: clock ms', 'CPU ms'],
  rows: ways.map((way) => [
    way,
    shown(figureOf(of(way, 'clock'))),
    shown(figureOf(of(way, 'cpu'))),
    ...(way === 'nothing' ? ['–', '–'] : [shown(beyond(way, 'clock')), shown(beyond(way, 'cpu'))]),
  ]),
};
process.exitCode = conclude(
  {
    bench: 'start',
    versions: { Chromium: browser.version() },
    setting: `${rounds * PROCESSES} processes each in turn; ${rounds} starts of npm run demo, everything installed, each with JupyterLab in a fresh page`,
    tables: [
      imports,
      {
        head: ['step', 'ms'],
        rows: [
          ['npm run demo to its printed address', shown(demo)],
          ['Run All in 03-dashboard, kernel idle, to the board on the screen', shown(firstFigure)],
        ],
      },
    ],
    notes: [],
    verdicts: [
      judge('first figure <= 1,500 ms after Run', firstFigure, { most: 1_500, unit: 'ms' }),
      ...IMPORTS.map((way) =>
        judge(`import as ${way} <= 100 ms`, beyond(way, 'clock'), { most: 100, unit: 'ms' }),
      ),
      judge('npm run demo, started again, <= 6,000 ms', demo, { most: 6_000, unit: 'ms' }),
    ],
    raw: { processes: Object.fromEntries(taken), started },
  },
  options,
);
