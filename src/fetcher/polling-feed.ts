import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, Feed, MarketEvent } from '../market/index.ts';
import type { RestClient } from './rest/client.ts';
import { mayPass, waitMsOf } from './rest/refusals.ts';

export interface PollingFeedOptions {
  readonly rest: RestClient;
  readonly symbols: readonly string[];
  /** Pause between two requests' starts, in seconds. */
  readonly everySeconds: 5 | 15 | 30;
  /** The exchange has answered other requests: already the first one may fail and be made again. Default false. */
  readonly isKnown?: boolean;
  readonly signal?: AbortSignal;
}

export interface PollingFeed extends Feed {
  /** When the newest request began, on the clock of `performance.now()`, ms. */
  readonly askedAt: number;
}

/**
 * Asks for the 24-hour tickers again and again, as the original dashboard did. A request that fails after the
 * first one is a `disconnect` event; the next one that succeeds a `connect` event. A ban is waited for.
 *
 * @throws CandlebookError from the iterator when the first request fails, and for what does not pass, such as
 *   REGION_BLOCKED
 */
export function pollingFeed(options: PollingFeedOptions): PollingFeed {
  return new TickerPolls(options);
}

class TickerPolls implements PollingFeed {
  source: DataSource | undefined;
  askedAt = 0;
  readonly #options: PollingFeedOptions;
  readonly #stop = new AbortController();

  constructor(options: PollingFeedOptions) {
    this.#options = options;
    options.signal?.addEventListener('abort', () => this.#stop.abort(), { once: true });
    if (options.signal?.aborted) this.#stop.abort();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<MarketEvent, void, undefined> {
    const { rest, symbols, everySeconds, isKnown = false } = this.#options;
    let connected = false;
    let attempt = 0;
    while (!this.#stop.signal.aborted) {
      this.askedAt = performance.now();
      let pauseMs = everySeconds * 1000;
      attempt++;
      try {
        const tickers = await rest.ticker24h(symbols);
        if (this.#stop.signal.aborted) return;
        this.source = rest.source;
        if (!connected)
          yield { type: 'connect', at: Date.now(), url: rest.url, source: rest.source, attempt };
        connected = true;
        attempt = 0;
        yield* tickers;
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        if (!mayPass(error) || !(isKnown || this.source)) throw error;
        connected = false;
        pauseMs = Math.max(pauseMs, waitMsOf(error));
        yield { type: 'disconnect', at: Date.now(), reason: error.message, retryInMs: pauseMs };
      }
      const wait = Math.max(0, pauseMs - (performance.now() - this.askedAt));
      await sleep(wait, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    this.#stop.abort();
  }
}
