import { redact } from '../redaction/index.ts';

/**
 * Every way in which candlebook refuses or fails, as a stable code that scripts can switch on.
 * The message always names the offending value and what to do next.
 */
export type ErrorCode =
  | 'SETTING_INVALID' // a setting has a value that is not allowed
  | 'SETTINGS_UNREADABLE' // the settings file is absent or is not JSON
  | 'SYMBOL_UNKNOWN' // the exchange does not list the symbol
  | 'HOST_UNREACHABLE' // no connection: DNS, refused, timed out, TLS
  | 'REGION_BLOCKED' // HTTP 451: the host does not serve this region
  | 'FIREWALLED' // HTTP 403 from the exchange's firewall
  | 'RATE_LIMITED' // HTTP 429 that outlasted the retries
  | 'BANNED' // HTTP 418: no call is allowed until the ban ends
  | 'REQUEST_REFUSED' // the exchange, or Databricks, answered that it will not
  | 'RESPONSE_INVALID' // an answer or frame that does not parse or lacks a field
  | 'INPUT_INVALID' // a number, series or option that a function can not take
  | 'PORT_IN_USE'
  | 'TABLE_UNWRITABLE' // read-only folder, disk full, no permission
  | 'TABLE_INVALID' // a log or data file that is damaged or not a table
  | 'TABLE_UNSUPPORTED' // a protocol version or table feature that is not implemented
  | 'TABLE_CONFLICT' // a concurrent commit that can not be reconciled
  | 'SCHEMA_MISMATCH' // rows that do not fit the table's schema or constraints
  | 'SOURCE_MIXED' // simulated or recorded rows on their way into a live table, or the reverse
  | 'ACCESS_DENIED' // storage account, broker or workspace: credentials refused
  | 'SECRET_UNAVAILABLE' // a reference to a secret that can not be resolved
  | 'PACKAGE_MISSING' // an optional package is not installed
  | 'KERNEL_MISSING' // a call that needs a notebook kernel, made outside one
  | 'RUN_FAILED' // a statement, pipeline or job that another engine carried out ended badly
  | 'TIMED_OUT' // another engine took longer than it was allowed
  | 'STOPPED'; // the feed, run or display had already been stopped

export interface ErrorDetails {
  /** The offending value, as given. Never a secret. */
  value?: unknown;
  /** What the user can do next, one sentence. */
  hint?: string;
  cause?: unknown;
}

/**
 * The one error class of the package: `code` to switch on, `message` to read, `hint` to act on. Secrets are masked in
 * all that it says, its causes included where it is printed.
 */
export class CandlebookError extends Error {
  readonly code: ErrorCode;
  readonly value: unknown;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(
      redact(details.hint ? `${asSentence(message)} ${details.hint}` : message),
      'cause' in details ? { cause: harmless(details.cause) } : undefined,
    );
    this.name = 'CandlebookError';
    this.code = code;
    this.value = redactValue(details.value);
    this.hint = details.hint === undefined ? undefined : redact(details.hint);
  }

  /** How Node, and so a notebook's cell or an uncaught exception, prints it. */
  [Symbol.for('nodejs.util.inspect.custom')](
    _depth: number,
    options: object,
    inspect: (value: unknown, options: object) => string,
  ): string {
    return redact(inspect(this, { ...options, customInspect: false }));
  }
}

/** A message may end with what somebody else said, with a full stop or without. */
function asSentence(message: string): string {
  const text = message.trimEnd().replace(/\.\.$/, '.');
  return /[.!?…:]$/.test(text) ? text : `${text}.`;
}

/** Texts are masked, in objects too; a value that is no JSON stays as it is. */
function redactValue(value: unknown): unknown {
  if (typeof value === 'string') return redact(value);
  if (typeof value !== 'object' || value === null) return value;
  let text: string;
  try {
    text = JSON.stringify(value);
  } catch {
    return value;
  }
  const redacted = redact(text);
  return redacted === text ? value : JSON.parse(redacted);
}

/**
 * A cause as Node may print it with an uncaught exception, all its properties included: the error itself where it
 * tells nothing, else a twin of it with masked texts and without requests and answers, which carry headers.
 */
function harmless(cause: unknown): unknown {
  if (!(cause instanceof Error)) return redactValue(cause);
  if (cause instanceof CandlebookError) return cause;
  const { name, message, stack = '' } = cause;
  const own = Object.entries(cause).filter(([key]) => key !== 'cause');
  const isPlain = own.every(([, value]) => typeof value !== 'object' && typeof value !== 'function');
  const texts = [message, stack, ...own.map(([, value]) => String(value))];
  const inner = cause.cause === undefined ? undefined : harmless(cause.cause);
  if (isPlain && inner === cause.cause && texts.every((text) => redact(text) === text)) return cause;
  const twin = new Error(redact(message), inner === undefined ? undefined : { cause: inner });
  for (const [key, value] of own)
    if (typeof value !== 'object' && typeof value !== 'function')
      Object.assign(twin, { [key]: redactValue(value) });
  Object.defineProperty(twin, 'name', { value: name });
  Object.defineProperty(twin, 'stack', { value: redact(stack) });
  return twin;
}
