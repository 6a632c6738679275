/** Frames read without a socket, each given as bytes: all kinds in CPU time, beside JSON.parse alone and the mappers of tardis-dev. */
import { deepStrictEqual } from 'node:assert';
import { parseFrame, readFrame } from '../../src/fetcher/wire/index.ts';
import { benchFrames } from './feed/frames.ts';
import { judge } from './measure/judge.ts';
import { benchOptions, positive } from './measure/options.ts';
import { conclude } from './measure/report.ts';
import { rowsTable } from './measure/rows.ts';
import { figureOf } from './measure/statistics.ts';
import { type Contender, cpuTime, type MeasuredRow, takeTurns } from './measure/turns.ts';
import { npmPeers } from './peers/npm.ts';

const PINNED = { 'tardis-dev': '13.35.3' };
const LEAST_FRAMES = 60_000;

interface Mapper {
  canHandle(message: unknown): boolean;
  map(message: unknown, at: Date): Iterable<unknown> | undefined;
}
interface Tardis {
  normalizeTrades(exchange: 'binance', from: Date): Mapper;
  normalizeBookChanges(exchange: 'binance', from: Date): Mapper;
  normalizeBookTickers(exchange: 'binance', from: Date): Mapper;
}

const options = benchOptions();
const rounds = positive('rounds', options.rounds ?? '15');
const { byStream, origin } = benchFrames();
const mappers = options.peers ? await tardisMappers() : undefined;

let compared = 0;
const rows = [...byStream].map(([stream, texts]) => {
  const distinct = texts.map((text) => Buffer.from(text));
  for (const [i, frame] of distinct.entries()) {
    deepStrictEqual(readFrame(frame), parseFrame(texts[i]!));
    compared++;
  }
  // A few frames many times, or many frames once: so many in any case.
  const frames = Array.from(
    { length: Math.max(LEAST_FRAMES, distinct.length) },
    (_, i) => distinct[i % distinct.length]!,
  );
  const perFrame = (read: (frame: Buffer) => unknown) => () => {
    const milliseconds = cpuTime(() => {
      for (const frame of frames) read(frame);
    });
    return (milliseconds * 1e6) / frames.length;
  };
  const contenders: Contender[] = [
    { name: 'candlebook', run: perFrame((frame) => readFrame(frame)) },
    { name: 'JSON.parse', run: perFrame((frame) => JSON.parse(frame.toString())) },
  ];
  const mapper = mappers?.[stream];
  if (mapper) contenders.push({ name: 'tardis-dev', run: perFrame(mapper) });
  return { what: stream, contenders };
});
const measured = await takeTurns(rows, { rounds });

/** How many times as many frames a second as another. */
const times = (what: string, other: string) => {
  const row = measured.find((candidate) => candidate.what === what);
  const [ours, theirs] = [row?.rounds.candlebook, row?.rounds[other]];
  return ours && theirs ? figureOf(theirs.map((value, round) => value / ours[round]!)) : undefined;
};
const perSecond = (row: MeasuredRow) =>
  `${row.what}: ${(1e3 / figureOf(row.rounds.candlebook!).value).toFixed(2)} M frames/s`;

process.exitCode = conclude(
  {
    bench: 'parse',
    versions: options.peers ? PINNED : {},
    setting: `frames ${origin}; ${rounds} rounds in turn`,
    tables: [rowsTable(measured, 'ns CPU', 0)],
    notes: [
      measured.map(perSecond).join(', '),
      `${compared.toLocaleString('en-US')} frames read by both readers: every number equal.`,
    ],
    verdicts: [
      judge('trade: frames/s >= 3x JSON.parse alone', times('trade', 'JSON.parse'), { least: 3, unit: 'x' }),
      judge(
        'depth: frames/s >= 1.5x JSON.parse alone',
        times('depth@100ms', 'JSON.parse') ?? times('depth', 'JSON.parse'),
        { least: 1.5, unit: 'x' },
      ),
      ...[...byStream.keys()]
        .filter((stream) => !/^(trade|depth)/.test(stream))
        .map((stream) =>
          judge(`${stream}: frames/s >= JSON.parse alone`, times(stream, 'JSON.parse'), {
            least: 1,
            unit: 'x',
          }),
        ),
    ],
    raw: measured,
  },
  options,
);

/** Their way of a frame: JSON.parse, then each event by its mapper, with numbers. */
async function tardisMappers(): Promise<Record<string, (frame: Buffer) => unknown>> {
  const load = await npmPeers('parse', PINNED);
  const tardis = await load<Tardis>('tardis-dev');
  const from = new Date('2024-08-08');
  const through = (mapper: Mapper) => (frame: Buffer) => {
    const message: unknown = JSON.parse(frame.toString());
    if (!mapper.canHandle(message)) throw new Error(`tardis-dev does not take ${frame.toString()}`);
    let last: unknown;
    for (const event of mapper.map(message, from) ?? []) last = event;
    return last;
  };
  return {
    trade: through(tardis.normalizeTrades('binance', from)),
    bookTicker: through(tardis.normalizeBookTickers('binance', from)),
  };
}
