import {
  adx,
  atr,
  bollinger,
  cci,
  dema,
  donchian,
  ema,
  kama,
  keltner,
  macd,
  mfi,
  momentum,
  natr,
  obv,
  roc,
  rsi,
  sma,
  stochastic,
  stochRsi,
  supertrend,
  tema,
  williamsR,
  wma,
} from '../../../src/indicators/index.ts';
import type { AnyIndicator } from '../drive.ts';

/** One of our indicators beside the function of TA-Lib that it must equal. */
export interface Case {
  create: () => AnyIndicator;
  function: string;
  inputs: string[];
  options: Record<string, number>;
  /** Our lines, in the order of TA-Lib's. */
  lines: string[];
  /**
   * A small difference of averages that are as large as the price: its last digits are those of their rounding, which
   * differs by whether TA-Lib was compiled to multiply and add in one step.
   */
  isDifference?: boolean;
}

const close = ['close'];
const bar = ['high', 'low', 'close'];

/** All that have one period, at that one. */
function ofPeriod(period: number): Case[] {
  const of = (name: string, create: () => AnyIndicator, inputs: string[], line: string): Case => ({
    ...{ function: name, create, inputs, options: { timeperiod: period }, lines: [line] },
  });
  return [
    of('SMA', () => sma(period), close, 'sma'),
    of('EMA', () => ema(period), close, 'ema'),
    of('WMA', () => wma(period), close, 'wma'),
    of('DEMA', () => dema(period), close, 'dema'),
    of('TEMA', () => tema(period), close, 'tema'),
    of('KAMA', () => kama(period), close, 'kama'),
    of('RSI', () => rsi(period), close, 'rsi'),
    of('ATR', () => atr(period), bar, 'atr'),
    of('NATR', () => natr(period), bar, 'natr'),
    of('ADX', () => adx(period), bar, 'adx'),
    of('PLUS_DI', () => adx(period), bar, 'plusDI'),
    of('MINUS_DI', () => adx(period), bar, 'minusDI'),
    of('CCI', () => cci(period), bar, 'cci'),
    of('WILLR', () => williamsR(period), bar, 'williamsR'),
    of('MFI', () => mfi(period), [...bar, 'volume'], 'mfi'),
    of('ROC', () => roc(period), close, 'roc'),
    of('MOM', () => momentum(period), close, 'momentum'),
    of('MAX', () => donchian(period), ['high'], 'upper'),
  ];
}

