import { type CandleColumns, CandleSeries } from '../candles/index.ts';
import { CandlebookError } from '../market/index.ts';
import { type DataFrame, danfo } from './danfo.ts';
import { lazyFrame } from './lazy-frame.ts';

/** A column as it goes in and out of a frame. Numbers come out as doubles. */
export type Column = Float64Array | readonly (string | number | boolean | null)[];

/** Columns by name, of one length. */
export type Columns = Readonly<Record<string, Column>>;

/**
 * What a frame can be made of: a candle series (its closed bars), columns, or rows such as tickers, trades and
 * insights, of which the fields that are numbers, texts or truths become columns.
 */
export type FrameSource = CandleSeries | CandleColumns | Columns | readonly object[];

/**
 * A Danfo DataFrame of the same numbers, untouched; times stay epoch ms. Made at once, whatever the length: Danfo's
 * rows and columns are filled in when it first reads them.
 *
 * Danfo holds every cell as a JavaScript number but computes frame arithmetic (`frame.add(…)`) in 32-bit
 * floats: 65432.123456789 + 0 gives 65432.125. Compute on the columns and put the result into a frame.
 * @param options `forming`: with the forming bar of a series as the last row. Default false.
 * @throws CandlebookError PACKAGE_MISSING where Danfo is not installed, INPUT_INVALID on columns of unequal length
 */
export async function toFrame(source: FrameSource, options: { forming?: boolean } = {}): Promise<DataFrame> {
  const loaded = await danfo();
  const columns = columnsOf(source, options);
  const names = Object.keys(columns);
  const length = names.length === 0 ? 0 : columns[names[0]!]!.length;
  for (const name of names) {
    if (columns[name]!.length === length) continue;
    throw new CandlebookError(
      'INPUT_INVALID',
      `Column ${name} has ${columns[name]!.length} values and ${names[0]} has ${length}.`,
      { value: name, hint: 'A frame needs columns of the same length.' },
    );
  }
  // Copies: a series' columns are views that change with its next event.
  const cells = names.map((name) => columns[name]!.slice());
  const dtypes = cells.map(dtypeOf);
  return lazyFrame(loaded, names, cells, dtypes);
}

/** The frame's columns: numbers as doubles (an absent cell is NaN), texts and truths as arrays. */
export function fromFrame(
  frame: DataFrame,
): Record<string, Float64Array | (string | number | boolean | null)[]> {
  if (!Array.isArray(frame?.columns) || typeof frame.column !== 'function') {
    throw new CandlebookError('INPUT_INVALID', 'fromFrame was given something that is no DataFrame.', {
      value: frame,
      hint: 'Pass what toFrame or danfojs-node gave.',
    });
  }
  const cells = frame.shape[0] === 0 ? [] : frame.getColumnData;
  return Object.fromEntries(
    frame.columns.map((name, at) => {
      const values = (cells[at] ?? []) as (string | number | boolean | null)[];
      const dtype = frame.dtypes[at];
      const isNumeric = dtype === 'float32' || dtype === 'int32';
      return [name, (isNumeric ? toDoubles(values) : undefined) ?? [...values]];
    }),
  );
}

/** Absent cells are NaN; `undefined` where a cell is neither absent nor a number, whatever Danfo calls its type. */
function toDoubles(values: readonly unknown[]): Float64Array | undefined {
  const doubles = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (typeof value !== 'number') return undefined;
    doubles[i] = value;
  }
  return doubles;
}

function columnsOf(source: FrameSource, options: { forming?: boolean }): Columns {
  if (source instanceof CandleSeries) return source.columns(options);
  if (!Array.isArray(source)) return source as Columns;
  const rows = source as readonly Record<string, unknown>[];
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((name) =>
    rows.every((row) => row[name] === null || typeof row[name] !== 'object'),
  );
  return Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name] as number)]));
}

/**
 * Stated and never left to Danfo's guess: it looks at the first values, and takes a column of doubles that begins
 * with whole numbers, or times in ms, for 32-bit integers.
 */
function dtypeOf(column: Column): string {
  if (column instanceof Float64Array) return 'float32';
  const first = column.find((value) => value !== null && value !== undefined);
  if (typeof first === 'boolean') return 'boolean';
  return typeof first === 'string' ? 'string' : 'float32';
}
