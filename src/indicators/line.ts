import { CandlebookError, type Interval, isInterval } from '../market/index.ts';
import type { Indicator, InputColumn } from './contract.ts';
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

type AnyIndicator = Indicator<unknown, number | Record<string, number>>;

/**
 * A line by an indicator's id: `ema_9`, `rsi_14`, `bollinger_20_2.upper`; parameters that are left out have their
 * defaults (`macd.histogram`). `close` and the other columns of a bar are lines too.
 * @param interval of the bars, where the indicator depends on it and the id does not say: `volatility_20`
 * @throws CandlebookError INPUT_INVALID
 */
export function indicatorLine(text: string, interval: Interval): IndicatorLine {
  if (isColumn(text)) return columnLine(text);
  const [id = '', output, ...more] = text.split('.');
  const [name = '', ...words] = id.split('_');
  if (!Object.hasOwn(INDICATORS, name) || more.length > 0) throw unknown(text);
  const indicator = make(name, words, interval, text);
  const { outputs } = indicator;
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

function make(name: string, words: readonly string[], interval: Interval, text: string): AnyIndicator {
  const factory = INDICATORS[name as keyof typeof INDICATORS] as (...parameters: unknown[]) => AnyIndicator;
  const isTradingView = words.at(-1) === 'tradingview';
  const stated = isTradingView ? words.slice(0, -1) : words;
  const parameters: unknown[] = stated.map((word) => (isInterval(word) ? word : Number(word)));
  // Volatility is annualised by the length of the bars, unless the id says another one.
  if (name === 'volatility' && parameters.length < 2)
    parameters.splice(1, 0, ...[20, interval].slice(parameters.length));
  const known = factory();
  const profile = isTradingView ? [{ profile: 'tradingview' }] : [];
  const places = known.id.split('_').length - 1;
  if (stated.length > places || parameters.some(Number.isNaN)) throw unknown(text);
  const indicator = factory(
    ...parameters,
    ...Array(isTradingView ? places - parameters.length : 0),
    ...profile,
  );
  // What the factory did not take, it does not have in its id.
  if (!`${indicator.id}_`.startsWith(`${[name, ...stated].join('_')}_`)) throw unknown(text);
  if (isTradingView && !indicator.id.endsWith('_tradingview')) throw unknown(text);
  return indicator;
}

function unknown(text: string): CandlebookError {
  return new CandlebookError('INPUT_INVALID', `${JSON.stringify(text)} is no line of an indicator.`, {
    value: text,
    hint: `Write close, or an indicator with its parameters such as ema_9 or bollinger_20_2.upper; there are ${Object.keys(INDICATORS).join(', ')}.`,
  });
}