export const CASES: Case[] = [
  { create: () => sma(20), function: 'SMA', inputs: close, options: { timeperiod: 20 }, lines: ['sma'] },
  { create: () => ema(20), function: 'EMA', inputs: close, options: { timeperiod: 20 }, lines: ['ema'] },
  { create: () => wma(20), function: 'WMA', inputs: close, options: { timeperiod: 20 }, lines: ['wma'] },
  { create: () => dema(20), function: 'DEMA', inputs: close, options: { timeperiod: 20 }, lines: ['dema'] },
  { create: () => tema(20), function: 'TEMA', inputs: close, options: { timeperiod: 20 }, lines: ['tema'] },
  { create: () => kama(10), function: 'KAMA', inputs: close, options: { timeperiod: 10 }, lines: ['kama'] },
  { create: () => rsi(14), function: 'RSI', inputs: close, options: { timeperiod: 14 }, lines: ['rsi'] },
  {
    create: () => stochastic(5, 3, 3),
    function: 'STOCH',
    inputs: bar,
    options: { fastk_period: 5, slowk_period: 3, slowd_period: 3 },
    lines: ['k', 'd'],
  },
  {
    create: () => stochRsi(14, 5, 3),
    function: 'STOCHRSI',
    inputs: close,
    options: { timeperiod: 14, fastk_period: 5, fastd_period: 3 },
    lines: ['k', 'd'],
  },
  {
    create: () => macd(12, 26, 9),
    function: 'MACD',
    inputs: close,
    options: { fastperiod: 12, slowperiod: 26, signalperiod: 9 },
    lines: ['macd', 'signal', 'histogram'],
    isDifference: true,
  },
  {
    create: () => bollinger(20, 2),
    function: 'BBANDS',
    inputs: close,
    options: { timeperiod: 20, nbdevup: 2, nbdevdn: 2 },
    lines: ['upper', 'middle', 'lower'],
  },
  { create: () => atr(14), function: 'ATR', inputs: bar, options: { timeperiod: 14 }, lines: ['atr'] },
  { create: () => natr(14), function: 'NATR', inputs: bar, options: { timeperiod: 14 }, lines: ['natr'] },
  { create: () => adx(14), function: 'ADX', inputs: bar, options: { timeperiod: 14 }, lines: ['adx'] },
  { create: () => adx(14), function: 'PLUS_DI', inputs: bar, options: { timeperiod: 14 }, lines: ['plusDI'] },
  {
    create: () => adx(14),
    function: 'MINUS_DI',
    inputs: bar,
    options: { timeperiod: 14 },
    lines: ['minusDI'],
  },
  { create: () => cci(20), function: 'CCI', inputs: bar, options: { timeperiod: 20 }, lines: ['cci'] },
  {
    create: () => williamsR(14),
    function: 'WILLR',
    inputs: bar,
    options: { timeperiod: 14 },
    lines: ['williamsR'],
  },
  {
    create: () => mfi(14),
    function: 'MFI',
    inputs: [...bar, 'volume'],
    options: { timeperiod: 14 },
    lines: ['mfi'],
  },
  { create: () => obv(), function: 'OBV', inputs: ['close', 'volume'], options: {}, lines: ['obv'] },
  { create: () => roc(10), function: 'ROC', inputs: close, options: { timeperiod: 10 }, lines: ['roc'] },
  {
    create: () => momentum(10),
    function: 'MOM',
    inputs: close,
    options: { timeperiod: 10 },
    lines: ['momentum'],
  },
  {
    create: () => donchian(20),
    function: 'MAX',
    inputs: ['high'],
    options: { timeperiod: 20 },
    lines: ['upper'],
  },
  {
    create: () => donchian(20),
    function: 'MIN',
    inputs: ['low'],
    options: { timeperiod: 20 },
    lines: ['lower'],
  },
  // From TA-Lib 0.8 on.
  {
    create: () => donchian(20),
    function: 'DONCHIAN',
    inputs: ['high', 'low'],
    options: { timeperiod: 20 },
    lines: ['upper', 'middle', 'lower'],
  },
  {
    create: () => keltner(20, 10, 2),
    function: 'KC',
    inputs: bar,
    options: { timeperiod: 20, atrperiod: 10, nbdev: 2 },
    lines: ['upper', 'middle', 'lower'],
  },
  {
    create: () => keltner(5, 30, 1.5),
    function: 'KC',
    inputs: bar,
    options: { timeperiod: 5, atrperiod: 30, nbdev: 1.5 },
    lines: ['upper', 'middle', 'lower'],
  },
  {
    create: () => supertrend(10, 3),
    function: 'SUPERTREND',
    inputs: bar,
    options: { timeperiod: 10, multiplier: 3 },
    lines: ['supertrend'],
  },
  ...[3, 33, 200].flatMap(ofPeriod),
  ...[
    [14, 3, 3],
    [1, 1, 1],
    [50, 20, 10],
  ].map(([k = 0, smooth = 0, d = 0]): Case => {
    const options = { fastk_period: k, slowk_period: smooth, slowd_period: d };
    return {
      create: () => stochastic(k, smooth, d),
      function: 'STOCH',
      inputs: bar,
      options,
      lines: ['k', 'd'],
    };
  }),
  ...[
    [2, 3, 1],
    [5, 35, 5],
    [50, 200, 20],
  ].map(([fast = 0, slow = 0, signal = 0]): Case => {
    const options = { fastperiod: fast, slowperiod: slow, signalperiod: signal };
    const lines = ['macd', 'signal', 'histogram'];
    return {
      create: () => macd(fast, slow, signal),
      function: 'MACD',
      inputs: close,
      options,
      lines,
      isDifference: true,
    };
  }),
  ...[
    [2, 1],
    [200, 2.5],
  ].map(([period = 0, deviations = 0]): Case => {
    const options = { timeperiod: period, nbdevup: deviations, nbdevdn: deviations };
    const lines = ['upper', 'middle', 'lower'];
    return { create: () => bollinger(period, deviations), function: 'BBANDS', inputs: close, options, lines };
  }),
];
