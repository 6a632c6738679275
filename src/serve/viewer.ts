import type { WebSocket } from 'ws';
import type { PageReply, PageRequest } from '../dashboard/wire.ts';
import type { BoardStream, TickReader } from './board-stream.ts';
import { Bucket, type RateLimit } from './rate.ts';

/** What a page may say: it speaks every five seconds, and once when it comes or lacks something. */
const MESSAGES: RateLimit = { burst: 20, perSecond: 4 };
/** A viewer with so much unread is skipped until it has read, and is then sent the whole, bytes. */
const MOST_UNREAD = 1024 * 1024;
/** Close codes of our own: told too often; the text is no request. */
const POLICY = 1008;
const NOT_A_REQUEST = 1007;

/** One open page. A slow one gets fewer ticks, never old ones, and holds up nobody. */
export class Viewer implements TickReader {
  /** Median ms from event to painted, as the page last said. */
  latency: number | undefined;
  painted = 0;
  readonly #socket: WebSocket;
  readonly #board: BoardStream;
  readonly #allowed = new Bucket(MESSAGES);
  #behind = false;

  constructor(socket: WebSocket, board: BoardStream) {
    this.#socket = socket;
    this.#board = board;
    board.readers.add(this);
    socket.on('message', (data, binary) => this.#take(String(data), binary));
    socket.on('close', () => {
      board.readers.delete(this);
      board.idleSince = performance.now();
    });
    // Its close follows; nothing else is to be done for a broken connection.
    socket.on('error', () => undefined);
  }

  send(text: string): void {
    if (this.#socket.bufferedAmount > MOST_UNREAD) {
      this.#behind = true;
      return;
    }
    if (this.#behind) {
      this.#behind = false;
      this.#socket.send(JSON.stringify({ tick: this.#board.since(-1) }));
      return;
    }
    this.#socket.send(text);
  }

  #take(text: string, binary: boolean): void {
    if (!this.#allowed.take()) {
      this.#socket.close(POLICY, 'too many messages');
      return;
    }
    const message = binary ? undefined : parse(text);
    if (!message) {
      this.#socket.close(NOT_A_REQUEST, 'not a request');
      return;
    }
    this.#socket.send(JSON.stringify({ id: message.id, reply: this.#answer(message.request) }));
  }

  #answer(request: PageRequest): PageReply {
    const reply = { ok: true, now: Date.now() };
    switch (request.kind) {
      case 'hello':
      case 'state': {
        const tick = this.#board.since(request.kind === 'state' ? -1 : request.n);
        return tick ? { ...reply, tick } : reply;
      }
      case 'here':
        this.painted = request.painted;
        this.latency = request.latency;
        return reply;
      default:
        return reply;
    }
  }
}

/** A numbered request with the fields that are used here, or undefined. */
function parse(text: string): { id: number; request: PageRequest } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { id, request } = value as { id?: unknown; request?: Record<string, unknown> };
  if (typeof id !== 'number' || typeof request !== 'object' || request === null) return undefined;
  const { kind, n, painted, latency } = request;
  switch (kind) {
    case 'hello':
      return typeof n === 'number' ? { id, request: request as PageRequest } : undefined;
    case 'here':
      return typeof painted === 'number' && (latency === undefined || typeof latency === 'number')
        ? { id, request: request as PageRequest }
        : undefined;
    case 'state':
    case 'gone':
      return { id, request: request as PageRequest };
    default:
      return undefined;
  }
}
