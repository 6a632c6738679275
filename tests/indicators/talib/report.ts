import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { pythonWith } from '../../fixtures/python.ts';
import { sharedDataPath } from '../../fixtures/shared-data.ts';
import type { Columns } from '../drive.ts';
import { readKlines } from '../klines.ts';
import { type Compared, compare, difference } from './compare.ts';
import { GOLDEN_CASES, GOLDEN_FILE, goldenColumns } from './golden.ts';
import { WALKS, walk } from './walks.ts';

/*
 * Prints how far each indicator is from TA-Lib, and ends with 1 where one is further than 1e-9: on the CSV files of
 * klines that are named, or else on the golden columns, the recorded klines and seeded walks.
 */

const WANTED = 1e-9;
const python = pythonWith('talib', 'numpy');
if (!python) throw new Error('There is no Python with TA-Lib: npm run setup -- --tests');

let isOff = false;
const shown = (value: number) => {
  if (!(value <= WANTED)) isOff = true;
  return value === 0 ? 'equal' : Number.isFinite(value) ? value.toExponential(1) : 'missing';
};

function report(sets: ReadonlyMap<string, Columns>): void {
  const names = [...sets.keys()];
  const results = [...sets.values()].map((columns) => compare(python!, columns));
  [...sets].forEach(([name, { close }], i) => {
    console.log(`${String.fromCharCode(65 + i)}: ${close.length.toLocaleString('en-US')} bars, ${name}`);
  });
  const label = ({ id, line, function: name }: Compared) =>
    `${id.padEnd(20)}${(id.startsWith(line) ? '' : line).padEnd(12)}${name.padEnd(12)}`;
  console.log(`\n${' '.repeat(44)}${names.map((_, i) => String.fromCharCode(65 + i).padStart(9)).join('')}`);
  results[0]!.forEach((one, row) => {
    console.log(label(one) + results.map((all) => shown(all[row]!.difference).padStart(9)).join(''));
  });
}

function reportGolden(): void {
  const golden = goldenColumns();
  console.log(`${golden.close!.length} bars, TA-Lib's golden columns\n`);
  for (const [column, ours] of Object.entries(GOLDEN_CASES))
    console.log(
      `${column.padEnd(44)}${shown(difference(ours(golden), golden[column]!).difference).padStart(9)}`,
    );
  console.log('');
}

const files = process.argv.slice(2);
const sets = new Map(files.map((path) => [path, readKlines(path)]));
if (files.length === 0) {
  const recorded = ['BTCUSDT', 'ETHUSDT'].map((symbol) => `klines-1m-2025-10/${symbol}_1m.csv`);
  for (const file of recorded.filter((name) => existsSync(sharedDataPath(name))))
    sets.set(basename(file), readKlines(sharedDataPath(file)));
  for (const [name, options] of Object.entries(WALKS)) sets.set(name, walk(options));
  if (existsSync(sharedDataPath(GOLDEN_FILE))) reportGolden();
}
report(sets);
console.log(`\n${isOff ? 'Not equal' : 'Equal'} to TA-Lib to ${WANTED} of the value`);
if (isOff) process.exitCode = 1;
