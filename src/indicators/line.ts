import { CandlebookError, type Interval } from '../market/index.ts';
import { indicatorOf } from './by-id.ts';
import type { InputColumn } from './contract.ts';
import { INDICATORS } from './registry.ts';

/** One line of an indicator, over bars. */
export interface IndicatorLine {
  /** The text that it was made of: `ema_9`, `macd_12_26_9.signal`. */
  readonly text: string;
  readonly warmUp: number;
  /** Commits a closed bar. @returns the line's value, NaN before the first */
  update(bar: LineBar): number;
  /** The value if the bar closed as it stands. */
  peek(bar: LineBar): number;
  reset(): void;
}

/** What a line may read of a bar. */
export type LineBar = { readonly [K in InputColumn]: number };

/**
 * A line by an indicator's id: `ema_9`, `rsi_14`, `bollinger_20_2.upper`; parameters that are left out have their
 * defaults (`macd.histogram`). `close` and the other columns of a bar are lines too.
 * @param interval of the bars, where the indicator depends on it and the id does not say: `volatility_20`
 * @throws CandlebookError INPUT_INVALID
 */
export function indicatorLine(text: string, interval: Interval): IndicatorLine {
  if (isColumn(text)) return columnLine(text);
  const [id = '', output, ...more] = text.split('.');
  if (more.length > 0) throw unknown(text);
  const indicator = indicatorOf(id, interval);
  const { outputs, name } = indicator;
  const chosen = output ?? outputs[0]!;
  if (!outputs.includes(chosen) || (output === undefined && outputs.length > 1)) {
    throw new CandlebookError('INPUT_INVALID', `${JSON.stringify(text)} names no line of ${name}.`, {
      value: text,
      hint: `Write ${outputs.map((line) => `${id}.${line}`).join(', ')}.`,
    });
  }
  const column = indicator.inputs.length === 1 ? indicator.inputs[0]! : undefined;
  const input = (bar: LineBar) => (column === undefined ? bar : bar[column]);
  const pick = (out: number | Record<string, number>) => (typeof out === 'number' ? out : out[chosen]!);
  return {
    text,
    warmUp: indicator.warmUp,
    update: (bar) => pick(indicator.update(input(bar))),
    peek: (bar) => pick(indicator.peek(input(bar))),
    reset: () => indicator.reset(),
  };
}

const COLUMNS: readonly string[] = ['open', 'high', 'low', 'close', 'volume', 'quoteVolume'];

function isColumn(text: string): text is InputColumn {
  return COLUMNS.includes(text);
}

function columnLine(column: InputColumn): IndicatorLine {
  const read = (bar: LineBar) => bar[column];
  return { text: column, warmUp: 0, update: read, peek: read, reset: () => undefined };
}

function unknown(text: string): CandlebookError {
  return new CandlebookError('INPUT_INVALID', `${JSON.stringify(text)} is no line of an indicator.`, {
    value: text,
    hint: `Write close, or an indicator with its parameters such as ema_9 or bollinger_20_2.upper; there are ${Object.keys(INDICATORS).join(', ')}.`,
  });
}
