/** Depth updates into an order book, the best 20 levels read after each: CPU time; a sorted array; ccxt's book. */
import { OrderBook } from '../../src/fetcher/index.ts';
import { ccxtBook, type PlainBook, sortedArrays } from './book/others.ts';
import { type BookWork, recordedWork, simulatedWork } from './book/work.ts';
import { judge } from './measure/judge.ts';
import { benchOptions, positive } from './measure/options.ts';
import { conclude } from './measure/report.ts';
import { rowsTable } from './measure/rows.ts';
import { type Contender, cpuTime, ratio, takeTurns } from './measure/turns.ts';
import { npmPeers } from './peers/npm.ts';

const CCXT = { ccxt: '4.5.84' };
const READ = 20;
/** µs in a ms. */
const MICROS = 1000;

const options = benchOptions();
const rounds = positive('rounds', options.rounds ?? '9');
const ccxt = options.peers ? await ccxtBook(await npmPeers('book', CCXT)) : undefined;
const works = [simulatedWork(), recordedWork()].filter((work) => work !== undefined);

/** Sum of the best levels after every change: proves that all read the same. */
function plain(make: () => PlainBook, { snapshot, updates }: BookWork): number {
  const book = make();
  book.reset(snapshot);
  let sum = 0;
  for (const update of updates) {
    book.apply(update);
    const { bids, asks } = book;
    for (let i = 0; i < READ; i++) {
      const [bid, ask] = [bids[i]!, asks[i]!];
      sum += bid[0] * bid[1] - ask[0] * ask[1];
    }
  }
  return sum;
}

function ours({ snapshot, updates }: BookWork): number {
  const book = new OrderBook('BTCUSDT');
  book.reset(snapshot);
  const { bids, asks } = book;
  let sum = 0;
  for (const update of updates) {
    book.apply(update);
    for (let i = 0; i < READ; i++) sum += bids.price(i) * bids.quantity(i) - asks.price(i) * asks.quantity(i);
  }
  return sum;
}

const rows = works.map((work) => {
  const subjects: [string, () => number][] = [
    ['candlebook', () => ours(work)],
    ['sorted array', () => plain(sortedArrays, work)],
    ...(ccxt ? [['ccxt', () => plain(ccxt, work)] as [string, () => number]] : []),
  ];
  const sums = new Set(subjects.map(([, run]) => run()));
  if (sums.size !== 1) throw new Error(`the books differ: ${[...sums].join(', ')}`);
  return {
    what: `${work.name}: ${work.updates.length} updates of ${work.changes} levels`,
    contenders: subjects.map(
      ([name, run]): Contender => ({ name, run: () => (cpuTime(run) * MICROS) / work.updates.length }),
    ),
  };
});
const measured = await takeTurns(rows, { rounds });
process.exitCode = conclude(
  {
    bench: 'book',
    versions: ccxt ? CCXT : {},
    setting: `typed updates into a book of one symbol, the best ${READ} levels of both sides read after each; ${rounds} rounds in turn, CPU time of one thread`,
    tables: [rowsTable(measured, 'CPU µs an update')],
    notes: [],
    verdicts: measured.flatMap((row) => [
      judge(`${row.what.split(':')[0]}: <= 1/3 of ccxt's time`, ratio(row, 'candlebook', 'ccxt'), {
        most: 1 / 3,
        unit: 'x',
      }),
      judge(`${row.what.split(':')[0]}: <= 1x the sorted array`, ratio(row, 'candlebook', 'sorted array'), {
        most: 1,
        unit: 'x',
      }),
    ]),
    raw: measured,
  },
  options,
);
