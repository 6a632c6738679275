import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, type Asked, error, WAREHOUSE } from './loopback.ts';

/** What a statement gives when it is asked. */
export interface Result {
  readonly columns: readonly {
    readonly name: string;
    readonly type_name: string;
    readonly type_text: string;
  }[];
  readonly rows: readonly (readonly (string | null)[])[];
  /** Rows a chunk. Default: all in one. */
  readonly chunkRows?: number;
  /** More than fits into the answer itself. */
  readonly large?: true;
  /** Chunks tell the next one by its index alone, not by a link. */
  readonly byIndex?: true;
  /** Looks at it before it is through; `Infinity`: only a cancel ends it. Default 0. */
  readonly looks?: number;
  /** It fails with this. */
  readonly failure?: { readonly error_code: string; readonly message: string; readonly sql_state?: string };
  /** Changes an answer on its way out, to damage it. */
  readonly damage?: (answer: Record<string, never>) => unknown;
}

interface Running {
  readonly result: Result;
  readonly disposition: string;
  looks: number;
  isCancelled: boolean;
}

const TOO_LARGE =
  'Inline byte limit exceeded. Statements executed with disposition=INLINE can have a result size of at most 26214400 bytes. Please execute the statement with disposition=EXTERNAL_LINKS if you want to download the full result.';

export class LoopbackStatements {
  /** By the text of the statement. */
  readonly results = new Map<string, Result>();
  readonly running = new Map<string, Running>();
  storage = '';
  /** Statuses with which the storage answers, once each, before it gives a part; 0 cuts it in the middle. */
  readonly storageFaults: number[] = [];
  /** Calls of the storage: whether a token came along, and what was asked. */
  readonly stored: { readonly authorization: string | undefined; readonly path: string }[] = [];
  /** How long links are good, ms. */
  linkMs = 900_000;
  #signature = 0;

  answer({ route, ids, body }: Asked): Answer | undefined {
    if (route === 'execute') return this.#execute(body);
    if (route !== 'statement' && route !== 'chunk' && route !== 'cancelStatement') return undefined;
    const [id, chunk] = ids;
    const one = this.running.get(id!);
    if (!one) return error(404, 'RESOURCE_DOES_NOT_EXIST', `Statement ${id} does not exist.`);
    if (route === 'cancelStatement') {
      one.isCancelled = true;
      return {};
    }
    if (route === 'chunk') return { json: this.#damaged(one, this.#chunk(id!, one, Number(chunk))) };
    one.looks--;
    return { json: this.#state(id!, one) };
  }

  #execute(body: Record<string, unknown>): Answer {
    const {
      statement,
      warehouse_id,
      disposition = 'INLINE',
      format,
      wait_timeout = '10s',
      on_wait_timeout,
    } = body;
    if (warehouse_id !== WAREHOUSE)
      return error(400, 'INVALID_PARAMETER_VALUE', `${warehouse_id} is not a valid endpoint id.`);
    const wait = /^(\d+)s$/.exec(String(wait_timeout))?.[1];
    if (wait === undefined || (Number(wait) !== 0 && (Number(wait) < 5 || Number(wait) > 50)))
      return error(400, 'INVALID_PARAMETER_VALUE', 'wait_timeout must be 0 or between 5 and 50 seconds');
    if (!['INLINE', 'EXTERNAL_LINKS'].includes(String(disposition)) || format !== 'JSON_ARRAY')
      return error(400, 'INVALID_PARAMETER_VALUE', 'disposition or format is unknown');
    if (!['CONTINUE', 'CANCEL'].includes(String(on_wait_timeout)))
      return error(400, 'INVALID_PARAMETER_VALUE', 'on_wait_timeout is unknown');
    const parameters = (body.parameters ?? []) as Record<string, unknown>[];
    const stranger = parameters
      .flatMap(Object.keys)
      .find((name) => !['name', 'value', 'type'].includes(name));
    if (stranger) return error(400, 'INVALID_PARAMETER_VALUE', `unknown field ${stranger} of a parameter`);
    if (parameters.some(({ value }) => value !== undefined && typeof value !== 'string'))
      return error(400, 'INVALID_PARAMETER_VALUE', 'values of parameters are strings');
    const result = this.results.get(String(statement)) ?? {
      columns: [],
      rows: [],
      failure: {
        error_code: 'BAD_REQUEST',
        message: `[PARSE_SYNTAX_ERROR] Syntax error at or near '${String(statement).split(' ')[0]}'.`,
        sql_state: '42601',
      },
    };
    const id = `01f0-${this.running.size + 1}`;
    const one = { result, disposition: String(disposition), looks: result.looks ?? 0, isCancelled: false };
    this.running.set(id, one);
    return { json: this.#state(id, one) };
  }

  #state(id: string, one: Running): unknown {
    const { result, disposition, looks, isCancelled } = one;
    const answer = (state: string, more: object = {}) => ({ statement_id: id, status: { state, ...more } });
    if (isCancelled) return answer('CANCELED');
    if (looks > 0) return answer(looks === result.looks ? 'PENDING' : 'RUNNING');
    if (result.failure) {
      const { sql_state, ...said } = result.failure;
      return answer('FAILED', { error: said, ...(sql_state ? { sql_state } : {}) });
    }
    if (result.large && disposition === 'INLINE')
      return answer('FAILED', { error: { error_code: 'BAD_REQUEST', message: TOO_LARGE } });
    return this.#damaged(one, {
      ...answer('SUCCEEDED'),
      manifest: {
        format: 'JSON_ARRAY',
        schema: {
          column_count: result.columns.length,
          columns: result.columns.map((column, position) => ({ ...column, position })),
        },
        total_chunk_count: Math.max(1, this.#chunks(result).length),
        total_row_count: result.rows.length,
        truncated: false,
      },
      result: this.#chunk(id, one, 0),
    });
  }

