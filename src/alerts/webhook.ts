import type { WebhookSettings } from '../configuration/index.ts';
import { retryAfterMs } from '../fetcher/index.ts';
import type { Secrets } from '../secrets/index.ts';
import type { Alert } from './alert.ts';
import { signedHeaders } from './signature.ts';

/** What became of a post: taken; refused for good; or to be tried again, the earliest after so many ms. */
export type PostAnswer =
  | { readonly kind: 'taken' }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'again'; readonly why: string; readonly afterMs: number };

/** What became of an alert's delivery in the end. `unknown`: the process ended during a post; it is not repeated. */
export type DeliveryOutcome = 'delivered' | 'refused' | 'given up' | 'queue full' | 'unknown';

/** Answers that another try may better; all others from 400 on are final. */
const PASSING = new Set([408, 425, 429]);

/** Posts one alert once. Redirects are refused: they would carry the alert to where nobody allowed it. */
export async function post(
  alert: Alert,
  settings: WebhookSettings,
  secrets: Secrets,
  signal: AbortSignal,
): Promise<PostAnswer> {
  try {
    const [url, secret] = await Promise.all([
      secrets.get(settings.url),
      settings.secret === undefined ? undefined : secrets.get(settings.secret),
    ]);
    const body = bodyOf(alert);
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...signedHeaders(alert.id, body, secret, Date.now()) },
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(settings.timeoutMs)]),
    });
    await response.body?.cancel();
    return answerOf(response);
  } catch (error) {
    const { name, message, cause } = error as Error & { cause?: { code?: string } };
    return {
      kind: 'again',
      why: cause?.code ?? (name === 'TimeoutError' ? 'no answer' : message),
      afterMs: 0,
    };
  }
}

function answerOf({ status, headers }: Response): PostAnswer {
  if (status >= 200 && status < 300) return { kind: 'taken' };
  const why = `HTTP ${status}`;
  if (status < 500 && !PASSING.has(status)) return { kind: 'refused', why };
  return { kind: 'again', why, afterMs: retryAfterMs(headers.get('retry-after')) ?? 0 };
}

/** As Standard Webhooks has it, with a `text` that chat services show as it is. */
function bodyOf(alert: Alert): string {
  const { severity, rule, text } = alert;
  return JSON.stringify({
    type: 'candlebook.alert',
    timestamp: new Date(alert.at).toISOString(),
    text: `[${severity}] ${rule}: ${text}`,
    data: alert,
  });
}
