export { type MarketShare, marketShare } from './market-share.ts';
export { type Mover, type TopMovers, topMovers } from './movers.ts';
export { type Sentiment, type SentimentShares, sentiment } from './sentiment.ts';
export { type Summary24h, summary24h } from './summary.ts';
export { formatMarketSummary, formatTickerTable, type TableOptions } from './ticker-table.ts';