  #damaged({ result }: Running, answer: object): unknown {
    return result.damage ? result.damage(structuredClone(answer) as Record<string, never>) : answer;
  }

  #chunks({ rows, chunkRows = rows.length || 1 }: Result): Result['rows'][] {
    return Array.from({ length: Math.ceil(rows.length / chunkRows) }, (_, at) =>
      rows.slice(at * chunkRows, (at + 1) * chunkRows),
    );
  }

  #chunk(id: string, { result, disposition }: Running, index: number): object {
    const chunks = this.#chunks(result);
    const rows = chunks[index] ?? [];
    const place = {
      chunk_index: index,
      row_offset: index * (result.chunkRows ?? 0),
      row_count: rows.length,
      ...(index + 1 < chunks.length
        ? {
            next_chunk_index: index + 1,
            ...(result.byIndex
              ? {}
              : { next_chunk_internal_link: `/api/2.0/sql/statements/${id}/result/chunks/${index + 1}` }),
          }
        : {}),
    };
    if (disposition === 'INLINE') return { ...place, data_array: rows };
    const external_link = `${this.storage}/results/${id}/${index}?sig=signature-${++this.#signature}`;
    const expiration = new Date(Date.now() + this.linkMs).toISOString();
    return {
      external_links: [
        { ...place, external_link, expiration, http_headers: { 'x-ms-key': 'decryption-key' } },
      ],
    };
  }

  /** What cloud storage does: a token beside a signed link is a mistake that it refuses. */
  serveStorage(request: IncomingMessage, response: ServerResponse): void {
    const { authorization } = request.headers;
    const url = new URL(request.url!, this.storage);
    this.stored.push({ authorization, path: url.pathname });
    const [, id, index] = /^\/results\/([^/]+)\/(\d+)$/.exec(url.pathname) ?? [];
    const one = this.running.get(id ?? '');
    if (
      !one ||
      authorization !== undefined ||
      !url.searchParams.get('sig') ||
      request.headers['x-ms-key'] !== 'decryption-key'
    )
      return void response.writeHead(403).end('<Error>AuthenticationFailed</Error>');
    const fault = this.storageFaults.shift();
    if (fault) return void response.writeHead(fault).end('<Error>no</Error>');
    const text = JSON.stringify(this.#chunks(one.result)[Number(index)] ?? []);
    if (fault === 0) {
      response.writeHead(200, { 'content-length': text.length });
      response.write(text.slice(0, text.length / 2), () => response.destroy());
      return;
    }
    response.writeHead(200).end(text);
  }
}
