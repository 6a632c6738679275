import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LoopbackJobs } from './loopback-jobs.ts';
import { LoopbackPipelines } from './loopback-pipelines.ts';
import { LoopbackStatements } from './loopback-statements.ts';
import { objection, ROUTES, type Route, type RouteName } from './reference.ts';

/** What a route answers: a status with JSON, or a text as it is. */
export interface Answer {
  readonly status?: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The connection is cut instead. */
  readonly cut?: true;
}

export interface Asked {
  readonly route: RouteName;
  readonly ids: readonly string[];
  readonly query: URLSearchParams;
  readonly body: Record<string, unknown>;
  readonly token: string;
}

export const error = (status: number, error_code: string, message: string): Answer => ({
  status,
  json: { error_code, message },
});

export const WAREHOUSE = 'abc123def4567890';

/**
 * A Databricks workspace on loopback: the routes of the published reference, which refuse what the reference does not
 * name, and a storage account beside it that serves parts of large results to whoever has the link.
 */
export class LoopbackDatabricks {
  /** Bearer tokens that are accepted. */
  readonly tokens = new Set(['dapi-good-token']);
  /** How an unknown token is refused. */
  refusal: Answer = error(401, 'UNAUTHENTICATED', 'Credential was not sent or was of an unsupported type');
  readonly seen: Asked[] = [];
  /** Answered once each, in order, instead of what a route would answer; `late`: after it was carried out all the same. */
  readonly faults: { readonly route: RouteName; readonly answer: Answer; readonly late?: true }[] = [];
  readonly statements: LoopbackStatements;
  readonly pipelines = new LoopbackPipelines();
  readonly jobs = new LoopbackJobs();
  readonly #servers: Server[] = [];
  host = '';

  constructor() {
    this.statements = new LoopbackStatements();
  }

  static async start(): Promise<LoopbackDatabricks> {
    const made = new LoopbackDatabricks();
    made.host = await made.#listen((request, response) => void made.#serve(request, response));
    made.statements.storage = await made.#listen((request, response) =>
      made.statements.serveStorage(request, response),
    );
    return made;
  }

  async close(): Promise<void> {
    for (const server of this.#servers) {
      server.closeAllConnections();
      server.close();
    }
  }

  /** Calls of a route so far. */
  count(route: RouteName): number {
    return this.seen.filter((one) => one.route === route).length;
  }

  async #listen(serve: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
    const server = createServer(serve).listen(0, '127.0.0.1');
    this.#servers.push(server);
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const answer = this.#answer(request, Buffer.concat(chunks).toString());
    if (answer.cut) return void response.destroy();
    const text = answer.text ?? JSON.stringify(answer.json ?? {}, raw);
    response
      .writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers })
      .end(text);
  }

  #answer(request: IncomingMessage, text: string): Answer {
    const url = new URL(request.url!, this.host);
    const found = (Object.entries(ROUTES) as [RouteName, Route][]).find(
      ([, { method, path }]) => method === request.method && path.test(url.pathname),
    );
    if (!found)
      return error(404, 'ENDPOINT_NOT_FOUND', `No API found for '${request.method} ${url.pathname}'`);
    const [route, definition] = found;
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    let body: Record<string, unknown>;
    try {
      body = text === '' ? {} : JSON.parse(text, exact as never);
    } catch {
      return error(400, 'MALFORMED_REQUEST', 'Could not parse request object');
    }
    const ids = definition.path.exec(url.pathname)!.slice(1).map(decodeURIComponent);
    const asked = { route, ids, query: url.searchParams, body, token };
    this.seen.push(asked);
    if (!this.tokens.has(token)) return this.refusal;
    const wrong = objection(definition, url.searchParams, body);
    if (wrong !== undefined) return error(400, 'INVALID_PARAMETER_VALUE', wrong);
    const fault = this.faults.findIndex((one) => one.route === route);
    if (fault >= 0) {
      const { answer, late } = this.faults.splice(fault, 1)[0]!;
      if (late) this.#carryOut(asked);
      return answer;
    }
    return this.#carryOut(asked);
  }

  #carryOut(asked: Asked): Answer {
    if (asked.route === 'me') return { json: { id: '1', userName: 'trader@example.com', active: true } };
    if (asked.route === 'warehouse')
      return asked.ids[0] === WAREHOUSE
        ? { json: { id: WAREHOUSE, name: 'small', state: 'RUNNING' } }
        : error(404, 'RESOURCE_DOES_NOT_EXIST', `SQL warehouse ${asked.ids[0]} does not exist.`);
    return (
      this.statements.answer(asked) ??
      this.pipelines.answer(asked) ??
      this.jobs.answer(asked) ??
      error(501, 'NOT_IMPLEMENTED', asked.route)
    );
  }
}

/** A page of items, by a token that says where the next begins. */
export function page<T>(
  all: readonly T[],
  query: URLSearchParams,
  size: number,
): { items: readonly T[]; more: object } {
  const token = query.get('page_token');
  const from = token === null ? 0 : Number(token.replace('page-', ''));
  const next = from + size;
  return {
    items: all.slice(from, next),
    more: next < all.length ? { next_page_token: `page-${next}` } : {},
  };
}

const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

/** Ids beyond 2^53 as the API writes them: as numbers. */
function raw(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? rawJSON(String(value)) : value;
}

function exact(_key: string, value: unknown, { source }: { source: string }): unknown {
  return typeof value === 'number' && !Number.isSafeInteger(value) && /^\d+$/.test(source)
    ? BigInt(source)
    : value;
}
