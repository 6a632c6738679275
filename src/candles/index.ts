export { CANDLE_COLUMNS, type CandleColumn, type CandleColumns } from './columns.ts';
export { type ResampleOptions, resampleCandles } from './resample.ts';
export {
  type BarFields,
  type CandleChange,
  type CandleGap,
  CandleSeries,
  type CandleSeriesOptions,
} from './series.ts';
