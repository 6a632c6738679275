import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { blobCall } from './blob.ts';
import { dfsCall } from './dfs.ts';
import { type Reply, StorageError, Store } from './store.ts';

export const ACCOUNT = 'lake';
export const KEY = Buffer.from('not a secret: the key of the loopback account').toString('base64');

/** One request, as far as a fault wants to know it. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/**
 * What goes wrong with a request: the connection breaks before it is done or after; the service answers with an
 * error instead; the answer comes late, or its second half does.
 */
export type Fault =
  | { readonly breakBefore: true }
  | { readonly breakAfter: true }
  | { readonly status: number; readonly code: string; readonly retryAfter?: number }
  | { readonly delayMs: number }
  | { readonly slowBodyMs: number };

export interface LoopbackAdls {
  readonly url: string;
  /** For AZURE_STORAGE_CONNECTION_STRING. */
  readonly connectionString: string;
  readonly store: Store;
  /** Requests so far, as `METHOD kind`. */
  readonly calls: string[];
  fault: ((call: Call) => Fault | undefined) | undefined;
  /** Entries a page of a listing. */
  pageSize: number;
  close(): Promise<void>;
}

/**
 * A storage account on loopback: the DFS and the Blob calls over the same files, as a hierarchical namespace has
 * them. A tool of the tests: requests must be signed with something, but signatures are not checked.
 */
export async function startLoopbackAdls(containers: readonly string[] = ['tables']): Promise<LoopbackAdls> {
  const store = new Store(containers);
  const server = createServer((request, response) => {
    serve(request, response).catch((error) => response.destroy(error));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const adls: LoopbackAdls = {
    url,
    connectionString: `DefaultEndpointsProtocol=http;AccountName=${ACCOUNT};AccountKey=${KEY};BlobEndpoint=${url}/${ACCOUNT};`,
    store,
    calls: [],
    fault: undefined,
    pageSize: 5_000,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const call = readCall(request, Buffer.concat(chunks));
    adls.calls.push(`${call.method} ${kindOf(call)}`);
    const fault = adls.fault?.(call);
    if (fault && 'breakBefore' in fault) return void response.destroy();
    if (fault && 'delayMs' in fault) await sleep(fault.delayMs);
    const reply = fault && 'status' in fault ? refusal(fault) : answer(call);
    if (fault && 'breakAfter' in fault) return void response.destroy();
    await send(response, call, reply, fault && 'slowBodyMs' in fault ? fault.slowBodyMs : 0);
  }

  function answer(call: Call): Reply {
    try {
      const signed = call.headers.authorization !== undefined || call.query.has('sig');
      if (!signed) throw new StorageError(403, 'AuthenticationFailed');
      return isBlob(call) ? blobCall(store, call, adls.pageSize) : dfsCall(store, call, adls.pageSize);
    } catch (error) {
      if (error instanceof StorageError) return error.reply(isBlob(call));
      throw error;
    }
  }

  return adls;
}

/** The account may stand in front of the container, as in the address of an emulator, or not. */
function readCall(request: IncomingMessage, body: Buffer): Call {
  const url = new URL(request.url!, 'http://loopback');
  const path = decodeURIComponent(url.pathname).replace(new RegExp(`^/${ACCOUNT}(?=/|$)`), '');
  const override = request.headers['x-http-method-override'];
  return {
    method: typeof override === 'string' ? override : request.method!,
    path: path.slice(1),
    query: url.searchParams,
    headers: request.headers,
    body,
  };
}

function isBlob({ method, query, headers }: Call): boolean {
  if (query.has('resource') || query.has('action') || query.has('recursive') || query.has('mode'))
    return false;
  if (headers['x-ms-rename-source'] !== undefined || method === 'PATCH') return false;
  return true;
}

function kindOf(call: Call): string {
  const { query, headers } = call;
  if (headers['x-ms-rename-source']) return 'rename';
  return (
    query.get('action') ??
    (call.method === 'GET' && query.get('resource') ? 'list' : undefined) ??
    query.get('comp') ??
    '-'
  );
}

function refusal({ status, code, retryAfter }: { status: number; code: string; retryAfter?: number }): Reply {
  const reply = new StorageError(status, code).reply(true);
  if (retryAfter !== undefined) reply.headers['retry-after'] = String(retryAfter);
  return reply;
}

async function send(
  response: ServerResponse,
  { method }: Call,
  { status, headers, body }: Reply,
  pauseMs: number,
): Promise<void> {
  response.writeHead(status, {
    'x-ms-request-id': randomUUID(),
    'x-ms-version': '2025-01-05',
    'content-length': body.length,
    ...headers,
  });
  if (method === 'HEAD') return void response.end();
  const half = pauseMs > 0 ? Math.floor(body.length / 2) : 0;
  if (half > 0) {
    response.write(body.subarray(0, half));
    await sleep(pauseMs);
  }
  response.end(body.subarray(half));
}
