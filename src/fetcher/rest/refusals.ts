import { CandlebookError, DOCUMENT_SYMBOLS, USDT_SYMBOLS } from '../../market/index.ts';

const OTHER_HOSTS =
  'Use host "data-only" (data-api.binance.vision: no account, no region block), or "binance.us" in the United States.';

/** Errors after which the same request may succeed later: the network's, the exchange's limits, damaged answers. */
const PASSING = new Set(['HOST_UNREACHABLE', 'RATE_LIMITED', 'BANNED', 'FIREWALLED', 'RESPONSE_INVALID']);
/** A firewall that is asked on and on closes for longer. */
const FIREWALL_PAUSE_MS = 30_000;

export function mayPass(error: unknown): error is CandlebookError {
  return error instanceof CandlebookError && PASSING.has(error.code);
}

/** How long an error asks to wait before the next request, ms. */
export function waitMsOf({ code, value }: CandlebookError): number {
  if (code === 'FIREWALLED') return FIREWALL_PAUSE_MS;
  // Both say until when, where they do.
  const isBarred = code === 'BANNED' || code === 'RATE_LIMITED';
  return isBarred && typeof value === 'number' ? Math.max(0, value - Date.now()) : 0;
}

/** `Retry-After`: seconds, or a date. `undefined` where there is none or it says nothing. */
export function retryAfterMs(header: string | null | undefined): number | undefined {
  if (!header) return undefined;
  const ms = /^\d+(\.\d+)?$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** When a ban ends by the exchange's own words (`IP banned until <epoch ms>`), epoch ms. */
export function banEnd(body: string): number | undefined {
  const [, until] = /banned until (\d{13})\b/.exec(parseBody(body).msg ?? '') ?? [];
  return until === undefined ? undefined : Number(until);
}

/** The error for a request that got no whole answer. */
export function unreachable(host: string, cause: unknown, timeoutMs: number): CandlebookError {
  const reason = reasonOf(cause, timeoutMs);
  return new CandlebookError('HOST_UNREACHABLE', `${host} can not be reached: ${reason}.`, {
    value: host,
    hint: 'Check the network, proxy and host setting; `npm run demo` works without a network, on a simulated market.',
    cause,
  });
}

function reasonOf(cause: unknown, timeoutMs: number): string {
  if ((cause as Error)?.name === 'TimeoutError') return `no answer within ${timeoutMs} ms`;
  const inner = ((cause as Error)?.cause ?? cause) as NodeJS.ErrnoException;
  switch (inner?.code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the name is not known (${inner.code})`;
    case 'ECONNREFUSED':
      return 'the connection was refused (ECONNREFUSED)';
    default:
      return [inner?.code, inner?.message].filter(Boolean).join(' ') || String(cause);
  }
}

/**
 * The error for an answer other than 2xx: REGION_BLOCKED (451), FIREWALLED (403), RATE_LIMITED (429),
 * SYMBOL_UNKNOWN (code −1121), HOST_UNREACHABLE (5xx), else REQUEST_REFUSED. A ban (418) is
 * the requester's own affair, which keeps its end.
 */
export function refusal(
  host: string,
  url: string,
  status: number,
  body: string,
  pauseMs: number,
): CandlebookError {
  const { code, msg } = parseBody(body);
  const said = msg ? ` (${code}: ${msg})` : '';
  switch (status) {
    case 451:
      return regionBlocked(host);
    case 403:
      return new CandlebookError('FIREWALLED', `${host} refused the request at its firewall (HTTP 403).`, {
        value: status,
        hint: `Wait a few minutes and lower the refresh. ${OTHER_HOSTS}`,
      });
    case 429:
      return new CandlebookError(
        'RATE_LIMITED',
        `${host} asks to slow down${said}; it says to wait ${Math.ceil(pauseMs / 1000)} s.`,
        {
          value: status,
          hint: 'Another program at this address may use the same budget; lower the refresh or the number of symbols.',
        },
      );
  }
  if (status >= 500) {
    return new CandlebookError('HOST_UNREACHABLE', `${host} failed with HTTP ${status}${said}.`, {
      value: status,
      hint: 'The exchange has trouble of its own; try again in a minute.',
    });
  }
  if (code === -1121 || code === -1100) {
    const named = namedSymbols(url);
    if (named.length > 0) return unknownSymbols(host, named);
  }
  return new CandlebookError('REQUEST_REFUSED', `${host} refused the request with HTTP ${status}${said}.`, {
    value: code ?? status,
    hint: 'The message is the exchange’s own; see its API documentation for the code.',
  });
}

function regionBlocked(host: string): CandlebookError {
  return new CandlebookError('REGION_BLOCKED', `${host} does not serve this region (HTTP 451).`, {
    value: host,
    hint: OTHER_HOSTS,
  });
}

export function unknownSymbols(host: string, symbols: readonly string[]): CandlebookError {
  const list = symbols.join(', ');
  const near = symbols.flatMap((symbol) => nearSymbol(symbol) ?? []);
  return new CandlebookError(
    'SYMBOL_UNKNOWN',
    symbols.length === 1 ? `${host} does not list ${list}.` : `${host} does not list one of ${list}.`,
    {
      value: symbols.length === 1 ? symbols[0] : symbols,
      hint:
        near.length > 0
          ? `Did you mean ${near.join(', ')}?`
          : 'Check the spelling: base and quote together, such as BTCUSDT.',
    },
  );
}

/** The same coin against the quote that the other hosts use. */
function nearSymbol(symbol: string): string | undefined {
  const document: readonly string[] = DOCUMENT_SYMBOLS;
  const usdt: readonly string[] = USDT_SYMBOLS;
  return usdt[document.indexOf(symbol)] ?? document[usdt.indexOf(symbol)];
}

function namedSymbols(url: string): string[] {
  const query = new URL(url).searchParams;
  const one = query.get('symbol');
  if (one) return [one];
  const several = query.get('symbols');
  return several ? (JSON.parse(several) as string[]) : [];
}

function parseBody(body: string): { code?: number; msg?: string } {
  try {
    const { code, msg } = JSON.parse(body) as { code?: unknown; msg?: unknown };
    return { ...(typeof code === 'number' ? { code } : {}), ...(typeof msg === 'string' ? { msg } : {}) };
  } catch {
    return {};
  }
}
