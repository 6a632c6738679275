export { type Board, type BoardOptions, board, type Footer, type MarketState } from './board.ts';
export type { CandleColumns, Overlay } from './candle-columns.ts';
export { type CandlestickOptions, candlestick } from './candlestick.ts';
export {
  type ComparisonOptions,
  comparisonLines,
  drawdownLines,
  type PriceSeries,
} from './comparison-lines.ts';
export { type CorrelationOptions, correlationHeatmap } from './correlation-heatmap.ts';
export { currentPrices } from './current-prices.ts';
export type { Figure, Layout, Trace } from './figure.ts';
export {
  formatChange,
  formatCompact,
  formatExact,
  formatPercent,
  formatPrice,
  formatTime,
} from './format.ts';
export { highLowRanges } from './high-low-ranges.ts';
export { marketShareBars } from './market-share-bars.ts';
export type { Pane } from './panes.ts';
export { performanceTable } from './performance-table.ts';
export { priceChange24h } from './price-change.ts';
export { sentimentPie } from './sentiment-pie.ts';
export type { FigureOptions, ThemeName } from './theme.ts';
export { type VolatilityBarsOptions, volatilityBars } from './volatility-bars.ts';
export { volume24h } from './volume.ts';
export { type VolumeAreaOptions, volumeArea } from './volume-area.ts';
