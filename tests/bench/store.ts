/** Delta tables: appends of 1,000 rows, opening 1,000 commits, trades a second; delta-rs on the same work. */
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
import { type MeasuredRow, ratio } from './measure/turns.ts';
import { pythonVersion, startPython } from './peers/python.ts';
import { appends, opens, sustained } from './store/work.ts';

const options = benchOptions();
const rounds = positive('rounds', options.rounds ?? '5');
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
  const stream = await sustained(at('stream'), 5);
  const row = (what: string, ours: number[], theirs: number[]): MeasuredRow => ({
    what,
    rounds: { candlebook: ours, ...(peer ? { 'delta-rs': theirs } : {}) },
  });
  const append = row('append 1,000 rows, exactly once', taken.once, taken.peer);
  const plain = row('append 1,000 rows', taken.plain, taken.peer);
  const open = row('open 1,000 commits with checkpoint', opened.ours, opened.peer);
  notes.push(
    `Append, 90th percentile: ${percentile(taken.once, 90).toFixed(1)} ms${peer ? `, delta-rs ${percentile(taken.peer, 90).toFixed(1)} ms` : ''}; exactly once costs ${((percentile(taken.once, 50) / percentile(taken.plain, 50) - 1) * 100).toFixed(1)} % of an append.`,
    `Sustained into raw/trades: ${Math.round(stream.perSecond).toLocaleString('en-US')} trades a second, at most ${Math.round(stream.peakMb)} MB.`,
  );
  process.exitCode = conclude(
    {
      bench: 'store',
      versions: python ? { 'delta-rs': await pythonVersion(python, 'deltalake') } : {},
      setting: `12 columns on local disk; ${rounds} rounds in turn`,
      tables: [rowsTable([append, plain, open], 'ms', 1)],
      notes,
      verdicts: [
        judge('append, exactly once, <= 1x delta-rs', ratio(append, 'candlebook', 'delta-rs'), {
          most: 1,
          unit: 'x',
        }),
        judge('open <= 1x delta-rs', ratio(open, 'candlebook', 'delta-rs'), { most: 1, unit: 'x' }),
        judge(
          'sustained >= 50,000 trades/s',
          { value: stream.perSecond, noise: 0 },
          { least: 50_000, unit: 'trades/s' },
        ),
      ],
      raw: { taken, opened, stream },
    },
    options,
  );
} finally {
  await peer?.close();
  rmSync(folder, { recursive: true, force: true });
}
