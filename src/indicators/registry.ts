import { ema } from './ema.ts';
import { sma } from './sma.ts';

/** Every indicator by its name: a factory whose parameters all have defaults. One file and one line each. */
export const INDICATORS = {
  sma,
  ema,
} as const;

export type IndicatorName = keyof typeof INDICATORS;
