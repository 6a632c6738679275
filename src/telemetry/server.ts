import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CandlebookError } from '../market/index.ts';
import { redact } from '../redaction/index.ts';
import type { Health, HealthReport } from './health.ts';

export interface WatchServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Writes the metrics as Prometheus reads them. */
export type MetricsHandler = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Answers `/healthz`, `/readyz` and `/metrics`; @returns whether the request was one of them, for servers that mount it.
 */
export function watchHandler(health: Health, metrics: MetricsHandler) {
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const path = request.url?.split('?')[0];
    if (path !== '/healthz' && path !== '/readyz' && path !== '/metrics') return false;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
    } else if (path === '/metrics') metrics(request, response);
    else answer(response, path === '/healthz' ? health.live() : health.ready());
    return true;
  };
}

function answer(response: ServerResponse, { ok, checks }: HealthReport): void {
  response.writeHead(ok ? 200 : 503, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(`${redact(JSON.stringify({ status: ok ? 'ok' : 'failing', checks }))}\n`);
}

/**
 * Serves them on a port of their own; 0 takes a free one.
 * @throws CandlebookError PORT_IN_USE
 */
export async function startWatchServer(
  handler: ReturnType<typeof watchHandler>,
  { host, port }: { host: string; port: number },
): Promise<WatchServer> {
  const server = createServer((request, response) => {
    if (!handler(request, response)) response.writeHead(404).end();
  });
  server.requestTimeout = 10_000;
  server.maxConnections = 100;
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new CandlebookError('PORT_IN_USE', `The port ${port} of ${host} can not be opened (${code}).`, {
      value: port,
      hint: 'Set telemetry.port to another one, or to 0 for any that is free.',
      cause,
    });
  }
  const address = server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${name}:${address.port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
