import { CandlebookError, type Feed } from '../market/index.ts';
import type { RestClient } from './rest/client.ts';
import type { FeedStatistics } from './statistics.ts';
import type { StreamName } from './stream/names.ts';
import type { Since } from './trades/beginning.ts';

export interface LiveFeedOptions {
  /** Base of the WebSocket API without a trailing slash, such as `wss://stream.binance.us:9443`. */
  readonly wsUrl: string;
  /** In either case. Beyond 1,024 symbols times streams, further connections are made. */
  readonly symbols: readonly string[];
  readonly streams: readonly StreamName[];
  /** Fetches trades and aggregates that the stream did not bring. Without it, each hole is a `gap` event. */
  readonly rest?: RestClient;
  /**
   * Trades from here on, history and live as one: a time (epoch ms; needs `rest`), or for each symbol the id of the
   * last trade that the caller has. Ids are those of `trade`, or of `aggTrade` where that is the stream. Default: from
   * now on.
   */
  readonly since?: Since;
  /** Ends the feed as `close()` does. */
  readonly signal?: AbortSignal;
  /**
   * Events that may wait for a slow reader before the connections are paused: what the exchange then no longer sends
   * or drops is fetched later. From a tenth of it on, waiting tickers, quotes and forming bars are replaced by newer
   * ones, and depth updates merged; trades never. Default 10,000.
   */
  readonly maxWaiting?: number;
  /** How long a hole in the trades may resist before it is reported as a gap, ms. Default 120,000. */
  readonly fillWithinMs?: number;
  /** Age at which a connection is replaced, ms. Default 23 h 50 min: the exchange cuts at 24 h. */
  readonly maxAgeMs?: number;
  /**
   * Trades carry the exchange's own text of price and quantity, for who must not round. Slower. Needs a REST client
   * that keeps it too, where there is one. Default false.
   */
  readonly keepText?: boolean;
}

/** A feed over connections of its own. */
export interface LiveFeed extends Feed {
  /** Follows further symbols by the same streams; a `subscribe` event says when. @throws CandlebookError INPUT_INVALID */
  subscribe(symbols: readonly string[]): void;
  /** Nothing of these symbols is delivered from now on. */
  unsubscribe(symbols: readonly string[]): void;
  statistics(): FeedStatistics;
}

export const MAX_WAITING = 10_000;
export const FILL_WITHIN_MS = 120_000;
export const MAX_AGE_MS = (24 * 60 - 10) * 60_000;

/** @throws CandlebookError INPUT_INVALID */
export function checkOptions({
  wsUrl,
  symbols,
  streams,
  rest,
  since,
  keepText,
  ...rates
}: LiveFeedOptions): void {
  if (!URL.canParse(wsUrl) || !/^wss?:$/.test(new URL(wsUrl).protocol))
    throw invalid('wsUrl', wsUrl, 'Give an address such as wss://stream.binance.com:9443.');
  if (symbols.length === 0) throw invalid('symbols', symbols, 'Name at least one, such as BTCUSDT.');
  if (streams.length === 0) throw invalid('streams', streams, 'Name at least one, such as "trade".');
  if (streams.includes('depth') && streams.includes('depth@100ms'))
    throw invalid('streams', streams, 'Both carry the same updates: take "depth" or "depth@100ms".');
  for (const name of ['maxWaiting', 'fillWithinMs', 'maxAgeMs'] as const) {
    const value = rates[name];
    if (value !== undefined && !(value > 0)) throw invalid(name, value, 'It has to be a number above 0.');
  }
  if (keepText && rest && !rest.keepText)
    throw invalid(
      'keepText',
      keepText,
      'Its REST client has to keep it too: createRest({ …, keepText: true }).',
    );
  if (since === undefined) return;
  if (!streams.includes('trade') && !streams.includes('aggTrade'))
    throw invalid('since', since, 'Add the stream "trade" or "aggTrade": only these can be continued.');
  if (typeof since === 'number' && !rest)
    throw invalid('since', since, 'A time needs a REST client: add { rest: createRest(host) }.');
  if (typeof since === 'number' ? !Number.isFinite(since) : !Object.values(since).every(Number.isSafeInteger))
    throw invalid('since', since, 'Give a time in epoch ms, or whole ids by symbol.');
  if (typeof since === 'object' && streams.includes('trade') && streams.includes('aggTrade'))
    throw invalid('since', since, 'Ids belong to one stream: take "trade" or "aggTrade", or a time.');
}

function invalid(name: string, value: unknown, hint: string): CandlebookError {
  return new CandlebookError('INPUT_INVALID', `Option ${name} can not be ${JSON.stringify(value)}.`, {
    value,
    hint,
  });
}
