import { setMaxListeners } from 'node:events';
import { CandlebookError, type DataSource, isDataSource, SOURCE_HEADER } from '../../market/index.ts';
import { readBody } from './body.ts';
import { WeightBudget, weightLimitIn } from './budget.ts';
import { ServerClock } from './clock.ts';
import { banEnd, refusal, retryAfterMs, unreachable } from './refusals.ts';

export interface RequesterOptions {
  /** Base of the API without a trailing slash, such as `https://api.binance.us`. */
  readonly restUrl: string;
  /** Longest wait for one answer, body included, in ms. Default 10,000. */
  readonly timeoutMs?: number;
  /** Further attempts after a time-out, a dropped connection, a 5xx or a 429. Default 3. */
  readonly retries?: number;
  /** Ask for times to the microsecond: epoch ms with a fraction. Default false: whole ms. */
  readonly microseconds?: boolean;
}

export interface Answer {
  /** Parsed JSON. */
  readonly value: unknown;
  /** This machine's clock, epoch ms. */
  readonly sentAt: number;
  readonly receivedAt: number;
}

export type Query = Readonly<Record<string, string | number | undefined>>;

/** First pause before a retry, in ms; it doubles each time, and the real pause is drawn evenly from 0 to it. */
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 8_000;
/** A 429 that asks for a longer pause than this is handed to the caller. */
const LONGEST_PATIENCE = 60_000;
const INFO_WEIGHT = 20;
/** Bans last two minutes at least. */
const SHORTEST_BAN = 120_000;

/**
 * GET requests to one exchange: kept-alive connections, compressed answers, a time-out, and retries only where
 * asking again can help. Requests wait for the weight budget; a 429 holds back all of them for as long as it says,
 * and a ban (418) stops every later call until it ends.
 */
export class Requester {
  readonly restUrl: string;
  readonly #timeoutMs: number;
  readonly #retries: number;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #closing = new AbortController();
  /** A ban, or a 429 that asks for a longer pause than is waited for. */
  #barred: { until: number; code: 'BANNED' | 'RATE_LIMITED' } | undefined;
  #source: DataSource = 'live';
  /** When the exchange may be asked for its limit, by `performance.now()`. */
  #learnFrom = 0;
  readonly clock = new ServerClock();
  readonly budget = new WeightBudget((ms) => this.#pause(ms));

  constructor(options: RequesterOptions) {
    this.restUrl = options.restUrl.replace(/\/+$/, '');
    this.#timeoutMs = options.timeoutMs ?? 10_000;
    this.#retries = options.retries ?? 3;
    this.#headers = options.microseconds ? { 'x-mbx-time-unit': 'MICROSECOND' } : {};
    setMaxListeners(0, this.#closing.signal);
  }

  /** What the answers said of themselves; `live` until one said otherwise. */
  get source(): DataSource {
    return this.#source;
  }

  /** @throws CandlebookError; see `refusals.ts` for the codes */
  async get(path: string, weight: number, query: Query = {}): Promise<unknown> {
    return (await this.ask(path, weight, query)).value;
  }

  /** As `get`, and when the request that was answered went out and came back. */
  async ask(path: string, weight: number, query: Query = {}): Promise<Answer> {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) search.set(name, String(value));
    const url = `${this.restUrl}${path}${search.size > 0 ? `?${search}` : ''}`;
    if (!this.budget.told && this.budget.lacks(weight)) this.#learnLimit(query.symbol);
    return this.#persist(url, weight, () => this.budget.take(weight));
  }

  /** Asks until there is an answer, or asking again can not help. `take` counts the weight before each attempt. */
  async #persist(url: string, weight: number, take: () => Promise<void> | void): Promise<Answer> {
    for (let attempt = 0; ; attempt++) {
      this.#refuse();
      await take();
      const outcome = await this.#attempt(url, weight);
      if ('value' in outcome) return outcome;
      if (outcome.retryInMs === undefined || attempt >= this.#retries) throw outcome.error;
      const ceiling = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** attempt);
      if (outcome.retryInMs > 0) this.budget.pause(outcome.retryInMs);
      await this.#pause(outcome.retryInMs || Math.random() * ceiling);
    }
  }

  close(): void {
    this.#closing.abort();
  }

