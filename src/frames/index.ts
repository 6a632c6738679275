export { addIndicators, type Computed } from './add-indicators.ts';
export type { DataFrame, Series } from './danfo.ts';
export { type Column, type Columns, type FrameSource, fromFrame, toFrame } from './frames.ts';
