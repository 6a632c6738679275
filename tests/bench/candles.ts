/** Trades of 7 symbols into series of 5 intervals each, with six indicators on every forming bar: events a second a core. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { measureCandles } from './candles/work.ts';
import { judge } from './measure/judge.ts';
import { benchOptions, positive } from './measure/options.ts';
import { conclude } from './measure/report.ts';
import { figureOf } from './measure/statistics.ts';

const WORK = fileURLToPath(new URL('candles/work.ts', import.meta.url));
type Measured = ReturnType<typeof measureCandles>;

const options = benchOptions({ events: { type: 'string', default: '3000000' } });
const rounds = positive('rounds', options.rounds ?? '3');
const events = positive('events', options.events);

/** Each round in a process of its own, which holds nothing else. */
function measure(): Measured {
  const child = spawnSync(process.execPath, ['--expose-gc', WORK, String(events)], {
    encoding: 'utf8',
    timeout: 240_000,
  });
  if (child.status !== 0) throw new Error(child.stderr);
  return JSON.parse(child.stdout) as Measured;
}

const measured = Array.from({ length: rounds }, measure);
const figure = (of: (one: Measured) => number) => figureOf(measured.map(of));
const shown = (of: (one: Measured) => number, digits = 2) => {
  const { value, noise } = figure(of);
  return `${value.toFixed(digits)} ±${((noise / value) * 100).toFixed(0)}%`;
};
process.exitCode = conclude(
  {
    bench: 'candles',
    versions: {},
    setting: `${events.toLocaleString('en-US')} trades of 7 symbols in turn, CPU time of one thread; ${rounds} rounds`,
    tables: [
      {
        head: ['work', 'million trades a second', 'million updates of bars a second'],
        rows: [
          ['candles of 5 intervals each', shown((one) => one.candles), shown((one) => one.candles * 5, 1)],
          [
            'the same, six indicators peeked at every trade',
            shown((one) => one.peeked),
            shown((one) => one.peeked * 5, 1),
          ],
        ],
      },
    ],
    notes: [
      `Held after a collection: ${figure((one) => one.heldBefore / 1e6).value.toFixed(1)} MB after a tenth of the trades, ${figure((one) => one.heldAfter / 1e6).value.toFixed(1)} MB at the end.`,
    ],
    verdicts: [
      judge(
        'trades to 7 symbols x 5 intervals with 6 indicators each >= 2 M/s',
        figure((one) => one.peeked),
        {
          least: 2,
          unit: 'M/s',
          digits: 2,
        },
      ),
      judge(
        'what is held grows by < 5 %',
        figure((one) => one.heldAfter / one.heldBefore),
        { most: 1.05, unit: 'x' },
      ),
    ],
    raw: measured,
  },
  options,
);
