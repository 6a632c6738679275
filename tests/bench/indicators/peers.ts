import { npmPeers } from '../peers/npm.ts';
import type { Bars } from './bars.ts';

export const PINNED = {
  indicatorts: '2.2.2',
  'trading-signals': '8.3.0',
  technicalindicators: '3.1.0',
  '@ixjb94/indicators': '1.2.4',
} as const;

type Work = (bars: Bars) => unknown;
/** By the name of the peer, then of the row: the same work over the same bars, in the shape that the peer likes best. */
export type Peers = Record<keyof typeof PINNED, Record<string, Work>>;

type Batch = (...args: unknown[]) => unknown;
interface Stream {
  update(value: unknown, replace: boolean): unknown;
}
type Class = new (...args: never[]) => Stream;

export async function loadPeers(): Promise<Peers> {
  const load = await npmPeers('indicators', PINNED);
  const ts = await load<Record<string, Batch>>('indicatorts');
  const ti = (await load<{ default: Record<string, { calculate: Batch }> }>('technicalindicators')).default;
  const ix = new (
    await load<{ IndicatorsSync: new () => Record<string, Batch> }>('@ixjb94/indicators')
  ).IndicatorsSync();
  const signals = await load<Record<string, Class>>('trading-signals');

  /** Every value in turn, as the class gives no other way; the results are kept in an array. */
  const fed =
    (create: () => Stream, input: 'close' | 'candles'): Work =>
    ({ plain, candles }) => {
      const indicator = create();
      return input === 'close'
        ? plain.close.map((value) => indicator.update(value, false))
        : candles.map((value) => indicator.update(value, false));
    };
  const of = (name: string, ...args: unknown[]) => new signals[name]!(...(args as never[]));
  const calculate =
    (name: string, input: (bars: Bars) => object): Work =>
    (bars) =>
      ti[name]!.calculate(input(bars));

  return {
    indicatorts: {
      sma: ({ plain }) => ts.sma!(plain.close, { period: 20 }),
      ema: ({ plain }) => ts.ema!(plain.close, { period: 20 }),
      dema: ({ plain }) => ts.dema!(plain.close, { period: 20 }),
      tema: ({ plain }) => ts.tema!(plain.close, { period: 20 }),
      rsi: ({ plain }) => ts.rsi!(plain.close, { period: 14 }),
      macd: ({ plain }) => ts.macd!(plain.close, { fast: 12, slow: 26, signal: 9 }),
      bollinger: ({ plain }) => ts.bb!(plain.close, { period: 20 }),
      atr: ({ plain }) => ts.atr!(plain.high, plain.low, plain.close, { period: 14 }),
      stochastic: ({ plain }) => ts.stoch!(plain.high, plain.low, plain.close, { kPeriod: 5, dPeriod: 3 }),
      williamsR: ({ plain }) => ts.willr!(plain.high, plain.low, plain.close, { period: 14 }),
      cci: ({ plain }) => ts.cci!(plain.high, plain.low, plain.close, { period: 20 }),
      mfi: ({ plain }) => ts.mfi!(plain.high, plain.low, plain.close, plain.volume, { period: 14 }),
      obv: ({ plain }) => ts.obv!(plain.close, plain.volume),
      roc: ({ plain }) => ts.roc!(plain.close, { period: 10 }),
      donchian: ({ plain }) => ts.dc!(plain.close, { period: 20 }),
      keltner: ({ plain }) => ts.kc!(plain.high, plain.low, plain.close, { period: 20 }),
      rollingVwap: ({ plain }) => ts.vwap!(plain.close, plain.volume, { period: 20 }),
    },
    'trading-signals': {
      sma: fed(() => of('SMA', 20), 'close'),
      ema: fed(() => of('EMA', 20), 'close'),
      wma: fed(() => of('WMA', 20), 'close'),
      dema: fed(() => of('DEMA', 20), 'close'),
      tema: fed(() => of('TEMA', 20), 'close'),
      kama: fed(() => of('KAMA', 10), 'close'),
      rsi: fed(() => of('RSI', 14), 'close'),
      macd: fed(() => of('MACD', of('EMA', 12), of('EMA', 26), of('EMA', 9)), 'close'),
      bollinger: fed(() => of('BollingerBands', 20, 2), 'close'),
      roc: fed(() => of('ROC', 10), 'close'),
      momentum: fed(() => of('MOM', 10), 'close'),
      atr: fed(() => of('ATR', 14), 'candles'),
      natr: fed(() => of('NATR', 14), 'candles'),
      adx: fed(() => of('ADX', 14), 'candles'),
      cci: fed(() => of('CCI', 20), 'candles'),
      williamsR: fed(() => of('WilliamsR', 14), 'candles'),
      mfi: fed(() => of('MFI', 14), 'candles'),
      obv: fed(() => of('OBV', 5), 'candles'),
      donchian: fed(() => of('DonchianChannels', 20), 'candles'),
      stochastic: fed(() => of('StochasticOscillator', 5, 3, 3), 'candles'),
    },
    technicalindicators: {
      sma: calculate('SMA', ({ plain }) => ({ period: 20, values: plain.close })),
      ema: calculate('EMA', ({ plain }) => ({ period: 20, values: plain.close })),
      wma: calculate('WMA', ({ plain }) => ({ period: 20, values: plain.close })),
      rsi: calculate('RSI', ({ plain }) => ({ period: 14, values: plain.close })),
      macd: calculate('MACD', ({ plain }) => ({
        ...{ values: plain.close, fastPeriod: 12, slowPeriod: 26, signalPeriod: 9 },
        ...{ SimpleMAOscillator: false, SimpleMASignal: false },
      })),
      bollinger: calculate('BollingerBands', ({ plain }) => ({ period: 20, stdDev: 2, values: plain.close })),
      atr: calculate('ATR', ({ plain }) => ({
        period: 14,
        high: plain.high,
        low: plain.low,
        close: plain.close,
      })),
      roc: calculate('ROC', ({ plain }) => ({ period: 10, values: plain.close })),
      obv: calculate('OBV', ({ plain }) => ({ close: plain.close, volume: plain.volume })),
    },
    '@ixjb94/indicators': {
      sma: ({ plain }) => ix.sma!(plain.close, 20),
      ema: ({ plain }) => ix.ema!(plain.close, 20),
      wma: ({ plain }) => ix.wma!(plain.close, 20),
      dema: ({ plain }) => ix.dema!(plain.close, 20),
      tema: ({ plain }) => ix.tema!(plain.close, 20),
      kama: ({ plain }) => ix.kama!(plain.close, 10),
      rsi: ({ plain }) => ix.rsi!(plain.close, 14),
      macd: ({ plain }) => ix.macd!(plain.close, 12, 26, 9),
      bollinger: ({ plain }) => ix.bbands!(plain.close, 20, 2),
      atr: ({ plain }) => ix.atr!(plain.high, plain.low, plain.close, 14),
      natr: ({ plain }) => ix.natr!(plain.high, plain.low, plain.close, 14),
      adx: ({ plain }) => ix.adx!(plain.high, plain.low, 14),
      cci: ({ plain }) => ix.cci!(plain.high, plain.low, plain.close, 20),
      williamsR: ({ plain }) => ix.willr!(plain.high, plain.low, plain.close, 14),
      mfi: ({ plain }) => ix.mfi!(plain.high, plain.low, plain.close, plain.volume, 14),
      obv: ({ plain }) => ix.obv!(plain.close, plain.volume),
      roc: ({ plain }) => ix.roc!(plain.close, 10),
      momentum: ({ plain }) => ix.mom!(plain.close, 10),
      stochastic: ({ plain }) => ix.stoch!(plain.high, plain.low, plain.close, 5, 3, 3),
    },
  };
}

/** Six at once on trading-signals: closed bars, and the forming bar that it replaces. */
export async function tradingSignals(): Promise<{
  closed(bar: Candle): number;
  forming(bar: Candle): number;
}> {
  const load = await npmPeers('indicators', PINNED);
  const signals = await load<Record<string, Class>>('trading-signals');
  const of = (name: string, ...args: unknown[]) => new signals[name]!(...(args as never[]));
  const closes = [
    ...[of('SMA', 20), of('EMA', 20), of('RSI', 14)],
    ...[of('MACD', of('EMA', 12), of('EMA', 26), of('EMA', 9)), of('BollingerBands', 20, 2)],
  ];
  const range = of('ATR', 14);
  const step = (bar: Candle, replace: boolean) => {
    let kept = 0;
    for (const one of closes) kept += one.update(bar.close, replace) === null ? 0 : 1;
    return kept + (range.update(bar, replace) === null ? 0 : 1);
  };
  return { closed: (bar) => step(bar, false), forming: (bar) => step(bar, true) };
}

export interface Candle {
  high: number;
  low: number;
  close: number;
  volume: number;
}
