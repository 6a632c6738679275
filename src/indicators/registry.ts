import { adx } from './adx.ts';
import { atr } from './atr.ts';
import { bandwidth } from './bandwidth.ts';
import { bollinger } from './bollinger.ts';
import { cci } from './cci.ts';
import { dema } from './dema.ts';
import { donchian } from './donchian.ts';
import { ema } from './ema.ts';
import { ichimoku } from './ichimoku.ts';
import { kama } from './kama.ts';
import { keltner } from './keltner.ts';
import { macd } from './macd.ts';
import { mfi } from './mfi.ts';
import { momentum } from './momentum.ts';
import { natr } from './natr.ts';
import { obv } from './obv.ts';
import { percentB } from './percent-b.ts';
import { roc } from './roc.ts';
import { rollingVwap } from './rolling-vwap.ts';
import { rsi } from './rsi.ts';
import { sma } from './sma.ts';
import { stochRsi } from './stoch-rsi.ts';
import { stochastic } from './stochastic.ts';
import { supertrend } from './supertrend.ts';
import { tema } from './tema.ts';
import { volatility } from './volatility.ts';
import { volatilityIndex } from './volatility-index.ts';
import { vwap } from './vwap.ts';
import { williamsR } from './williams-r.ts';
import { wma } from './wma.ts';

/** Every indicator by its name: a factory whose parameters all have defaults. One file and one line each. */
export const INDICATORS = {
  sma,
  ema,
  wma,
  dema,
  tema,
  kama,
  rsi,
  stochastic,
  stochRsi,
  macd,
  bollinger,
  percentB,
  bandwidth,
  atr,
  natr,
  adx,
  cci,
  williamsR,
  mfi,
  obv,
  roc,
  momentum,
  donchian,
  keltner,
  vwap,
  rollingVwap,
  volatility,
  volatilityIndex,
  supertrend,
  ichimoku,
} as const;

export type IndicatorName = keyof typeof INDICATORS;
