import { setTimeout as sleep } from 'node:timers/promises';

/** How hard a request is tried. */
export interface Attempts {
  /** Default 6. */
  readonly most?: number;
  /** Time-out of one try in ms. Default 60,000. */
  readonly timeoutMs?: number;
  /** Wait before the second try in ms; it doubles from try to try, with jitter, to at most 20 s. Default 250. */
  readonly waitMs?: number;
}

const LONGEST_WAIT_MS = 20_000;
const BUSY = new Set([408, 429, 500, 502, 503, 504]);

/** Runs a request until it succeeds, fails for good, or was tried often enough. Jitter keeps writers apart. */
export async function attempt<T>(
  request: (signal: AbortSignal) => Promise<T>,
  { most = 6, timeoutMs = 60_000, waitMs = 250 }: Attempts = {},
): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await request(AbortSignal.timeout(timeoutMs));
    } catch (error) {
      if (tried >= most || !isPassing(error)) throw error;
      const wait = Math.min(LONGEST_WAIT_MS, waitMs * 2 ** (tried - 1));
      await sleep(Math.max(retryAfterMs(error), wait * (0.5 + Math.random() / 2)));
    }
  }
}

/** Busy service, time-out or network failure: what may be over in a moment. */
export function isPassing(error: unknown): boolean {
  const { statusCode, code, name } = error as { statusCode?: number; code?: string; name?: string };
  if (statusCode !== undefined) return BUSY.has(statusCode);
  return name === 'AbortError' || name === 'TimeoutError' || isNetworkCode(code);
}

function isNetworkCode(code: string | undefined): boolean {
  return (
    code !== undefined && /^(E[A-Z]+|REQUEST_SEND_ERROR|UND_ERR_.*|ERR_STREAM_PREMATURE_CLOSE)$/.test(code)
  );
}

function retryAfterMs(error: unknown): number {
  const headers = (error as { response?: { headers?: { get(name: string): string | undefined } } }).response
    ?.headers;
  const seconds = Number(headers?.get('retry-after'));
  return seconds > 0 ? Math.min(seconds * 1000, LONGEST_WAIT_MS) : 0;
}
