import { type LiveFeedOptions, liveFeed } from '../fetcher/index.ts';
import type { DataSource, Feed, MarketEvent } from '../market/index.ts';
import type { Exchange } from './exchange.ts';
import { startExchange } from './exchange.ts';
import type { ExchangeOptions } from './options.ts';

export interface SimulatedFeedOptions
  extends Pick<LiveFeedOptions, 'symbols' | 'streams' | 'maxWaiting' | 'keepText' | 'signal'> {
  /** Of the exchange that it runs: seed, speed, faults, a recording. Listed pairs are those of `symbols` by default. */
  readonly exchange?: Omit<ExchangeOptions, 'clock'>;
}

/**
 * A market on this machine as a feed: it starts an embedded exchange with the first event that is asked for, and ends
 * it with the loop. Its source is `simulated`, or `recorded` where the exchange replays a recording.
 * @throws CandlebookError from the iterator, as `startExchange` and `liveFeed`
 */
export function simulatedFeed(options: SimulatedFeedOptions): Feed {
  return new SimulatedFeed(options);
}

class SimulatedFeed implements Feed {
  source: DataSource | undefined;
  readonly #options: SimulatedFeedOptions;
  readonly #stop = new AbortController();
  #ending: Promise<unknown> | undefined;
  #exchange: Exchange | undefined;

  constructor(options: SimulatedFeedOptions) {
    this.#options = options;
    if (options.signal?.aborted) this.#stop.abort();
    else options.signal?.addEventListener('abort', () => void this.close(), { once: true });
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#ending ??= this.#exchange?.close();
    await this.#ending;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<MarketEvent, void, undefined> {
    const { exchange: asked = {}, signal: _, ...rest } = this.#options;
    const { signal } = this.#stop;
    if (signal.aborted) return;
    const symbols = asked.recording ? {} : { symbols: rest.symbols.map((symbol) => symbol.toUpperCase()) };
    const exchange = await startExchange({ ...symbols, ...asked });
    this.#exchange = exchange;
    try {
      const feed = liveFeed({ ...rest, wsUrl: exchange.wsUrl, signal });
      for await (const event of feed) {
        this.source = feed.source;
        yield event;
      }
    } finally {
      await this.close();
      await exchange.close();
    }
  }
}
