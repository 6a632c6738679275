import { createHmac } from 'node:crypto';

/**
 * Headers of Standard Webhooks (standardwebhooks.com), by which a receiver tells who posted, when, and whether it has
 * seen the post: `webhook-id`, `webhook-timestamp` (s), `webhook-signature` (`v1,` and the HMAC-SHA256 in base64).
 * @param secret `whsec_` and the key in base64, or any text, which then is the key itself; `undefined`: not signed
 */
export function signedHeaders(
  id: string,
  body: string,
  secret: string | undefined,
  now: number,
): Record<string, string> {
  const timestamp = String(Math.floor(now / 1000));
  const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp };
  if (secret === undefined) return headers;
  const signature = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { ...headers, 'webhook-signature': `v1,${signature}` };
}

function keyOf(secret: string): Buffer {
  return secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret, 'utf8');
}
