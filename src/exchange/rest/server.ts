import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { SOURCE_HEADER } from '../../market/index.ts';
import type { Counters } from '../counters.ts';
import type { Market } from '../tape/market.ts';
import { JsonText } from './endpoint.ts';
import { Refusal } from './errors.ts';
import { Parameters } from './parameters.ts';
import { ROUTES } from './routes.ts';
import { Weights } from './weights.ts';

const compress = promisify(gzip);
/** Shorter answers do not gain from being compressed. */
const COMPRESS_FROM = 1024;

export interface RestOptions {
  readonly market: Market;
  readonly counters: Counters;
  readonly weightLimit: number;
  /** Publishes what is due, so that no answer lags behind the clock or leads the streams. */
  catchUp(): void;
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly type: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers one REST request after another. */
export function restHandler(
  options: RestOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const weights = new Weights();
  return async (request, response) => {
    const answer = await answerTo(request, options, weights).catch(
      (error: unknown): Answer =>
        json(500, { code: -1000, msg: `An unknown error occurred: ${String(error)}` }),
    );
    options.counters.request(answer.status);
    await send(request, response, answer, options.market.source);
  };
}

async function answerTo(request: IncomingMessage, options: RestOptions, weights: Weights): Promise<Answer> {
  const { market, weightLimit } = options;
  const url = new URL(request.url ?? '/', 'http://localhost');
  const endpoint = ROUTES[url.pathname];
  if (!endpoint)
    return { status: 404, type: 'text/html', body: '<html><body><h2>404 Not found</h2></body></html>' };
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return { ...json(405, { code: -1000, msg: 'Only GET is supported.' }), headers: { allow: 'GET, HEAD' } };
  options.catchUp();
  const caller = request.socket.remoteAddress ?? '';
  let used = 0;
  try {
    const parameters = new Parameters(url.searchParams, market.instruments);
    const unit = timeUnit(request);
    let prepared: ReturnType<typeof endpoint>;
    try {
      prepared = endpoint({ market, parameters, unit, weightLimit });
    } catch (error) {
      used = weights.use(caller, 1);
      throw error;
    }
    used = weights.use(caller, prepared.weight);
    const value = await prepared.answer();
    const body = value instanceof JsonText ? value.text : JSON.stringify(value);
    return { status: 200, type: 'application/json;charset=UTF-8', body, headers: weightHeaders(used) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ...json(error.status, { code: error.code, msg: error.message }), headers: weightHeaders(used) };
  }
}

function timeUnit(request: IncomingMessage): 1 | 1000 {
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

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, type, body, headers }: Answer,
  source: string,
): Promise<void> {
  const plain = Buffer.from(body);
  const compressed =
    plain.length >= COMPRESS_FROM && /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))
      ? await compress(plain, { level: 1 })
      : undefined;
  const content = compressed ?? plain;
  response.writeHead(status, {
    'content-type': type,
    'content-length': content.length,
    ...(compressed ? { 'content-encoding': 'gzip' } : {}),
    vary: 'Accept-Encoding',
    'cache-control': 'no-cache, no-store, must-revalidate',
    'x-mbx-uuid': randomUUID(),
    [SOURCE_HEADER]: source,
    ...headers,
  });
  response.end(request.method === 'HEAD' ? undefined : content);
}
