import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import WebSocket, { type RawData } from 'ws';
import { type CandlebookError, type DataSource, isDataSource, SOURCE_HEADER } from '../../market/index.ts';
import { refusal, retryAfterMs, unreachable } from '../rest/refusals.ts';
import { FrameSplitter } from './frame-splitter.ts';
import { Liveness } from './liveness.ts';
import { Outward } from './outward.ts';

export interface SocketHandlers {
  opened(source: DataSource): void;
  /** A frame is the bytes from `begin` to `end`. They are the socket's own, to be read at once. */
  frame(bytes: Buffer, begin: number, end: number): void;
  stale(silentForMs: number): void;
  closed(ending: SocketEnding): void;
}

/** How a connection ended; told once, also where it never opened. */
export interface SocketEnding {
  readonly reason: string;
  /** Where a handshake was refused or the line broke. */
  readonly failure: CandlebookError | undefined;
  /** What the exchange asks for before the next attempt. */
  readonly retryAfterMs: number;
}

const HANDSHAKE_MS = 10_000;
const LARGEST_FRAME = 16 * 1024 * 1024;
/** How long the other side may take over the closing handshake. */
const FAREWELL_MS = 500;
const WATCH_MS = 1_000;

/** One connection to the exchange: its frames, its liveness, and what it sends within the exchange's limit. */
export class StreamSocket {
  /** Streams that this connection carries, or has been asked to. */
  readonly streams: Set<string>;
  readonly #socket: WebSocket;
  readonly #liveness = new Liveness(performance.now());
  readonly #outward: Outward;
  #source: DataSource = 'live';
  #failure: CandlebookError | undefined;
  #retryAfterMs = 0;
  #watch: NodeJS.Timeout | undefined;
  /** Frames came since liveness was last judged: to a second is exact enough, and costs no clock a frame. */
  #framed = false;

  constructor(url: string, streams: readonly string[], handlers: SocketHandlers) {
    const host = new URL(url).origin;
    this.streams = new Set(streams);
    const socket = new WebSocket(url, {
      handshakeTimeout: HANDSHAKE_MS,
      maxPayload: LARGEST_FRAME,
      perMessageDeflate: false,
      // Pongs count among the messages that the exchange takes, so they are sent with the others.
      autoPong: false,
      // The reader of frames checks what it does not know byte by byte.
      skipUTF8Validation: true,
    });
    this.#socket = socket;
    this.#outward = new Outward({
      text: (message) => socket.send(message),
      ping: () => socket.ping(),
      pong: (payload) => socket.pong(payload),
    });
    let line: Socket | undefined;
    socket.on('upgrade', (response: IncomingMessage) => {
      line = response.socket;
      const header = response.headers[SOURCE_HEADER];
      this.#source = isDataSource(header) ? header : 'live';
    });
    socket.on('unexpected-response', (_request, response: IncomingMessage) => {
      this.#retryAfterMs = retryAfterMs(response.headers['retry-after']) ?? 0;
      this.#failure = refusal(host, host, response.statusCode ?? 0, '', this.#retryAfterMs);
      response.destroy();
      socket.terminate();
    });
    socket.on('error', (error) => {
      this.#failure ??= unreachable(host, error, HANDSHAKE_MS);
    });
    socket.on('open', () => {
      this.#liveness.excuse(performance.now());
      this.#watch = setInterval(() => this.#judge(handlers), WATCH_MS);
      if (line) this.#readBeside(line, handlers);
      handlers.opened(this.#source);
    });
    socket.on('ping', (payload) => {
      this.#liveness.pong(performance.now());
      this.#outward.pong(payload);
    });
    socket.on('pong', () => this.#liveness.pong(performance.now()));
    socket.on('message', (data: RawData) => {
      const bytes = data as Buffer;
      this.#framed = true;
      handlers.frame(bytes, 0, bytes.length);
    });
    socket.on('close', (code, reason) => {
      clearInterval(this.#watch);
      this.#outward.stop();
      const said = reason.toString();
      const why = this.#failure?.message ?? `closed with code ${code}${said ? `: ${said}` : ''}`;
      handlers.closed({ reason: why, failure: this.#failure, retryAfterMs: this.#retryAfterMs });
    });
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** Messages that wait for the exchange's limit. */
  get waiting(): number {
    return this.#outward.waiting;
  }

  /** A control message, sent when the limit allows. */
  send(message: { readonly method: string; readonly params: readonly string[]; readonly id: number }): void {
    this.#outward.text(JSON.stringify(message));
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

  /**
   * Text messages are read from the line's bytes as they lie there, which costs a third of what it costs to have them
   * unpacked one by one; the library gets all other bytes, as before.
   */
  #readBeside(line: Socket, handlers: SocketHandlers): void {
    const [library, ...others] = line.listeners('data');
    if (!library || others.length > 0) return;
    const splitter = new FrameSplitter({
      text: (bytes, begin, end) => {
        this.#framed = true;
        handlers.frame(bytes, begin, end);
      },
      other: (bytes) => library.call(line, bytes),
    });
    line.off('data', library as (chunk: Buffer) => void);
    line.on('data', (chunk: Buffer) => splitter.take(chunk));
  }

  #judge(handlers: SocketHandlers): void {
    const now = performance.now();
    if (this.#framed) this.#liveness.frame(now);
    this.#framed = false;
    // A paused connection is silent because the reader is slow.
    if (this.#socket.isPaused) this.#liveness.excuse(now);
    switch (this.#liveness.judge(now)) {
      case 'probe':
        this.#outward.ping();
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
