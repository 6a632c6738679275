export { type Board, type BoardOptions, board, type Footer, type MarketState } from './board.ts';
export type { CandleColumns as ChartColumns, Overlay } from './candle-columns.ts';
export { type CandlestickOptions, candlestick } from './candlestick.ts';
export {
  type ChartLayers,
  type ComputedIndicator,
  chartIndicators,
  chartLayers,
} from './chart-indicators.ts';
export {
  type ComparisonOptions,
  comparisonLines,
  drawdownLines,
  type PriceSeries,
} from './comparison-lines.ts';
export { type CorrelationOptions, correlationHeatmap } from './correlation-heatmap.ts';
export { currentPrices } from './current-prices.ts';
export { type DepthChartOptions, type DepthLevels, depthChart } from './depth-chart.ts';
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
export { type InsightsPanelOptions, insightsPanel, type MarketInsights } from './insights-panel.ts';
export { marketShareBars } from './market-share-bars.ts';
export type { Pane } from './panes.ts';
export { performanceTable } from './performance-table.ts';
export { priceChange24h } from './price-change.ts';
export { sentimentPie } from './sentiment-pie.ts';
export type { FigureOptions, ThemeName } from './theme.ts';
export { type VolatilityBarsOptions, volatilityBars } from './volatility-bars.ts';
export { volume24h } from './volume.ts';
export { type VolumeOptions, volumeArea, volumeBars } from './volume-area.ts';
