import { acceptSymbol } from '../market/index.ts';
import { MASK } from '../redaction/index.ts';
import { isLoopback, isReference, REFERENCES_ALLOWED, referenceOf, Secret } from '../secrets/index.ts';
import { Misfit, type Shape } from './shape.ts';

export const symbol: Shape<string> = (value, path) => {
  const accepted = acceptSymbol(value);
  if (accepted !== undefined) return accepted;
  throw new Misfit(path, value, 'a pair such as "BTCUSDT"');
};

/** A secret: a reference that can be read, or the text itself. What is refused is not shown. */
export const secret: Shape<Secret, string | Secret> = (value, path) => {
  if (value instanceof Secret) return value;
  // What stands there in printed settings is no secret.
  if (typeof value !== 'string' || value === '' || value.includes(MASK) || !isGoodReference(value))
    throw new Misfit(path, shownSecret(value), `a secret, better ${REFERENCES_ALLOWED}`);
  return Secret.of(value);
};

/** An address to post to: https, or http on loopback; or a reference to one. */
export const webhookUrl: Shape<Secret, string | Secret> = (value, path) => {
  if (value instanceof Secret || (typeof value === 'string' && isReference(value)))
    return secret(value, path);
  if (typeof value === 'string' && isPostable(value) && !value.includes(MASK)) return Secret.ofAddress(value);
  throw new Misfit(
    path,
    shownAddress(value),
    `an https address (http on loopback only), or ${REFERENCES_ALLOWED}`,
  );
};

/** Whether alerts or telemetry may be sent there: in the clear on loopback only. */
export function isPostable(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, username, password } = new URL(address);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

function isGoodReference(value: string): boolean {
  try {
    referenceOf(value);
    return true;
  } catch {
    return false;
  }
}

function shownSecret(value: unknown): unknown {
  if (typeof value !== 'string' || value === '') return value;
  return isReference(value) ? value : MASK;
}

/** Its path may be a token. */
function shownAddress(value: unknown): unknown {
  if (typeof value !== 'string' || !URL.canParse(value)) return value;
  const { protocol, host } = new URL(value);
  return `${protocol}//${host}/…`;
}
