import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { venvPython } from '../fixtures/python.ts';
import { startPeer } from './store/peer.ts';
import { appends, opens, sustained } from './store/work.ts';

const ROUNDS = 5;
const { values } = parseArgs({ options: { json: { type: 'string' }, peers: { type: 'boolean' } } });
const folder = mkdtempSync(join(tmpdir(), 'candlebook-bench-'));
const at = (name: string) => join(folder, name);
const python = venvPython();
const peer = python ? startPeer(python) : undefined;
if (!peer) console.log('delta-rs is not there (npm run setup): only our own figures.');

const quantile = (all: number[], q: number) =>
  [...all].sort((a, b) => a - b)[Math.floor(q * (all.length - 1))]!;

try {
  // By turns, so that what else the machine does falls on all alike.
  const taken = { plain: [] as number[], once: [] as number[], peer: [] as number[] };
  await appends(at('plain'), 20, false);
  await appends(at('once'), 20, true);
  await peer?.ask('append', at('peer'), 20);
  for (let round = 0; round < ROUNDS; round++) {
    taken.plain.push(...(await appends(at('plain'), 40, false)));
    taken.once.push(...(await appends(at('once'), 40, true)));
    taken.peer.push(...((await peer?.ask('append', at('peer'), 40)) ?? []));
  }
  await appends(at('once'), 1_000 - 20 - 40 * ROUNDS, true);
  const opened = { ours: [] as number[], peer: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    opened.ours.push(...(await opens(at('once'), 5)));
    opened.peer.push(...((await peer?.ask('open', at('once'), 5)) ?? []));
  }
  const stream = await sustained(at('stream'), 5);
  const median = (all: number[]) => (all.length > 0 ? quantile(all, 0.5) : Number.NaN);
  const figures = {
    appendMs: { ours: median(taken.plain), exactlyOnce: median(taken.once), deltaRs: median(taken.peer) },
    appendP90Ms: {
      exactlyOnce: quantile(taken.once, 0.9),
      deltaRs: peer ? quantile(taken.peer, 0.9) : Number.NaN,
    },
    exactlyOncePercent: (median(taken.once) / median(taken.plain) - 1) * 100,
    openMs: { ours: median(opened.ours), deltaRs: median(opened.peer) },
    tradesPerSecond: stream.perSecond,
    peakMb: stream.peakMb,
  };
  const goals: [what: string, figure: string, kept: boolean][] = [
    ['1,000-row append, exactly once: median against delta-rs', ratio(figures.appendMs.exactlyOnce, figures.appendMs.deltaRs), !(figures.appendMs.exactlyOnce > figures.appendMs.deltaRs)],
    ['open 1,000 commits with checkpoint: median against delta-rs', ratio(figures.openMs.ours, figures.openMs.deltaRs), !(figures.openMs.ours > figures.openMs.deltaRs)],
    ['trades into raw/trades, sustained: at least 50,000 a second', `${Math.round(stream.perSecond).toLocaleString('en')} a second, at most ${Math.round(stream.peakMb)} MB`, stream.perSecond >= 50_000],
  ]; // biome-ignore format: a goal a line
  for (const [what, figure, kept] of goals) console.log(`${kept ? '✓' : '✗'} ${what}: ${figure}`);
  console.log(`  exactly once costs ${figures.exactlyOncePercent.toFixed(1)} % of an append`);
  if (values.json) writeFileSync(values.json, `${JSON.stringify(figures, null, 2)}\n`);
  if (!goals.every(([, , kept]) => kept)) process.exitCode = 1;
} finally {
  await peer?.close();
  rmSync(folder, { recursive: true, force: true });
}

function ratio(ours: number, theirs: number): string {
  return Number.isNaN(theirs)
    ? `${ours.toFixed(1)} ms (no delta-rs)`
    : `${ours.toFixed(1)} ms : ${theirs.toFixed(1)} ms = ${(ours / theirs).toFixed(2)}`;
}
