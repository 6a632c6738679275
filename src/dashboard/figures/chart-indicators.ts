import { type AnyIndicator, type InputColumn, indicatorOf } from '../../indicators/index.ts';
import { CandlebookError } from '../../market/index.ts';
import type { Overlay } from './candle-columns.ts';
import type { Pane } from './panes.ts';

/** An indicator and its lines, as long as the candles that it was computed of. */
export interface ComputedIndicator {
  readonly indicator: Pick<AnyIndicator, 'name' | 'id' | 'outputs'>;
  /** By the names in `outputs`. */
  readonly lines: Readonly<Record<string, ArrayLike<number | null>>>;
}

/** What a chart shows of indicators: lines upon the price, and panes below it. */
export interface ChartLayers {
  readonly overlays: Overlay[];
  readonly panes: Pane[];
}

/** Indicators in the unit of the price, which are drawn upon the candles; all others have a pane. */
const ON_PRICE = new Set([
  'sma',
  'ema',
  'wma',
  'dema',
  'tema',
  'kama',
  'bollinger',
  'donchian',
  'keltner',
  'vwap',
  'rollingVwap',
  'supertrend',
  'ichimoku',
]);

/** Levels and fixed scales that a trader expects of a pane; without an entry the scale is what the values take. */
const PANES: Readonly<Record<string, Pick<Pane, 'levels' | 'range'>>> = {
  rsi: { levels: [30, 70], range: [0, 100] },
  stochastic: { levels: [20, 80], range: [0, 100] },
  stochRsi: { levels: [20, 80], range: [0, 100] },
  mfi: { levels: [20, 80], range: [0, 100] },
  williamsR: { levels: [-80, -20], range: [-100, 0] },
  cci: { levels: [-100, 100] },
  percentB: { levels: [0, 1] },
  adx: { levels: [25] },
};

/** Where the usual short name is not the name in capitals. */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  bollinger: 'BB',
  donchian: 'Donchian',
  keltner: 'Keltner',
  supertrend: 'Supertrend',
  ichimoku: 'Ichimoku',
  rollingVwap: 'VWAP',
  stochastic: 'Stoch',
  stochRsi: 'StochRSI',
  percentB: '%B',
  bandwidth: 'BB width',
  williamsR: '%R',
  momentum: 'Momentum',
  volatility: 'Volatility',
  volatilityIndex: 'Volatility index',
};

/** Of further lines, where the word is not the name of the output. */
const LINE_NAMES: Readonly<Record<string, string>> = {
  plusDI: '+DI',
  minusDI: '\u2212DI',
  k: '%K',
  d: '%D',
  leadingA: 'leading A',
  leadingB: 'leading B',
};

/**
 * Computes indicators over the candles' columns and lays them out for `candlestick`: those in the unit of the price
 * as overlays, each of the others in a pane of its own.
 * @param indicators ids as `indicatorOf` reads them (`ema_50`), or indicators, which stay as they were
 * @throws CandlebookError INPUT_INVALID for an unknown id, a column that an indicator reads and that is absent, or
 * a number that is none, with its index
 */
export function chartIndicators(
  columns: Readonly<Partial<Record<InputColumn, ArrayLike<number>>>>,
  indicators: readonly (string | AnyIndicator)[],
): ChartLayers {
  return chartLayers(
    indicators.map((one): ComputedIndicator => {
      const indicator = typeof one === 'string' ? indicatorOf(one) : one.copy();
      indicator.reset();
      for (const input of indicator.inputs) {
        if (columns[input]) continue;
        throw new CandlebookError('INPUT_INVALID', `${indicator.id} reads the column ${input}.`, {
          value: Object.keys(columns),
          hint: `Hand in ${indicator.inputs.join(', ')}.`,
        });
      }
      const [only = 'close', ...more] = indicator.inputs;
      const result: unknown = indicator.batch(
        more.length === 0 ? columns[only]! : (columns as Record<InputColumn, ArrayLike<number>>),
      );
      const lines = result instanceof Float64Array ? { [indicator.outputs[0]!]: result } : result;
      return { indicator, lines: lines as ComputedIndicator['lines'] };
    }),
  );
}

/** Lays out indicators that have been computed. */
export function chartLayers(computed: readonly ComputedIndicator[]): ChartLayers {
  const overlays = computed.filter(({ indicator }) => ON_PRICE.has(indicator.name)).flatMap(onPrice);
  const panes = computed.filter(({ indicator }) => !ON_PRICE.has(indicator.name)).map(inPane);
  return { overlays, panes };
}

function onPrice({ indicator, lines }: ComputedIndicator): Overlay[] {
  const name = shownName(indicator);
  if (lines.middle && lines.upper && lines.lower)
    return [{ name, values: lines.middle, upper: lines.upper, lower: lines.lower }];
  const shown = indicator.outputs.filter((output) => output !== 'direction');
  return shown.map((output) => ({
    name: shown.length === 1 ? name : `${name} ${LINE_NAMES[output] ?? output}`,
    values: lines[output]!,
  }));
}

function inPane({ indicator, lines }: ComputedIndicator): Pane {
  const name = shownName(indicator);
  const outputs = indicator.outputs.filter((output) => output !== 'histogram');
  return {
    lines: outputs.map((output, i) => ({
      name: i === 0 ? name : (LINE_NAMES[output] ?? output),
      values: lines[output]!,
    })),
    ...(lines.histogram ? { bars: { name: 'histogram', values: lines.histogram } } : {}),
    ...PANES[indicator.name],
  };
}

/** `ema_50` → `EMA 50`; the profile is left out. */
function shownName({ name, id }: ComputedIndicator['indicator']): string {
  const parameters = id
    .split('_')
    .slice(1)
    .filter((part) => part !== 'tradingview');
  const short = SHORT_NAMES[name] ?? name.toUpperCase();
  // A session VWAP is the day's unless something else is said.
  return [short, ...(name === 'vwap' ? parameters.filter((part) => part !== '1d') : parameters)].join(' ');
}
