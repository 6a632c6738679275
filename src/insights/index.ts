export { type Correlation, correlation } from './correlation.ts';
export { type MarketShare, marketShare } from './market-share.ts';
export { type Mover, type TopMovers, topMovers } from './movers.ts';
export { type Sentiment, type SentimentShares, sentiment } from './sentiment.ts';
export { type Summary24h, summary24h } from './summary.ts';
export { formatMarketSummary, formatTickerTable, type TableOptions } from './ticker-table.ts';
export { type TrendReversal, type TrendReversalOptions, trendReversals } from './trend-reversals.ts';
export { type VolatilityRank, volatilityRanking } from './volatility-ranking.ts';
export { type VolumeSpike, type VolumeSpikeOptions, volumeSpikeAt, volumeSpikes } from './volume-spikes.ts';