  /**
   * While a request waits for a cautious budget, the exchange is asked for its true one; where that fails, again when
   * one has to wait a minute later. Not more often: these questions come on top of the budget.
   */
  #learnLimit(symbol: string | number | undefined): void {
    if (symbol === undefined || performance.now() < this.#learnFrom) return;
    this.#learnFrom = performance.now() + 60_000;
    const url = `${this.restUrl}/api/v3/exchangeInfo?symbol=${encodeURIComponent(symbol)}`;
    this.#persist(url, INFO_WEIGHT, () => this.budget.takeAtOnce(INFO_WEIGHT))
      .then(({ value }) => {
        const limit = weightLimitIn(value);
        if (limit !== undefined) this.budget.limit = limit;
      })
      // The request that waits meets the same trouble, and tells of it.
      .catch(() => undefined);
  }

  async #attempt(
    url: string,
    weight: number,
  ): Promise<Answer | { error: CandlebookError; retryInMs: number | undefined }> {
    const deadline = new AbortController();
    const end = () => deadline.abort();
    const timer = setTimeout(() => deadline.abort(timedOut()), this.#timeoutMs);
    this.#closing.signal.addEventListener('abort', end);
    let response: Response | undefined;
    let text: string;
    let sentAt = 0;
    try {
      // The wait for the budget may have been long.
      this.#refuse();
      sentAt = Date.now();
      response = await fetch(url, { signal: deadline.signal, redirect: 'error', headers: this.#headers });
      text = await readBody(response);
    } catch (cause) {
      if (cause instanceof CandlebookError) throw cause;
      if (this.#closing.signal.aborted) throw stopped();
      return { error: unreachable(this.restUrl, cause, this.#timeoutMs), retryInMs: 0 };
    } finally {
      clearTimeout(timer);
      this.#closing.signal.removeEventListener('abort', end);
      this.#settle(weight, response?.headers);
    }
    const receivedAt = Date.now();
    const source = response.headers.get(SOURCE_HEADER);
    if (isDataSource(source)) this.#source = source;
    if (response.ok) {
      try {
        return { value: JSON.parse(text), sentAt, receivedAt };
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
    const pauseMs = retryAfterMs(response.headers.get('retry-after')) ?? 0;
    if (response.status === 418) {
      const until = pauseMs > 0 ? receivedAt + pauseMs : (banEnd(text) ?? receivedAt + SHORTEST_BAN);
      this.#barred = { until, code: 'BANNED' };
      throw this.#barredError(this.#barred);
    }
    const error = refusal(this.restUrl, url, response.status, text, pauseMs);
    if (response.status >= 500) return { error, retryInMs: 0 };
    if (response.status !== 429) return { error, retryInMs: undefined };
    if (pauseMs <= LONGEST_PATIENCE) return { error, retryInMs: pauseMs || 1000 };
    this.#barred = { until: Date.now() + pauseMs, code: 'RATE_LIMITED' };
    throw this.#barredError(this.#barred);
  }

  /** What the headers tell of the budget and the clock. */
  #settle(weight: number, headers: Headers | undefined): void {
    const used = Number(headers?.get('x-mbx-used-weight-1m') ?? Number.NaN);
    const date = Date.parse(headers?.get('date') ?? '');
    if (!Number.isNaN(date)) this.clock.header(date);
    this.budget.settle(weight, {
      used: Number.isNaN(used) ? undefined : used,
      serverTime: Number.isNaN(date) ? undefined : Date.now() + this.clock.offset,
    });
  }

  #refuse(): void {
    if (this.#closing.signal.aborted) throw stopped();
    if (this.#barred && Date.now() < this.#barred.until) throw this.#barredError(this.#barred);
  }

  #barredError({ until, code }: { until: number; code: 'BANNED' | 'RATE_LIMITED' }): CandlebookError {
    const what = code === 'BANNED' ? 'has banned this address' : 'allows this address no call';
    return new CandlebookError(code, `${this.restUrl} ${what} until ${new Date(until).toISOString()}.`, {
      value: until,
      hint: 'No call is made until then; calling on would lengthen the ban. Lower the refresh or the number of symbols.',
    });
  }

  #pause(ms: number): Promise<void> {
    if (this.#closing.signal.aborted) return Promise.reject(stopped());
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

function timedOut(): DOMException {
  return new DOMException('The answer took too long.', 'TimeoutError');
}

function stopped(): CandlebookError {
  return new CandlebookError('STOPPED', 'This client has been closed.');
}

/** Enough of a text to recognise it by. */
export function excerpt(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return JSON.stringify(line.length > 80 ? `${line.slice(0, 80)}…` : line);
}
