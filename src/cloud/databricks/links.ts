import { CandlebookError } from '../../market/index.ts';
import { type Json, malformed } from './answer.ts';
import { pause, stopped } from './pause.ts';

const TRIES = 4;
const TIMEOUT_MS = 120_000;
const FIRST_PAUSE_MS = 250;
/** A link that ends so soon is renewed before it is used. */
const MARGIN_MS = 5_000;

/**
 * What lies behind a link of a large result. The link itself is the permission: no token goes with it, and neither is
 * it ever printed. A broken, expired or refused one is renewed.
 * @throws CandlebookError RESPONSE_INVALID, HOST_UNREACHABLE, STOPPED
 */
export async function fetchLink(
  link: Json,
  renew: () => Promise<Json>,
  signal?: AbortSignal,
): Promise<unknown> {
  let why = '';
  for (let attempt = 0; attempt < TRIES; attempt++) {
    if (attempt > 0) {
      await pause(FIRST_PAUSE_MS * 2 ** (attempt - 1), signal);
      link = await renew();
    } else if (expiresSoon(link)) link = await renew();
    const { url, headers } = addressOf(link);
    try {
      const late = AbortSignal.timeout(TIMEOUT_MS);
      const response = await fetch(url, {
        headers,
        redirect: 'error',
        signal: signal ? AbortSignal.any([signal, late]) : late,
      });
      if (response.ok) return JSON.parse(await response.text());
      await response.body?.cancel();
      why = `HTTP ${response.status} of ${url.host}`;
    } catch (error) {
      if (signal?.aborted) throw stopped();
      why = reasonOf(error as Error, url.host);
    }
  }
  throw new CandlebookError('HOST_UNREACHABLE', `A part of the result can not be fetched: ${why}.`, {
    value: why,
    hint: 'Results of more than 25 MiB lie in the workspace’s storage account: see that this network reaches it, or ask for less.',
  });
}

function expiresSoon({ expiration }: Json): boolean {
  const end = typeof expiration === 'string' ? Date.parse(expiration) : Number.NaN;
  return end < Date.now() + MARGIN_MS;
}

function addressOf({ external_link, http_headers }: Json): { url: URL; headers: Record<string, string> } {
  if (typeof external_link !== 'string' || !URL.canParse(external_link))
    throw malformed('the address of a part of the result', null);
  const url = new URL(external_link);
  if (url.protocol !== 'https:' && !/^(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(url.hostname))
    throw malformed('an https address of a part of the result', url.protocol);
  return { url, headers: { ...(http_headers as Record<string, string> | undefined) } };
}

/** Never with the address: messages of `fetch` and of parsers may repeat it or what it led to. */
function reasonOf({ name, cause }: Error, host: string): string {
  if (name === 'TimeoutError') return `no answer of ${host} within ${TIMEOUT_MS / 1000} s`;
  if (name === 'SyntaxError') return `${host} sent something that is not JSON, or not all of it`;
  return `${(cause as NodeJS.ErrnoException | undefined)?.code ?? name} at ${host}`;
}
