import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { SOURCE_HEADER } from '../../market/index.ts';
import type { Counters } from '../counters.ts';
import type { Faults } from '../faults/faults.ts';
import { FAULT_PATH } from '../faults/inject.ts';
import { FAULT_KINDS, type FaultKind, type RestFault } from '../faults/kinds.ts';
import { requestUrl } from '../request-url.ts';
import type { Market, TimeUnit } from '../tape/market.ts';
import { JsonText } from './endpoint.ts';
import { Refusal } from './errors.ts';
import { type BrokenSending, fits, reorder, sendBroken } from './faulty.ts';
import { Parameters } from './parameters.ts';
import { ROUTES } from './routes.ts';
import { LimitRefusal, tooMuchWeight, type WeightRules, Weights } from './weights.ts';

const compress = promisify(gzip);
/** Shorter answers do not gain from being compressed. */
const COMPRESS_FROM = 1024;
/** For how long an injected 429 or 418 keeps a caller off: short, so that tests need not wait. */
const INJECTED_WAIT_MS = 2_000;

export interface RestOptions {
  readonly market: Market;
  readonly counters: Counters;
  readonly faults: Faults;
  readonly rules: WeightRules;
  /** Status of every answer, where the caller is to find itself blocked. */
  readonly blocked: 403 | 451 | undefined;
  /** Publishes what is due, so that no answer lags behind the clock or leads the streams. */
  catchUp(): void;
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly type: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const NOWHERE = new URL('http://localhost/');

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Answers REST requests. */
export function restHandler(options: RestOptions): Handler {
  const weights = new Weights(options.rules);
  return async (request, response) => {
    const url = requestUrl(request.url) ?? NOWHERE;
    if (url.pathname.startsWith(FAULT_PATH)) {
      const told = tell(request, url);
      // Answered before it is played: it may end this connection.
      if ('fault' in told)
        response.once('finish', () => setImmediate(() => options.faults.inject(told.fault)));
      await send(request, response, told, options.market.source, undefined);
      return;
    }
    const path = url.pathname;
    const fault = path in ROUTES ? options.faults.takeRest(path, (kind) => fits(kind, path)) : undefined;
    const answer = await answerTo(request, url, options, weights, fault).catch(
      (error: unknown): Answer =>
        json(500, { code: -1000, msg: `An unknown error occurred: ${String(error)}` }),
    );
    options.counters.request(answer.status);
    await send(request, response, answer, options.market.source, fault);
  };
}

async function answerTo(
  request: IncomingMessage,
  url: URL,
  options: RestOptions,
  weights: Weights,
  fault: RestFault | undefined,
): Promise<Answer> {
  if (options.blocked) return BLOCKED[options.blocked];
  const endpoint = ROUTES[url.pathname];
  if (!endpoint)
    return { status: 404, type: 'text/html', body: '<html><body><h2>404 Not found</h2></body></html>' };
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return { ...json(405, { code: -1000, msg: 'Only GET is supported.' }), headers: { allow: 'GET, HEAD' } };
  options.catchUp();
  const caller = request.socket.remoteAddress ?? '';
  const { market, rules, faults } = options;
  try {
    playRefusal(fault, weights, caller, rules, faults.random);
    const parameters = new Parameters(url.searchParams, market.instruments);
    const asked = { market, parameters, unit: timeUnit(request), weightLimit: rules.weightLimit };
    const prepared = endpoint({ ...asked, stale: fault === 'staleSnapshot' });
    weights.use(caller, prepared.weight);
    const value = await prepared.answer();
    const text =
      value instanceof JsonText
        ? value.text
        : JSON.stringify(fault === 'reordered' ? reorder(value, faults.random) : value);
    const body = fault === 'truncated' ? text.slice(0, Math.ceil(text.length / 2)) : text;
    return {
      status: 200,
      type: 'application/json;charset=UTF-8',
      body,
      headers: weightHeaders(weights.used(caller)),
    };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return {
      ...json(error.status, { code: error.code, msg: error.message }),
      headers: {
        ...weightHeaders(weights.used(caller)),
        ...(error instanceof LimitRefusal ? { 'retry-after': String(error.retryAfterSeconds) } : {}),
      },
    };
  }
}

/** A fault that is asked for by POST. Pages of the web are not listened to: they name where they are from. */
function tell(request: IncomingMessage, url: URL): Answer | (Answer & { readonly fault: FaultKind }) {
  const kind = url.pathname.slice(FAULT_PATH.length) as FaultKind;
  if (request.headers.origin !== undefined) return json(403, { code: -1000, msg: 'Not for web pages.' });
  if (request.method !== 'POST' || !FAULT_KINDS.includes(kind))
    return json(400, { code: -1000, msg: `POST one of ${FAULT_KINDS.join(', ')}.` });
  return { status: 204, type: 'application/json;charset=UTF-8', body: '', fault: kind };
}

const BLOCKED = {
  403: { status: 403, type: 'text/html', body: '<html><head><title>403 Forbidden</title></head></html>' },
  451: json(451, {
    code: 0,
    msg: "Service unavailable from a restricted location according to 'b. Eligibility' in https://www.binance.com/en/terms. Please contact customer service if you believe you received this message in error.",
  }),
} as const satisfies Record<number, Answer>;

/** @throws Refusal when the fault is one */
function playRefusal(
  fault: RestFault | undefined,
  weights: Weights,
  caller: string,
  rules: WeightRules,
  random: () => number,
): void {
  if (fault === 'error500')
    throw new Refusal(
      -1000,
      'An unknown error occurred while processing the request.',
      500 + Math.floor(random() * 5),
    );
  if (fault === 'limit429') throw tooMuchWeight(rules.weightLimit, INJECTED_WAIT_MS);
  if (fault === 'ban418') throw weights.ban(caller, INJECTED_WAIT_MS);
}

function timeUnit(request: IncomingMessage): TimeUnit {
  const unit = request.headers['x-mbx-time-unit'];
  if (unit === undefined) return 1;
  const name = String(unit).toUpperCase();
  if (name === 'MICROSECOND' || name === 'MICROSECONDS') return 1000;
  if (name === 'MILLISECOND' || name === 'MILLISECONDS') return 1;
  throw new Refusal(-1194, 'Invalid value for time unit; expected either MICROSECOND or MILLISECOND.');
}

function weightHeaders(used: number): Record<string, string> {
  return { 'x-mbx-used-weight': String(used), 'x-mbx-used-weight-1m': String(used) };
}

function json(status: number, value: unknown): Answer {
  return { status, type: 'application/json;charset=UTF-8', body: JSON.stringify(value) };
}

const BROKEN: readonly (RestFault | undefined)[] = [
  'slowBody',
  'wrongLength',
  'reset',
] satisfies BrokenSending[];

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, type, body, headers }: Answer,
  source: string,
  fault: RestFault | undefined,
): Promise<void> {
  const plain = Buffer.from(body);
  const compressed =
    plain.length >= COMPRESS_FROM && /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))
      ? await compress(plain, { level: 1 })
      : undefined;
  const content = compressed ?? plain;
  const all = {
    'content-type': type,
    'content-length': content.length,
    ...(compressed ? { 'content-encoding': 'gzip' } : {}),
    vary: 'Accept-Encoding',
    'cache-control': 'no-cache, no-store, must-revalidate',
    'x-mbx-uuid': randomUUID(),
    [SOURCE_HEADER]: source,
    ...headers,
  };
  if (BROKEN.includes(fault))
    return sendBroken(fault as BrokenSending, request, response, status, all, content);
  response.writeHead(status, all);
  response.end(request.method === 'HEAD' ? undefined : content);
}
