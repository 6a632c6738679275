import { brokerOf, type TopicFeed, topicFeed } from '../cloud/index.ts';
import type { TopicSettings } from '../configuration/index.ts';
import { Mailbox, type PollingFeed, pollingFeed, type Since } from '../fetcher/index.ts';
import type { DataSource, MarketEvent } from '../market/index.ts';
import { Secret, type Secrets } from '../secrets/index.ts';
import type { Connection } from './exchange.ts';

const TICKERS_EVERY_SECONDS = 5;
const MAX_WAITING = 1_000;

/**
 * The trades of a topic, and the 24-hour statistics by REST of the exchange that was published.
 * @throws CandlebookError INPUT_INVALID, SECRET_UNAVAILABLE
 */
export async function topicMarket(
  { broker, name, group, from }: TopicSettings,
  { rest }: Connection,
  symbols: readonly string[],
  secrets: Pick<Secrets, 'get'>,
  since: Since | undefined,
): Promise<TopicFeed> {
  const address = brokerOf(broker instanceof Secret ? await secrets.get(broker) : broker);
  const trades = topicFeed({
    broker: address,
    source: rest.source,
    symbols,
    rest,
    from,
    ...(name === undefined ? {} : { topic: name }),
    ...(group === undefined ? {} : { group }),
    ...(since === undefined ? {} : { since }),
  });
  const tickers = pollingFeed({ rest, symbols, everySeconds: TICKERS_EVERY_SECONDS, isKnown: true });
  return new TopicMarket(trades, tickers);
}

class TopicMarket implements TopicFeed {
  readonly #trades: TopicFeed;
  readonly #tickers: PollingFeed;
  readonly #mailbox = new Mailbox<MarketEvent>({ limit: MAX_WAITING });
  #isRunning = false;

  constructor(trades: TopicFeed, tickers: PollingFeed) {
    this.#trades = trades;
    this.#tickers = tickers;
  }

  get source(): DataSource | undefined {
    return this.#trades.source;
  }

  statistics() {
    return this.#trades.statistics();
  }

  [Symbol.asyncIterator](): AsyncIterator<MarketEvent, undefined> {
    if (!this.#isRunning) {
      this.#isRunning = true;
      void this.#pump(this.#followTrades());
    }
    return {
      next: () => this.#mailbox.next(),
      return: async () => {
        await this.close();
        return { value: undefined, done: true };
      },
    };
  }

  async close(): Promise<void> {
    this.#mailbox.end();
    await Promise.all([this.#trades.close(), this.#tickers.close()]);
  }

  async #followTrades(): Promise<void> {
    let isFirst = true;
    for await (const event of this.#trades) {
      this.#mailbox.push(event);
      if (this.#mailbox.full) await this.#mailbox.room();
      if (isFirst) void this.#pump(this.#followTickers());
      isFirst = false;
    }
  }

  async #followTickers(): Promise<void> {
    for await (const event of this.#tickers) {
      // The feed is the topic: that REST is away for a while is a fault beside it.
      if (event.type === 'ticker') this.#mailbox.push(event);
      else if (event.type === 'disconnect')
        this.#mailbox.push({ type: 'error', at: event.at, code: 'HOST_UNREACHABLE', message: event.reason });
    }
  }

  /** The feed ends when one of the two does. */
  async #pump(work: Promise<void>): Promise<void> {
    try {
      await work;
      this.#mailbox.end();
    } catch (error) {
      this.#mailbox.end({ error });
    }
    await this.close();
  }
}
