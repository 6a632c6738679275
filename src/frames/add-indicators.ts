import type { Indicator } from '../indicators/index.ts';
import { CandlebookError } from '../market/index.ts';
import type { DataFrame } from './danfo.ts';
import { type Column, fromFrame, toFrame } from './frames.ts';

/** Any indicator, or a function of the frame's columns that gives a column of their length. */
export type Computed =
  // biome-ignore lint/suspicious/noExplicitAny: indicators of any input and output
  Indicator<any, any> | ((columns: Readonly<Record<string, Float64Array>>) => ArrayLike<number>);

/**
 * A new frame with the lines of the indicators as further columns, aligned with the rows and NaN before their first
 * value. Of an array, a column is named after the indicator and its parameters (`sma_20`, `macd_12_26_9_signal`);
 * of an object, after its key (`fast`, `macd_signal`). A function computes with operators:
 * `{ change: ({ close }) => pctChange(close) }`.
 *
 * The numbers never pass through Danfo's 32-bit arithmetic. The indicators that were passed stay as they were.
 * @throws CandlebookError INPUT_INVALID where a column that an indicator reads is absent or has absent values, and
 * where `openTime` is not in ascending order; PACKAGE_MISSING
 */
export async function addIndicators(
  frame: DataFrame,
  computed: readonly Computed[] | Readonly<Record<string, Computed>>,
): Promise<DataFrame> {
  const columns: Record<string, Column> = fromFrame(frame);
  const numeric = Object.fromEntries(
    Object.entries(columns).filter(
      (entry): entry is [string, Float64Array] => entry[1] instanceof Float64Array,
    ),
  );
  if (numeric.openTime) checkOrder(numeric.openTime);
  for (const [key, one] of Object.entries(computed)) {
    if (typeof one === 'function') {
      columns[key] = Float64Array.from(one(numeric));
      continue;
    }
    const name = Array.isArray(computed) ? one.id : key;
    const missing = one.inputs.find((input) => !numeric[input]);
    if (missing) {
      throw new CandlebookError(
        'INPUT_INVALID',
        `${one.id} reads the column ${missing}, which the frame lacks.`,
        {
          value: frame.columns,
          hint: `It needs ${one.inputs.join(', ')} as columns of numbers.`,
        },
      );
    }
    const indicator = one.copy();
    indicator.reset();
    const result = indicator.batch(one.inputs.length === 1 ? numeric[one.inputs[0]!]! : numeric);
    if (result instanceof Float64Array) columns[name] = result;
    else
      for (const [line, values] of Object.entries(result))
        columns[`${name}_${line}`] = values as Float64Array;
  }
  return toFrame(columns);
}

function checkOrder(times: Float64Array): void {
  const at = times.findIndex((time, row) => row > 0 && !(time > times[row - 1]!));
  if (at < 0) return;
  throw new CandlebookError(
    'INPUT_INVALID',
    `The frame's openTime is ${times[at]} at index ${at}, which is not after the row before it.`,
    { value: times[at], hint: 'Sort the rows by openTime and keep one of each.' },
  );
}
