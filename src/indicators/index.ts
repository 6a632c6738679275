export type { BatchInput, BatchOutput, Indicator, InputColumn } from './contract.ts';
export { ema } from './ema.ts';
export { INDICATORS, type IndicatorName } from './registry.ts';
export { sma } from './sma.ts';
