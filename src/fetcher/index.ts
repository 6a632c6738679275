export { type LiveFeedOptions, liveFeed, type StreamName } from './live-feed.ts';
export { type PollingFeedOptions, pollingFeed } from './polling-feed.ts';
export { type RecordedFeedOptions, recordedFeed } from './recorded-feed.ts';
export {
  type AggTrade,
  createRest,
  type DepthSnapshot,
  type ExchangeInfo,
  type KlineRange,
  RestClient,
} from './rest/client.ts';
