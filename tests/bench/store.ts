/** Delta tables: appends of 1,000 rows, opening 1,000 commits, a million rows at once, trades a second; delta-rs and DuckDB on the same work. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonWith } from '../fixtures/python.ts';
import { judge } from './measure/judge.ts';
import { benchOptions, positive } from './measure/options.ts';
import { conclude } from './measure/report.ts';
import { rowsTable } from './measure/rows.ts';
import { percentile } from './measure/statistics.ts';
import { type MeasuredRow, ratio, takeTurns } from './measure/turns.ts';
import { pythonVersion, startPython } from './peers/python.ts';
import { querySubjects } from './store/query.ts';
import { appends, commits, opens, sustained } from './store/work.ts';
import { writes } from './store/write.ts';

const options = benchOptions();
const rounds = positive('rounds', options.rounds ?? '5');
/** A query takes a few milliseconds, less than a scheduler may take from it. */
const TIMES_ASKED = 10;
/** So that compaction runs in the first quarter too. */
const SUSTAINED_SECONDS = 48;
const folder = mkdtempSync(join(tmpdir(), 'candlebook-bench-'));
const at = (name: string) => join(folder, name);
const python = pythonWith('deltalake');
const peer = python
  ? startPython(python, fileURLToPath(new URL('store/delta_rs.py', import.meta.url)))
  : undefined;
const notes: string[] = peer
  ? []
  : ['delta-rs is not there (npm run setup -- --tests): only our own figures.'];

try {
  // By turns, so that what else the machine does falls on all alike.
  const taken = { plain: [] as number[], once: [] as number[], peer: [] as number[] };
  await appends(at('plain'), 20, false);
  await appends(at('once'), 20, true);
  await peer?.ask<number[]>('append', at('peer'), 20);
  for (let round = 0; round < rounds; round++) {
    taken.plain.push(...(await appends(at('plain'), 40, false)));
    taken.once.push(...(await appends(at('once'), 40, true)));
    taken.peer.push(...((await peer?.ask<number[]>('append', at('peer'), 40)) ?? []));
  }
  await appends(at('once'), 1_000 - 20 - 40 * rounds, true);
  const opened = { ours: [] as number[], peer: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    opened.ours.push(...(await opens(at('once'), 5)));
    opened.peer.push(...((await peer?.ask<number[]>('open', at('once'), 5)) ?? []));
  }
  const once = await commits(at('commits'));
  const question = await querySubjects(at('query'));
  const asked = await question.plain();
  const timed = (work: () => Promise<readonly [number, number]>) => async () => {
    const began = performance.now();
    for (let time = 0; time < TIMES_ASKED; time++) {
      const [count, turnover] = await work();
      if (count !== asked[0] || Math.abs(turnover - asked[1]) > 1e-6)
        throw new Error(`${count} rows, not ${asked[0]}`);
    }
    return (performance.now() - began) / TIMES_ASKED;
  };
  const [committed] = await takeTurns(
    [
      {
        what: 'commit 10,000 trades, each once, CPU',
        contenders: [
          { name: 'candlebook', run: once.once },
          { name: 'whatever comes', run: once.plain },
        ],
      },
    ],
    { rounds: rounds * 12 },
  );
  const [queried] = await takeTurns(
    [
      {
        what: 'an hour of one symbol out of 1,050,000 trades',
        contenders: [
          { name: 'candlebook sql', run: timed(question.sql) },
          { name: 'candlebook read', run: timed(question.read) },
          { name: 'DuckDB on the files', run: timed(question.plain) },
        ],
      },
    ],
    { rounds: rounds * 3 },
  );
  const looked = question.report();
  await question.close();
  const stream = await sustained(at('stream'), SUSTAINED_SECONDS);
  const write = await writes(folder, rounds);
  const row = (what: string, ours: number[], theirs: number[]): MeasuredRow => ({
    what,
    rounds: { candlebook: ours, ...(peer ? { 'delta-rs': theirs } : {}) },
  });
  const append = row('append 1,000 rows, exactly once', taken.once, taken.peer);
  const plain = row('append 1,000 rows', taken.plain, taken.peer);
  const open = row('open 1,000 commits with checkpoint', opened.ours, opened.peer);
  const overhead = ratio(committed!, 'candlebook', 'whatever comes')!;
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  notes.push(
    `Append, 90th percentile: ${percentile(taken.once, 90).toFixed(1)} ms${peer ? `, delta-rs ${percentile(taken.peer, 90).toFixed(1)} ms` : ''}; the txn costs ${((percentile(taken.once, 50) / percentile(taken.plain, 50) - 1) * 100).toFixed(1)} % of an append.`,
    `Each trade once, by its id, costs ${percent(overhead.value - 1)} ± ${percent(overhead.noise)} of the processor's time for a commit of 10,000 trades.`,
    `The query by read(): ${asked[0]} rows; ${looked}.`,
    `Sustained into raw/trades with ${stream.compactions} compactions beside it: ${Math.round(stream.perSecond).toLocaleString('en-US')} trades a second; memory at most ${Math.round(stream.firstMb)} MB in the first quarter of ${SUSTAINED_SECONDS} s, ${Math.round(stream.lastMb)} MB in the last; in use after a collection ${Math.round(stream.firstLiveMb)} and ${Math.round(stream.lastLiveMb)} MB.`,
  );
  process.exitCode = conclude(
    {
      bench: 'store',
      versions: python ? { 'delta-rs': await pythonVersion(python, 'deltalake') } : {},
      setting: `12 columns on local disk; ${rounds} rounds in turn`,
      tables: [
        rowsTable([append, plain, open], 'ms', 1),
        rowsTable([write.clock, write.cpu], 'ms', 1),
        rowsTable([committed!], 'ms', 1),
        rowsTable([queried!], 'ms', 1),
      ],
      notes,
      verdicts: [
        judge('append, exactly once, <= 1x delta-rs', ratio(append, 'candlebook', 'delta-rs'), {
          most: 1,
          unit: 'x',
        }),
        judge('write 1,000,000 x 12 <= 1.1x DuckDB, CPU', ratio(write.cpu, 'candlebook', 'DuckDB'), {
          most: 1.1,
          unit: 'x',
        }),
        judge('open <= 1x delta-rs', ratio(open, 'candlebook', 'delta-rs'), { most: 1, unit: 'x' }),
        judge(
          'sustained >= 50,000 trades/s',
          { value: stream.perSecond, noise: 0 },
          { least: 50_000, unit: 'trades/s' },
        ),
        judge(
          'sustained: memory of the last quarter <= 1.2x the first',
          { value: stream.lastMb / stream.firstMb, noise: 0 },
          { most: 1.2, unit: 'x' },
        ),
        judge(
          'skipping query by sql <= 1.1x DuckDB on the files',
          ratio(queried!, 'candlebook sql', 'DuckDB on the files'),
          { most: 1.1, unit: 'x' },
        ),
      ],
      raw: { taken, opened, committed, queried, stream },
    },
    options,
  );
} finally {
  await peer?.close();
  rmSync(folder, { recursive: true, force: true });
}
