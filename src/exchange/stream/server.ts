import type { Server } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { SOURCE_HEADER } from '../../market/index.ts';
import type { Counters } from '../counters.ts';
import type { TimeUnit } from '../tape/market.ts';
import { Connection, type ConnectionRules } from './connection.ts';
import type { Hub } from './hub.ts';

const MAX_CONTROL_FRAME = 256 * 1024;

export interface StreamServerOptions {
  readonly source: string;
  readonly hub: Hub;
  readonly counters: Counters;
  readonly rules: ConnectionRules;
}

/** What a handshake's URL asks for. */
interface Opening {
  readonly combined: boolean;
  readonly unit: TimeUnit;
  readonly names: readonly string[];
}

/** Serves `/ws`, `/ws/<stream>`, `/stream` and `/stream?streams=a/b` on the sockets of an HTTP server. */
export class StreamServer {
  readonly connections = new Set<Connection>();
  readonly #sockets: WebSocketServer;

  constructor(server: Server, { source, hub, counters, rules }: StreamServerOptions) {
    this.#sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_CONTROL_FRAME });
    this.#sockets.on('headers', (headers) => headers.push(`${SOURCE_HEADER}: ${source}`));
    server.on('upgrade', (request, socket, head) => {
      socket.on('error', () => socket.destroy());
      const opening = readUrl(request.url ?? '/');
      if (typeof opening === 'number') {
        refuse(socket, opening, source);
        return;
      }
      this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
        const connection = new Connection(webSocket, hub, counters, rules, opening);
        counters.socketsOpened++;
        counters.socketsOpen++;
        this.connections.add(connection);
        webSocket.on('close', () => this.connections.delete(connection));
        connection.subscribe(opening.names);
      });
    });
  }

  /** The most that waits for any reader, bytes. */
  get buffered(): number {
    let most = 0;
    for (const { buffered } of this.connections) if (buffered > most) most = buffered;
    return most;
  }

  close(): void {
    for (const connection of this.connections) connection.cut('break');
    this.#sockets.close();
  }
}

function readUrl(text: string): Opening | number {
  const url = new URL(text, 'http://localhost');
  const unit = (url.searchParams.get('timeUnit') ?? 'MILLISECOND').toUpperCase();
  if (!/^(MILLI|MICRO)SECONDS?$/.test(unit)) return 400;
  const common = { unit: unit.startsWith('MICRO') ? 1000 : 1 } as const;
  const path = decodeURIComponent(url.pathname);
  if (path === '/stream' || path === '/stream/')
    return { ...common, combined: true, names: split(url.searchParams.get('streams') ?? '') };
  if (path === '/ws' || path.startsWith('/ws/'))
    return { ...common, combined: false, names: split(path.slice(4)) };
  return 404;
}

function split(names: string): string[] {
  return [...new Set(names.split('/').filter((name) => name !== ''))];
}

function refuse(socket: Duplex, status: number, source: string): void {
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n${SOURCE_HEADER}: ${source}\r\n\r\n`,
  );
}
