/**
 * Prints how far each indicator is from TA-Lib's wheel on klines of any length:
 * `CANDLEBOOK_PYTHON=… node tests/indicators/talib/report.ts klines.csv …`
 */
import { readKlines } from '../klines.ts';
import { pythonWith } from '../python.ts';
import { compare } from './compare.ts';

const python = pythonWith('talib', 'numpy');
if (!python)
  throw new Error('No Python with TA-Lib: pip install TA-Lib in one, and name it in CANDLEBOOK_PYTHON.');
for (const path of process.argv.slice(2)) {
  const columns = readKlines(path);
  console.log(`${path}: ${columns.close.length} bars, largest relative difference`);
  for (const { id, function: name, line, values, difference } of compare(python, columns)) {
    console.log(
      `  ${id.padEnd(18)} ${line.padEnd(10)} ${name.padEnd(9)} ${String(values).padStart(8)}  ${difference.toExponential(1)}`,
    );
  }
}
