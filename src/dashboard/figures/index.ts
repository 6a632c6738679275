export { type Board, type BoardOptions, board, type Footer, type MarketState } from './board.ts';
export type { CandleColumns, Overlay } from './candle-columns.ts';
export { type CandlestickOptions, candlestick } from './candlestick.ts';
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
export type { Pane } from './panes.ts';
export { performanceTable } from './performance-table.ts';
export { priceChange24h } from './price-change.ts';
export { sentimentPie } from './sentiment-pie.ts';
export type { FigureOptions, ThemeName } from './theme.ts';
export { volume24h } from './volume.ts';
