import { MASK } from './mask.ts';
import { isSensitiveName, maskPatterns } from './patterns.ts';

export { isSensitiveName, MASK };

/** Shorter ones would tear holes into ordinary words. */
const LEAST_LENGTH = 4;
/** Secrets that are known at a time: the oldest is forgotten first. */
const MOST_SECRETS = 1_000;
/** How long the environment, which a notebook may change, is taken to be as it was. */
const ENVIRONMENT_MS = 1_000;

/** Known secrets, each with the forms in which it may be printed. */
const known = new Map<string, readonly string[]>();
let matcher: RegExp | undefined;
let environmentReadAt = Number.NEGATIVE_INFINITY;
let environment: ReadonlyMap<string, readonly string[]> = new Map();

/** From now on the value is masked wherever `redact` meets it: as it is, URL-encoded, in JSON, in base64. */
export function keepSecret(value: string): void {
  if (value.length < LEAST_LENGTH || known.has(value)) return;
  known.set(value, formsOf(value));
  if (known.size > MOST_SECRETS) known.delete(known.keys().next().value!);
  matcher = undefined;
}

/** The value is no secret any more. */
export function forgetSecret(value: string): void {
  if (known.delete(value)) matcher = undefined;
}

/**
 * The text as it may be printed, logged, stored or sent: without the secrets that are known here or stand in the
 * environment, and without what looks like one (keys of connection strings, signatures of addresses, tokens,
 * passwords). References to secrets (`keyvault:NAME`, `env:NAME`) stay.
 */
export function redact(text: string): string {
  readEnvironment();
  matcher ??= matcherOf([...known.values(), ...environment.values()].flat());
  return maskPatterns(matcher ? text.replace(matcher, MASK) : text);
}

function readEnvironment(): void {
  const now = Date.now();
  if (Math.abs(now - environmentReadAt) < ENVIRONMENT_MS) return;
  environmentReadAt = now;
  // In a page there is no process.
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  const variables = process?.env ?? {};
  const values = Object.entries(variables)
    .filter(([name, value]) => value !== undefined && value.length >= 8 && isSensitiveName(name))
    .filter(([, value]) => !/^(?:keyvault|env):/.test(value!))
    .map(([, value]) => value!);
  if (values.length === environment.size && values.every((value) => environment.has(value))) return;
  environment = new Map(values.map((value) => [value, formsOf(value)]));
  matcher = undefined;
}

/** Keys within a connection string are secrets of their own; its other parts are none. */
const PARTS =
  /(?:^|[;?&])(?:AccountKey|SharedAccessKey|SharedAccessSignature|InstrumentationKey|Password|Pwd|sig)=([^;&]+)/gi;

function formsOf(value: string): string[] {
  const parts = [...value.matchAll(PARTS)].map((match) => match[1]!).filter((part) => part.length >= 8);
  return [value, ...parts].flatMap((text) => {
    const quoted = JSON.stringify(text).slice(1, -1);
    const forms = [text, encodeURIComponent(text), quoted, JSON.stringify(quoted).slice(1, -1)];
    const bytes = new TextEncoder().encode(text);
    const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
    // The last one or two characters depend on what follows; without them the rest is still told.
    const stem = base64.replace(/=+$/, '');
    if (stem.length >= 12) forms.push(stem, stem.replaceAll('+', '-').replaceAll('/', '_'));
    return forms;
  });
}

function matcherOf(forms: readonly string[]): RegExp | undefined {
  const different = [...new Set(forms)].sort((a, b) => b.length - a.length);
  if (different.length === 0) return undefined;
  return new RegExp(different.map((form) => form.replace(/[$()*+.?[\\\]^{|}/-]/g, '\\$&')).join('|'), 'g');
}
