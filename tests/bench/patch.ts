/** A tick of a board of 500 bars, twelve coins and all panels: kernel time, bytes, and ways to redraw it in a browser. */
import { applyPatch, patch } from '../../src/dashboard/index.ts';
import { judge } from './measure/judge.ts';
import { benchOptions, positive } from './measure/options.ts';
import { conclude } from './measure/report.ts';
import { rowsTable } from './measure/rows.ts';
import { figure, type MeasuredRow, ratio, takeTurns } from './measure/turns.ts';
import { content, POINTS } from './patch/market.ts';
import { redrawPage, WAYS } from './patch/redraw.ts';

const options = benchOptions();
const rounds = positive('rounds', options.rounds ?? '9');
const TIMES = 40;

const boards = [0, 1].map((tick) => content(tick, 0));
const drawn = boards.map(({ draw }) => draw());
const closed = content(0, 1).draw();
const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
const changes = {
  tick: patch(drawn[0], drawn[1]),
  bar: patch(drawn[0], closed),
};
for (const [name, next] of [
  ['tick', drawn[1]],
  ['bar', closed],
] as const) {
  if (!same(applyPatch(structuredClone(drawn[0]), changes[name]), next))
    throw new Error(`the patch of a ${name} does not lead to the next board`);
}
/** CPU time of the process, so that what else the machine does is not in it. */
function mean(work: (k: number) => unknown): () => number {
  return () => {
    const began = process.cpuUsage();
    for (let k = 0; k < TIMES; k++) work(k);
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1000 / TIMES;
  };
}

const kernel = await takeTurns(
  [
    {
      what: 'patch of a tick',
      contenders: [
        { name: 'candlebook', run: mean((k) => patch(drawn[k % 2], drawn[(k + 1) % 2])) },
        { name: 'whole as JSON', run: mean((k) => JSON.stringify(drawn[k % 2])) },
      ],
    },
    {
      what: 'patch of a closed bar',
      contenders: [
        { name: 'candlebook', run: mean(() => patch(drawn[0], closed)) },
        { name: 'whole as JSON', run: mean(() => JSON.stringify(closed)) },
      ],
    },
    {
      what: 'figures drawn anew',
      contenders: [{ name: 'candlebook', run: mean((k) => boards[k % 2]!.draw()) }],
    },
    {
      what: 'all of a tick: figures, patch, copy kept',
      contenders: [
        {
          name: 'candlebook',
          run: () => {
            let sent = structuredClone(drawn[0]);
            return mean((k) => {
              sent = applyPatch(sent, patch(sent, boards[(k + 1) % 2]!.draw()));
            })();
          },
        },
      ],
    },
  ],
  { rounds },
);

const height = drawn[0]!.candles!.layout.height!;
const page = await redrawPage([drawn[0]!.candles!, drawn[1]!.candles!], 1200, height);
let redraws: MeasuredRow[];
try {
  redraws = await takeTurns(
    [
      {
        what: `chart of ${POINTS} bars and five indicators`,
        contenders: WAYS.map((way) => ({ name: way, run: () => page.redraw(way, 5) })),
      },
    ],
    { rounds: Math.min(rounds, 5), warmUp: 1 },
  );
} finally {
  await page.close();
}

const bytes = (value: unknown) => JSON.stringify(value).length.toLocaleString('en-US');
const [tick, , , all] = kernel as [MeasuredRow, MeasuredRow, MeasuredRow, MeasuredRow];
process.exitCode = conclude(
  {
    bench: 'patch',
    versions: { Chromium: page.version },
    setting: `12 coins, 12 panels, chart of ${POINTS} bars; every coin trades in a tick; ${rounds} rounds in turn`,
    tables: [rowsTable(kernel, 'ms of CPU in the kernel'), rowsTable(redraws, 'ms a redraw', 1)],
    notes: [
      `Bytes: tick ${bytes(changes.tick)}, closed bar ${bytes(changes.bar)}, whole board ${bytes(drawn[1])}.`,
      'Redraws are of the whole chart, axes included; the live layer leaves the axes to Plotly while they stand.',
    ],
    verdicts: [
      judge('patch of a tick < 5 ms', figure(tick, 'candlebook'), { most: 5, unit: 'ms', digits: 2 }),
      judge('all of a tick < 5 ms', figure(all, 'candlebook'), { most: 5, unit: 'ms', digits: 2 }),
      judge('canvas layer <= 0.5x react', ratio(redraws[0]!, 'canvas layer', 'react'), {
        most: 0.5,
        unit: 'x',
      }),
      judge('canvas layer <= 1x restyle', ratio(redraws[0]!, 'canvas layer', 'restyle'), {
        most: 1,
        unit: 'x',
      }),
    ],
    raw: { kernel, redraws },
  },
  options,
);
