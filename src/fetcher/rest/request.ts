import { CandlebookError, type DataSource, isDataSource, SOURCE_HEADER } from '../../market/index.ts';
import { refusal, unreachable } from './refusals.ts';

export interface RequesterOptions {
  /** Base of the API without a trailing slash, such as `https://api.binance.us`. */
  readonly restUrl: string;
  /** Longest wait for one answer, body included, in ms. Default 10,000. */
  readonly timeoutMs?: number;
  /** Further attempts after a time-out, a dropped connection, a 5xx or a 429. Default 3. */
  readonly retries?: number;
}

export type Query = Readonly<Record<string, string | number | undefined>>;

/** First pause before a retry, in ms; it doubles each time, and the real pause is drawn evenly from 0 to it. */
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 8_000;
/** A 429 that asks for a longer pause than this is handed to the caller. */
const LONGEST_PATIENCE = 60_000;

/**
 * GET requests to one exchange: kept-alive connections, compressed answers, a time-out, and retries only where
 * asking again can help. A ban (418) stops every later call until it ends.
 */
export class Requester {
  readonly restUrl: string;
  readonly #timeoutMs: number;
  readonly #retries: number;
  readonly #closing = new AbortController();
  #bannedUntil = 0;
  #source: DataSource = 'live';
  #usedWeight = 0;

  constructor(options: RequesterOptions) {
    this.restUrl = options.restUrl.replace(/\/+$/, '');
    this.#timeoutMs = options.timeoutMs ?? 10_000;
    this.#retries = options.retries ?? 3;
  }

  /** What the answers said of themselves; `live` until one said otherwise. */
  get source(): DataSource {
    return this.#source;
  }

  /** Request weight of the present minute, by the last answer. */
  get usedWeight(): number {
    return this.#usedWeight;
  }

  /** @throws CandlebookError; see `refusals.ts` for the codes */
  async get(path: string, query: Query = {}): Promise<unknown> {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) search.set(name, String(value));
    const url = `${this.restUrl}${path}${search.size > 0 ? `?${search}` : ''}`;
    for (let attempt = 0; ; attempt++) {
      if (this.#closing.signal.aborted) throw new CandlebookError('STOPPED', 'This client has been closed.');
      this.#refuseWhileBanned();
      const outcome = await this.#attempt(url);
      if ('value' in outcome) return outcome.value;
      if (outcome.retryInMs === undefined || attempt >= this.#retries) throw outcome.error;
      const ceiling = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** attempt);
      await this.#pause(outcome.retryInMs || Math.random() * ceiling);
    }
  }

  close(): void {
    this.#closing.abort();
  }

  async #attempt(
    url: string,
  ): Promise<{ value: unknown } | { error: CandlebookError; retryInMs: number | undefined }> {
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(this.#timeoutMs)]);
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, { signal, redirect: 'error' });
      text = await response.text();
    } catch (cause) {
      if (this.#closing.signal.aborted) throw new CandlebookError('STOPPED', 'This client has been closed.');
      return { error: unreachable(this.restUrl, cause, this.#timeoutMs), retryInMs: 0 };
    }
    const source = response.headers.get(SOURCE_HEADER);
    if (isDataSource(source)) this.#source = source;
    this.#usedWeight = Number(response.headers.get('x-mbx-used-weight-1m') ?? this.#usedWeight);
    if (response.ok) {
      try {
        return { value: JSON.parse(text) };
      } catch (cause) {
        const error = new CandlebookError(
          'RESPONSE_INVALID',
          `${this.restUrl} answered with text that is not JSON: ${excerpt(text)}.`,
          {
            value: excerpt(text),
            hint: 'A proxy or captive portal may stand in between; open the address in a browser.',
            cause,
          },
        );
        return { error, retryInMs: 0 };
      }
    }
    const pauseMs = Number(response.headers.get('retry-after') ?? 0) * 1000;
    if (response.status === 418) this.#bannedUntil = Date.now() + (pauseMs || 120_000);
    const error = refusal(this.restUrl, url, response.status, text, pauseMs);
    if (response.status >= 500) return { error, retryInMs: 0 };
    if (response.status === 429 && pauseMs <= LONGEST_PATIENCE) return { error, retryInMs: pauseMs || 1000 };
    return { error, retryInMs: undefined };
  }

  #refuseWhileBanned(): void {
    if (Date.now() >= this.#bannedUntil) return;
    throw new CandlebookError(
      'BANNED',
      `${this.restUrl} has banned this address until ${new Date(this.#bannedUntil).toISOString()}.`,
      {
        value: this.#bannedUntil,
        hint: 'No call is made until then; calling on would lengthen the ban.',
      },
    );
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, ms);
      const { signal } = this.#closing;
      function done(): void {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      }
      signal.addEventListener('abort', done);
    });
  }
}

/** Enough of a text to recognise it by. */
export function excerpt(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return JSON.stringify(line.length > 80 ? `${line.slice(0, 80)}…` : line);
}
