import { CandlebookError, type Interval, isInterval } from '../market/index.ts';
import type { Indicator } from './contract.ts';
import { INDICATORS } from './registry.ts';

/** Any indicator, whatever it reads and gives. */
// biome-ignore lint/suspicious/noExplicitAny: of any input and output
export type AnyIndicator = Indicator<any, any>;

/**
 * The indicator of an id as `Indicator.id` has it: name, parameters, profile, with `_` between. What is left out has
 * its default: `macd` is `macd_12_26_9`; `rsi_14_tradingview`, `vwap_1w`.
 * @param interval of the bars, where the indicator depends on it and the id does not say: `volatility_20`
 * @throws CandlebookError INPUT_INVALID for a name that is not known, or parameters that it does not take
 */
export function indicatorOf(id: string, interval: Interval = '1d'): AnyIndicator {
  const [name = '', ...words] = id.split('_');
  if (!Object.hasOwn(INDICATORS, name)) throw unknown(id);
  const factory = INDICATORS[name as keyof typeof INDICATORS] as (...parameters: unknown[]) => AnyIndicator;
  const isTradingView = words.at(-1) === 'tradingview';
  const stated = isTradingView ? words.slice(0, -1) : words;
  const parameters: unknown[] = stated.map((word) => (isInterval(word) ? word : Number(word)));
  // Volatility is annualised by the length of the bars, unless the id says another one.
  if (name === 'volatility' && parameters.length < 2)
    parameters.splice(1, 0, ...[20, interval].slice(parameters.length));
  const places = factory().id.split('_').length - 1;
  if (stated.length > places || parameters.some(Number.isNaN)) throw unknown(id);
  const profile = isTradingView ? [{ profile: 'tradingview' }] : [];
  const indicator = factory(
    ...parameters,
    ...Array(isTradingView ? places - parameters.length : 0),
    ...profile,
  );
  // What the factory did not take, it does not have in its id.
  if (!`${indicator.id}_`.startsWith(`${[name, ...stated].join('_')}_`)) throw unknown(id);
  if (isTradingView && !indicator.id.endsWith('_tradingview')) throw unknown(id);
  return indicator;
}

function unknown(id: string): CandlebookError {
  return new CandlebookError('INPUT_INVALID', `${JSON.stringify(id)} is no indicator.`, {
    value: id,
    hint: `Write a name with its parameters, such as ema_50; there are ${Object.keys(INDICATORS).join(', ')}.`,
  });
}
