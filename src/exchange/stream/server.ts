import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { SOURCE_HEADER } from '../../market/index.ts';
import type { Counters } from '../counters.ts';
import { requestUrl } from '../request-url.ts';
import type { TimeUnit } from '../tape/market.ts';
import { Attempts } from './attempts.ts';
import { Connection, type ConnectionRules } from './connection.ts';
import { MAX_STREAMS } from './control.ts';
import type { Hub } from './hub.ts';

const MAX_CONTROL_FRAME = 256 * 1024;

export interface StreamServerRules extends ConnectionRules {
  /** Connection attempts of an address in five minutes. */
  readonly maxConnectionAttempts: number;
  /** Longest life of a connection, ms of market time. */
  readonly maxConnectionMs: number;
}

export interface StreamServerOptions {
  readonly source: string;
  readonly hub: Hub;
  readonly counters: Counters;
  readonly rules: StreamServerRules;
  /** Status by which every handshake is refused, where the caller is to find itself blocked. */
  readonly blocked: 403 | 451 | undefined;
  /** Market time, epoch ms. */
  now(): number;
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
  readonly #options: StreamServerOptions;
  readonly #sockets: WebSocketServer;
  readonly #attempts: Attempts;

  constructor(server: Server, options: StreamServerOptions) {
    this.#options = options;
    this.#attempts = new Attempts(options.rules.maxConnectionAttempts);
    this.#sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_CONTROL_FRAME });
    this.#sockets.on('headers', (headers) => headers.push(`${SOURCE_HEADER}: ${options.source}`));
    server.on('upgrade', (request, line, head) => this.#open(request, line, head));
  }

  /** The most that waits for any reader, bytes. */
  get buffered(): number {
    let most = 0;
    for (const { buffered } of this.connections) if (buffered > most) most = buffered;
    return most;
  }

  /** Ends connections that have lived for as long as they may. */
  expire(): void {
    const { rules, now } = this.#options;
    const since = now() - rules.maxConnectionMs;
    for (const connection of this.connections)
      if (connection.openedAt <= since) connection.cut('close', 1001, 'Connection lifetime reached');
  }

  cut(how: 'close' | 'break'): void {
    for (const connection of this.connections) connection.cut(how);
  }

  close(): void {
    this.cut('break');
    this.#sockets.close();
  }

  /** What a handshake asks for, or the status by which it is refused. */
  #admit(request: IncomingMessage): Opening | number {
    if (this.#options.blocked) return this.#options.blocked;
    if (!this.#attempts.allow(request.socket.remoteAddress ?? '')) return 429;
    return readUrl(request.url ?? '/');
  }

  #open(request: IncomingMessage, line: Duplex, head: Buffer): void {
    line.on('error', () => line.destroy());
    const { hub, counters, rules, now, source } = this.#options;
    const opening = this.#admit(request);
    if (typeof opening === 'number') {
      refuse(line, opening, source);
      return;
    }
    this.#sockets.handleUpgrade(request, line, head, (webSocket) => {
      const { combined, unit } = opening;
      const connection = new Connection({
        webSocket,
        line,
        hub,
        counters,
        rules,
        combined,
        unit,
        openedAt: now(),
      });
      counters.socketsOpened++;
      counters.socketsOpen++;
      this.connections.add(connection);
      webSocket.on('close', () => this.connections.delete(connection));
      connection.subscribe(opening.names);
    });
  }
}

function readUrl(text: string): Opening | number {
  const url = requestUrl(text);
  if (!url) return 400;
  const unit = (url.searchParams.get('timeUnit') ?? 'MILLISECOND').toUpperCase();
  if (!/^(MILLI|MICRO)SECONDS?$/.test(unit)) return 400;
  const common = { unit: unit.startsWith('MICRO') ? 1000 : 1 } as const;
  const path = decodePath(url.pathname);
  if (path === undefined) return 400;
  const combined = path === '/stream' || path === '/stream/';
  if (!combined && path !== '/ws' && !path.startsWith('/ws/')) return 404;
  const names = split(combined ? streamsOf(url) : path.slice(4));
  return names.length > MAX_STREAMS ? 400 : { ...common, combined, names };
}

/** A plus in a stream's name is a plus (`@+08:00`), not a blank as in the forms of web pages. */
function streamsOf(url: URL): string {
  const query = new URLSearchParams(url.search.replaceAll('+', '%2B'));
  return query.get('streams') ?? '';
}

function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

function split(names: string): string[] {
  return [...new Set(names.split('/').filter((name) => name !== ''))];
}

function refuse(line: Duplex, status: number, source: string): void {
  line.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n${SOURCE_HEADER}: ${source}\r\n\r\n`,
  );
}
