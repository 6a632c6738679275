export { type AddressFlags, addressesOf, hostOption, urlOption } from './address-options.ts';
export { BookSide, type Level } from './book/book-side.ts';
export { type BookState, type BookStatistics, OrderBooks, type OrderBooksOptions } from './book/books.ts';
export { type BookLevels, OrderBook } from './book/order-book.ts';
export { liveFeed } from './live-feed.ts';
export type { LiveFeed, LiveFeedOptions } from './live-options.ts';
export { Mailbox, type MailboxOptions } from './mailbox.ts';
export { type PollingFeed, type PollingFeedOptions, pollingFeed } from './polling-feed.ts';
export { type CapturedLine, readCapture } from './recording/capture.ts';
export { type RecordingFeed, type RecordOptions, recordFeed } from './recording/record-feed.ts';
export { type RecordedFeedOptions, recordedFeed } from './recording/recorded-feed.ts';
export {
  createRest,
  type DepthSnapshot,
  type ExchangeInfo,
  type KlineRange,
  RestClient,
  type RestOptions,
} from './rest/client.ts';
export { persist } from './rest/persist.ts';
export { mayPass, retryAfterMs, waitMsOf } from './rest/refusals.ts';
export { type FeedStatistics, LatencyWindow } from './statistics.ts';
export type { StreamName } from './stream/names.ts';
export { probeStream } from './stream/probe.ts';
export { type BackFill, type BackFillPage, tradeBackFill } from './trades/back-fill.ts';
export type { Since } from './trades/beginning.ts';
export { NumberedStream, type NumberedStreamOptions } from './trades/numbered-stream.ts';
