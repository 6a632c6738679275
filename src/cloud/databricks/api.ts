import { retryAfterMs } from '../../fetcher/index.ts';
import { CandlebookError } from '../../market/index.ts';
import { exactJson } from './exact-json.ts';
import { pause, stopped } from './pause.ts';
import { isTokenRefused, refusalOf, refused } from './refusal.ts';
import type { Tokens } from './tokens.ts';

export interface ApiOptions {
  /** Address of the workspace, such as `https://adb-1234567890123456.7.azuredatabricks.net`. */
  readonly host: string;
  readonly tokens: Tokens;
  /** Longest wait for one answer, ms. Default 60,000. */
  readonly timeoutMs?: number;
  /** Further attempts after a 429, a 503 or, where asking twice does no harm, a broken connection. Default 5. */
  readonly retries?: number;
  /** A `Retry-After` that asks for more is handed to the caller, ms. Default 60,000. */
  readonly patienceMs?: number;
  /** First pause before another attempt, ms; it doubles. Default 1,000. */
  readonly pauseMs?: number;
}

export interface Call {
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: object;
  readonly signal?: AbortSignal | undefined;
  /** Whether a call that may have arrived can be made again. Default: of GET only. */
  readonly repeatable?: boolean;
}

const LONGEST_PAUSE = 30_000;

/**
 * Calls of one workspace's REST API. Those that it turns away for the moment (429, 503) are made again, after the time
 * that it asks for; a token that it does not accept any more is renewed once.
 */
export class Api {
  readonly host: string;
  readonly #tokens: Tokens;
  readonly #options: Required<Omit<ApiOptions, 'host' | 'tokens'>>;

  constructor({ host, tokens, ...options }: ApiOptions) {
    this.host = host.replace(/\/+$/, '');
    this.#tokens = tokens;
    this.#options = { timeoutMs: 60_000, retries: 5, patienceMs: 60_000, pauseMs: 1_000, ...options };
  }

  /** @param path absolute, below the host */
  get(path: string, call: Call = {}): Promise<unknown> {
    return this.#call('GET', path, { repeatable: true, ...call });
  }

  /** @param path absolute, below the host */
  post(path: string, call: Call = {}): Promise<unknown> {
    return this.#call('POST', path, call);
  }

  /** First pause between two looks at something that runs, ms. */
  get pauseMs(): number {
    return this.#options.pauseMs;
  }

  async #call(method: string, path: string, call: Call): Promise<unknown> {
    const { retries, patienceMs, pauseMs } = this.#options;
    const what = `${method} ${path} of ${this.host}`;
    let token = await this.#tokens.get();
    let isRenewed = false;
    for (let attempt = 0; ; attempt++) {
      if (call.signal?.aborted) throw stopped();
      const growing = Math.min(LONGEST_PAUSE, pauseMs * 2 ** attempt) * (0.5 + Math.random() / 2);
      let answer: { response: Response; text: string };
      try {
        answer = await this.#ask(method, path, call, token);
      } catch (cause) {
        if (call.signal?.aborted) throw stopped();
        if (!call.repeatable || attempt >= retries) throw this.#unreachable(what, cause, call);
        await pause(growing, call.signal);
        continue;
      }
      const { response, text } = answer;
      if (response.ok) return this.#parse(what, text);
      if (response.status >= 300 && response.status < 400) throw this.#elsewhere(what, response);
      const refusal = refusalOf(response.status, text);
      if (isTokenRefused(refusal)) {
        if (!isRenewed && (await this.#tokens.renew(token))) {
          isRenewed = true;
          token = await this.#tokens.get();
          continue;
        }
        throw new CandlebookError(
          'ACCESS_DENIED',
          `${this.host} does not accept the token (HTTP ${refusal.status}${refusal.message ? `: ${refusal.message}` : ''}).`,
          { value: refusal.status, hint: this.#tokens.hint },
        );
      }
      const asked = retryAfterMs(response.headers.get('retry-after'));
      const mayPass = response.status === 429 || response.status === 503;
      if (!mayPass || attempt >= retries) throw refused(what, refusal);
      if (asked !== undefined && asked > patienceMs)
        throw new CandlebookError(
          'RATE_LIMITED',
          `${what} was turned away (HTTP ${response.status}) and asks to wait ${Math.ceil(asked / 1000)} s.`,
          { value: asked, hint: `Ask again after ${new Date(Date.now() + asked).toISOString()}.` },
        );
      await pause(asked ?? growing, call.signal);
    }
  }

  async #ask(method: string, path: string, { query = {}, body, signal }: Call, token: string) {
    const url = new URL(path, this.host);
    if (url.origin !== new URL(this.host).origin) throw this.#stranger(path);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, String(value));
    const late = AbortSignal.timeout(this.#options.timeoutMs);
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, late]) : late,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: exactJson.stringify(body) } : {}),
    });
    return { response, text: await response.text() };
  }

  #parse(what: string, text: string): unknown {
    try {
      return text === '' ? {} : exactJson.parse(text);
    } catch (cause) {
      throw new CandlebookError('RESPONSE_INVALID', `${what} was answered with something that is not JSON.`, {
        value: text.replace(/\s+/g, ' ').slice(0, 80),
        hint: 'A proxy or a sign-in page may stand in between: open the address in a browser.',
        cause,
      });
    }
  }

  #unreachable(what: string, cause: unknown, { repeatable }: Call): CandlebookError {
    if (cause instanceof CandlebookError) return cause;
    const inner = ((cause as Error).cause ?? cause) as NodeJS.ErrnoException;
    const isLate = (cause as Error).name === 'TimeoutError';
    const reason = isLate ? `no answer within ${this.#options.timeoutMs} ms` : (inner.code ?? inner.message);
    const unknown = repeatable ? '' : ' It may have arrived all the same: look before you do it again.';
    return new CandlebookError('HOST_UNREACHABLE', `${what} got no answer: ${reason}.`, {
      value: this.host,
      hint: `Check the address of the workspace, network and proxy.${unknown}`,
      cause,
    });
  }

  /** Of an address that is no workspace's, or of a workspace that this network may not use. */
  #elsewhere(what: string, response: Response): CandlebookError {
    const to = response.headers.get('location') ?? '';
    const where = URL.canParse(to, this.host) ? new URL(to, this.host) : undefined;
    const place = where ? `${where.origin}${where.pathname}` : 'another address';
    return new CandlebookError('HOST_UNREACHABLE', `${what} was sent on to ${place}.`, {
      value: place,
      hint: 'Set databricks.host (DATABRICKS_HOST) to the workspace’s own address, https://adb-….azuredatabricks.net; a workspace behind private link answers within its network only.',
    });
  }

  #stranger(path: string): CandlebookError {
    return new CandlebookError('RESPONSE_INVALID', `${this.host} named a next page at another host.`, {
      value: path.slice(0, 80),
      hint: 'The token goes to the workspace alone. Check the address of the workspace.',
    });
  }
}
