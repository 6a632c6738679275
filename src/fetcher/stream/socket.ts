import type { IncomingMessage } from 'node:http';
import WebSocket, { type RawData } from 'ws';
import { type CandlebookError, type DataSource, isDataSource, SOURCE_HEADER } from '../../market/index.ts';
import { refusal, unreachable } from '../rest/refusals.ts';
import { Liveness } from './liveness.ts';

export interface SocketHandlers {
  opened(source: DataSource): void;
  frame(text: string): void;
  stale(silentForMs: number): void;
  /** Once, also where it never opened; `failure` where a handshake was refused or the line broke. */
  closed(reason: string, failure: CandlebookError | undefined): void;
}

const HANDSHAKE_MS = 10_000;
const LARGEST_FRAME = 16 * 1024 * 1024;
/** How long the other side may take over the closing handshake. */
const FAREWELL_MS = 500;
const WATCH_MS = 1_000;
/** The exchange takes 5 messages a second, pongs included. */
const CONTROL_EVERY_MS = 250;

/** One connection to the exchange: its frames, its liveness, and its control messages within the exchange's limit. */
export class StreamSocket {
  readonly openedAt: number = performance.now();
  readonly #socket: WebSocket;
  readonly #liveness = new Liveness(performance.now());
  readonly #control: string[] = [];
  #source: DataSource = 'live';
  #failure: CandlebookError | undefined;
  #watch: NodeJS.Timeout | undefined;
  #sender: NodeJS.Timeout | undefined;
  #nextId = 1;

  constructor(url: string, handlers: SocketHandlers) {
    const host = new URL(url).origin;
    const socket = new WebSocket(url, { handshakeTimeout: HANDSHAKE_MS, maxPayload: LARGEST_FRAME });
    this.#socket = socket;
    socket.on('upgrade', (response: IncomingMessage) => {
      const header = response.headers[SOURCE_HEADER];
      this.#source = isDataSource(header) ? header : 'live';
    });
    socket.on('unexpected-response', (_request, response: IncomingMessage) => {
      const pauseMs = Number(response.headers['retry-after'] ?? 0) * 1000;
      this.#failure = refusal(host, host, response.statusCode ?? 0, '', pauseMs);
      response.destroy();
      socket.terminate();
    });
    socket.on('error', (error) => {
      this.#failure ??= unreachable(host, error, HANDSHAKE_MS);
    });
    socket.on('open', () => {
      this.#liveness.excuse(performance.now());
      this.#watch = setInterval(() => this.#judge(handlers), WATCH_MS);
      handlers.opened(this.#source);
    });
    socket.on('ping', () => this.#liveness.pong(performance.now()));
    socket.on('pong', () => this.#liveness.pong(performance.now()));
    socket.on('message', (data: RawData) => {
      this.#liveness.frame(performance.now());
      handlers.frame(String(data));
    });
    socket.on('close', (code, reason) => {
      clearInterval(this.#watch);
      clearInterval(this.#sender);
      const said = reason.toString();
      const why = this.#failure?.message ?? `closed with code ${code}${said ? `: ${said}` : ''}`;
      handlers.closed(why, this.#failure);
    });
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** A control message, sent when the limit allows. @returns its id */
  send(method: 'SUBSCRIBE' | 'UNSUBSCRIBE', params: readonly string[]): number {
    const id = this.#nextId++;
    this.#control.push(JSON.stringify({ method, params, id }));
    this.#sender ??= setInterval(() => this.#sendNext(), CONTROL_EVERY_MS);
    return id;
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#liveness.excuse(performance.now());
    this.#socket.resume();
  }

  /** Closes the connection; a peer that does not answer is cut. */
  close(): Promise<void> {
    const socket = this.#socket;
    if (socket.readyState === WebSocket.CLOSED) return Promise.resolve();
    socket.resume();
    return new Promise((resolve) => {
      const late = setTimeout(() => socket.terminate(), FAREWELL_MS);
      socket.once('close', () => {
        clearTimeout(late);
        resolve();
      });
      socket.close(1000);
    });
  }

  #sendNext(): void {
    if (!this.isOpen) return;
    const message = this.#control.shift();
    if (message !== undefined) this.#socket.send(message);
    else {
      clearInterval(this.#sender);
      this.#sender = undefined;
    }
  }

  #judge(handlers: SocketHandlers): void {
    const now = performance.now();
    // A paused connection is silent because the reader is slow.
    if (this.#socket.isPaused) this.#liveness.excuse(now);
    switch (this.#liveness.judge(now)) {
      case 'probe':
        this.#socket.ping();
        break;
      case 'stale':
        handlers.stale(this.#liveness.silentForMs(now));
        break;
      case 'dead':
        this.#socket.terminate();
        break;
    }
  }
}
