/** The panels that a board can have, in the order in which they are shown; the chart stands after the first six. */
export const PANEL_NAMES = [
  'current-prices',
  'price-change-24h',
  'volume-24h',
  'high-low-ranges',
  'sentiment',
  'performance',
  'comparison',
  'correlation',
  'insights',
  'market-share',
  'volatility',
  'drawdown',
] as const;

export type PanelName = (typeof PANEL_NAMES)[number];

/** The document's six, and what a trader looks at next. */
export const DEFAULT_PANELS: readonly PanelName[] = PANEL_NAMES.slice(0, 9);

/** What the chart shows: see `indicatorOf` for how they are written. */
export const DEFAULT_INDICATORS: readonly string[] = [
  'ema_50',
  'bollinger_20_2',
  'vwap',
  'rsi_14',
  'macd_12_26_9',
];
