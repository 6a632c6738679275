import { readFileSync } from 'node:fs';
import {
  atr,
  bollinger,
  ema,
  macd,
  natr,
  obv,
  pctChange,
  rolling,
  rsi,
  sma,
  wma,
} from '../../../src/indicators/index.ts';
import { sharedDataPath } from '../../fixtures/shared-data.ts';

/** TA-Lib's own 252 regression bars and what TA-Lib C 0.6 computes from them; empty before its first index. */
export const GOLDEN_FILE = 'indicators-golden/talib252.csv';

type Golden = Record<string, Float64Array>;

/** What we give for each golden column. */
export const GOLDEN_CASES: Readonly<Record<string, (of: Golden) => Float64Array>> = {
  SMA_20: ({ close }) => sma(20).batch(close!),
  SMA_VOL_20: ({ volume }) => sma(20).batch(volume!),
  EMA_20: ({ close }) => ema(20).batch(close!),
  WMA_20: ({ close }) => wma(20).batch(close!),
  RSI_14: ({ close }) => rsi(14).batch(close!),
  MACD_12_26_9: ({ close }) => macd(12, 26, 9).batch(close!).macd,
  MACDs: ({ close }) => macd(12, 26, 9).batch(close!).signal,
  MACDh: ({ close }) => macd(12, 26, 9).batch(close!).histogram,
  BBU_20_2: ({ close }) => bollinger(20, 2).batch(close!).upper,
  BBM_20_2: ({ close }) => bollinger(20, 2).batch(close!).middle,
  BBL_20_2: ({ close }) => bollinger(20, 2).batch(close!).lower,
  ATR_14: (bars) => atr(14).batch(bars as never),
  NATR_14: (bars) => natr(14).batch(bars as never),
  TRANGE: (bars) => atr(1).batch(bars as never),
  STDDEV_20: ({ close }) => rolling(close!, 20).std(0),
  VAR_20: ({ close }) => rolling(close!, 20).var(0),
  ROCP_1: ({ close }) => pctChange(close!),
  CORREL_HL_20: ({ high, low }) => rolling(high!, 20).corr(low!),
  MAX_20: ({ close }) => rolling(close!, 20).max(),
  MIN_20: ({ close }) => rolling(close!, 20).min(),
  OBV: (bars) => obv().batch(bars as never),
};

export function goldenColumns(): Golden {
  const [header, ...rows] = readFileSync(sharedDataPath(GOLDEN_FILE), 'utf8').trim().split('\n');
  const cells = rows.map((row) => row.split(','));
  return Object.fromEntries(
    header!
      .split(',')
      .map((name, at) => [
        name.trim(),
        Float64Array.from(cells, (row) => (row[at]?.trim() ? Number(row[at]) : Number.NaN)),
      ]),
  );
}
