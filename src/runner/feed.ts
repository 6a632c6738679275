import type { TopicFeed } from '../cloud/index.ts';
import type { Settings } from '../configuration/index.ts';
import {
  type FeedStatistics,
  type LiveFeed,
  liveFeed,
  type PollingFeed,
  pollingFeed,
  type Since,
} from '../fetcher/index.ts';
import type { DataSource, Feed, Ticker } from '../market/index.ts';
import { openSecrets, type Secrets } from '../secrets/index.ts';
import { type Connection, connect } from './exchange.ts';
import { topicMarket } from './topic-market.ts';

/** A live feed tells how it is doing, and that of a topic too; a polled one when it last asked. */
export type RunFeed = LiveFeed | PollingFeed | TopicFeed;

/**
 * The feed that the settings ask for: trades, candles and tickers by WebSocket, tickers by polling, or the trades of a
 * topic and polled tickers.
 * @param since id of the last trade of each symbol that is kept already
 * @param secrets resolve what the settings of the topic refer to
 */
export async function openFeedOn(
  connection: Connection,
  settings: Settings,
  secrets: Pick<Secrets, 'get'>,
  since?: Since,
): Promise<RunFeed> {
  const symbols = [...settings.symbols];
  if (settings.topic) return topicMarket(settings.topic, connection, symbols, secrets, since);
  if (settings.refresh !== 'live')
    return pollingFeed({ rest: connection.rest, symbols, everySeconds: settings.refresh, isKnown: true });
  const streams = ['trade', 'ticker', `kline_${settings.interval}`] as const;
  const { wsUrl, rest } = connection;
  return liveFeed({ wsUrl, rest, symbols, streams: [...streams], ...(since === undefined ? {} : { since }) });
}

export function statisticsOf(feed: RunFeed): FeedStatistics | undefined {
  return 'statistics' in feed ? feed.statistics() : undefined;
}

/**
 * The settings' feed, for a loop of one's own. Leaving the loop, or `close()`, closes its sockets and, where the
 * embedded exchange was started for it in this process, the exchange.
 *
 * @throws CandlebookError HOST_UNREACHABLE, REGION_BLOCKED, SYMBOL_UNKNOWN, before the first event
 */
export async function openFeed(settings: Settings): Promise<Feed> {
  const connection = await connect(settings);
  const { keyVault } = settings;
  const secrets = openSecrets({ ...(keyVault === '' ? {} : { keyVault }), refreshSeconds: 0 });
  let feed: Feed;
  try {
    await connection.rest.exchangeInfo([...settings.symbols]);
    feed = await openFeedOn(connection, settings, secrets);
  } catch (error) {
    await connection.close();
    throw error;
  } finally {
    secrets.close();
  }
  const close = async () => {
    await feed.close();
    await connection.close();
  };
  return {
    get source() {
      return feed.source;
    },
    close,
    async *[Symbol.asyncIterator]() {
      try {
        yield* feed;
      } finally {
        await close();
      }
    },
  };
}

/** One REST snapshot of the tracked symbols' 24-hour statistics (request weight 2), and where it comes from. */
export async function fetchTickers(settings: Settings): Promise<{ tickers: Ticker[]; source: DataSource }> {
  const connection = await connect(settings);
  try {
    const tickers = await connection.rest.ticker24h([...settings.symbols]);
    return { tickers, source: connection.rest.source };
  } finally {
    await connection.close();
  }
}
