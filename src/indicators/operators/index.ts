export { corr, corrMatrix, diff, pctChange, type RankOptions, rank, shift } from './columnwise.ts';
export { crossings } from './crossings.ts';
export { type Ewm, type EwmOptions, ewm } from './ewm.ts';
export type { Numbers } from './numbers.ts';
export { type Resampled, resample } from './resample.ts';
export { type Rolling, type RollingOptions, rolling } from './rolling.ts';
