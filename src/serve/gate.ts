import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { ServeRules } from './options.ts';

/** Why a request is turned away: its HTTP status, and a sentence that says what to do. */
export interface Refusal {
  readonly status: 401 | 403 | 421 | 429 | 503;
  readonly reason: string;
}

export const COOKIE = 'candlebook-token';

/**
 * Who may ask. A foreign `Host` is refused, so that no name which somebody points at this machine opens the page
 * to his scripts; a foreign `Origin` likewise; and where a token is set, it has to be shown by query (once),
 * cookie or `Authorization: Bearer`.
 */
export class Gate {
  readonly #rules: ServeRules;
  readonly #token: Buffer | undefined;

  constructor(rules: ServeRules) {
    this.#rules = rules;
    this.#token = rules.token === undefined ? undefined : digest(rules.token);
  }

  /** @param url the request's own, parsed; @param upgrade true for a WebSocket handshake, which has to name its origin */
  check(request: IncomingMessage, url: URL, upgrade = false): Refusal | undefined {
    const host = request.headers.host ?? '';
    if (!this.#rules.names.has(nameOf(host))) {
      return {
        status: 421,
        reason:
          'This page is not served under that name. Use the address that the server printed, or allow the name.',
      };
    }
    const { origin } = request.headers;
    if (origin === undefined ? upgrade : !sameOrigin(origin, host))
      return { status: 403, reason: 'Requests from other sites are not answered.' };
    if (this.#token && !this.#known(request, url)) {
      return {
        status: 401,
        reason: 'A token is needed: open the address that the server printed, token included.',
      };
    }
    return undefined;
  }

  /** True where the query itself shows the token, which is then kept in a cookie and taken out of the address. */
  shownInQuery(url: URL): boolean {
    return this.#matches(url.searchParams.get('token') ?? undefined);
  }

  #known(request: IncomingMessage, url: URL): boolean {
    const bearer = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
    const cookie = new RegExp(`(?:^|; )${COOKIE}=([^;]*)`).exec(request.headers.cookie ?? '')?.[1];
    return this.#matches(bearer) || this.#matches(cookie) || this.shownInQuery(url);
  }

  #matches(shown: string | undefined): boolean {
    return shown !== undefined && this.#token !== undefined && timingSafeEqual(digest(shown), this.#token);
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function nameOf(host: string): string {
  return host.toLowerCase().replace(/:\d*$/, '');
}

function sameOrigin(origin: string, host: string): boolean {
  try {
    return new URL(origin).host === host.toLowerCase();
  } catch {
    return false;
  }
}
