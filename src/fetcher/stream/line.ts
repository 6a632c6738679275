import type { CandlebookError, DataSource, FeedEvent } from '../../market/index.ts';
import type { ControlAnswer } from '../wire/index.ts';
import { ConnectLimit } from './connect-limit.ts';
import { StreamSocket } from './socket.ts';

export interface LineHandlers {
  /** Something befell the connection. */
  event(event: FeedEvent): void;
  /** Before its `connect` event; `again` where the old connection is still up, so that nothing was missed. */
  connected(source: DataSource, again: boolean): void;
  frame(text: string): void;
  /** No connection can be had. */
  failed(error: CandlebookError): void;
}

const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 30_000;
/** A connection that lives so long was a good one: the next pause is a short one again. */
const GOOD_AFTER_MS = 5_000;
/** How long the old connection goes on beside the new one, so that what is on its way arrives. */
const OVERLAP_MS = 2_000;
/** Part of the age by which connections are replaced earlier, at random, so that they are not all at once. */
const AGE_JITTER = 0.01;
/** Longer addresses are refused by some servers: what is beyond is subscribed by messages. */
const LONGEST_QUERY = 4_000;
const STREAMS_A_MESSAGE = 100;

/**
 * A connection that is kept up: reconnects with growing, random pauses, is replaced before it grows too old or when
 * the exchange announces its shutdown, the new one before the old one is let go.
 */
export class StreamLine {
  readonly #base: string;
  readonly #maxAgeMs: number;
  readonly #handlers: LineHandlers;
  readonly #streams = new Set<string>();
  readonly #limit = new ConnectLimit();
  readonly #retiring = new Set<StreamSocket>();
  /** Control messages that wait for an answer. */
  readonly #asked = new Map<number, readonly string[]>();
  #current: StreamSocket | undefined;
  #successor: StreamSocket | undefined;
  #retry: NodeJS.Timeout | undefined;
  #age: NodeJS.Timeout | undefined;
  #farewells = new Set<NodeJS.Timeout>();
  /** Attempts since the last connection. */
  #attempt = 0;
  /** Attempts since the last good one. */
  #trouble = 0;
  #openedAt = 0;
  #wasConnected = false;
  #paused = false;
  #closed = false;

  constructor(wsUrl: string, maxAgeMs: number, handlers: LineHandlers) {
    this.#base = wsUrl.replace(/\/+$/, '');
    this.#maxAgeMs = maxAgeMs;
    this.#handlers = handlers;
  }

  open(): void {
    if (this.#closed) return;
    clearTimeout(this.#retry);
    this.#attempt++;
    const { url, rest } = this.#address();
    const socket: StreamSocket = new StreamSocket(url, {
      opened: (source) => this.#opened(socket, source, rest),
      frame: (text) => this.#handlers.frame(text),
      stale: (silentForMs) => {
        this.#handlers.event({ type: 'stale', at: Date.now(), silentForMs });
        this.rollOver();
      },
      closed: (reason, failure) => this.#ended(socket, reason, failure),
    });
    if (this.#current) this.#successor = socket;
    else this.#current = socket;
  }

  /** Opens a new connection beside the present one, which ends when the new one is up. */
  rollOver(): void {
    if (this.#successor || !this.#current?.isOpen) return;
    this.#after(this.#limit.next(Date.now()));
  }

  add(names: readonly string[]): void {
    const added = names.filter((name) => !this.#streams.has(name));
    for (const name of added) this.#streams.add(name);
    for (const socket of [this.#current, this.#successor]) if (socket?.isOpen) this.#subscribe(socket, added);
  }

  remove(names: readonly string[]): void {
    for (const name of names) this.#streams.delete(name);
    for (const socket of [this.#current, this.#successor])
      if (socket?.isOpen) for (const part of parts(names)) socket.send('UNSUBSCRIBE', part);
  }

  answered({ id, error }: ControlAnswer): void {
    const streams = this.#asked.get(id as number);
    this.#asked.delete(id as number);
    if (error) {
      const message = `The exchange refused a subscription (${error.code}: ${error.msg}): ${streams?.join(', ') ?? ''}.`;
      this.#handlers.event({ type: 'error', at: Date.now(), code: 'REQUEST_REFUSED', message });
    } else if (streams) this.#handlers.event({ type: 'subscribe', at: Date.now(), streams });
  }

  pause(): void {
    this.#paused = true;
    for (const socket of this.#sockets()) if (socket.isOpen) socket.pause();
  }

  resume(): void {
    this.#paused = false;
    for (const socket of this.#sockets()) if (socket.isOpen) socket.resume();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    clearTimeout(this.#age);
    for (const timer of this.#farewells) clearTimeout(timer);
    await Promise.all(this.#sockets().map((socket) => socket.close()));
  }

  #sockets(): StreamSocket[] {
    return [this.#current, this.#successor, ...this.#retiring].filter((socket) => socket !== undefined);
  }

  #address(): { url: string; rest: string[] } {
    const rest = [...this.#streams];
    let query = '';
    while (rest.length > 0 && query.length < LONGEST_QUERY)
      query += `${query && '/'}${encodeURIComponent(rest.shift()!)}`;
    return { url: `${this.#base}/stream?streams=${query}`, rest };
  }

  #subscribe(socket: StreamSocket, names: readonly string[]): void {
    for (const part of parts(names)) this.#asked.set(socket.send('SUBSCRIBE', part), part);
  }

  #opened(socket: StreamSocket, source: DataSource, rest: readonly string[]): void {
    const old = socket === this.#successor ? this.#current : undefined;
    const overlapping = old?.isOpen ?? false;
    this.#successor = undefined;
    this.#current = socket;
    this.#wasConnected = true;
    this.#openedAt = performance.now();
    this.#handlers.connected(source, overlapping);
    if (this.#closed) return;
    if (this.#paused) socket.pause();
    const at = Date.now();
    const attempt = this.#attempt;
    this.#attempt = 0;
    this.#handlers.event({ type: 'connect', at, url: new URL(this.#base).origin, source, attempt });
    const streams = rest.length > 0 ? [...this.#streams].slice(0, -rest.length) : [...this.#streams];
    this.#handlers.event({ type: 'subscribe', at, streams });
    this.#subscribe(socket, rest);
    if (old) this.#retire(old);
    clearTimeout(this.#age);
    this.#age = setTimeout(() => this.rollOver(), this.#maxAgeMs * (1 - AGE_JITTER * Math.random()));
  }

  #retire(socket: StreamSocket): void {
    this.#retiring.add(socket);
    const timer = setTimeout(() => {
      this.#farewells.delete(timer);
      void socket.close();
    }, OVERLAP_MS);
    this.#farewells.add(timer);
  }

  #ended(socket: StreamSocket, reason: string, failure: CandlebookError | undefined): void {
    if (this.#retiring.delete(socket) || this.#closed) return;
    if (failure && (failure.code === 'REGION_BLOCKED' || !this.#wasConnected)) {
      this.#closed = true;
      this.#handlers.failed(failure);
      return;
    }
    if (socket === this.#successor) {
      // The present connection goes on; the next attempt comes later.
      this.#successor = undefined;
      this.#after(this.#pauseMs());
      return;
    }
    this.#current = undefined;
    clearTimeout(this.#age);
    if (performance.now() - this.#openedAt > GOOD_AFTER_MS) this.#trouble = 0;
    if (this.#successor) {
      this.#current = this.#successor;
      this.#successor = undefined;
      this.#handlers.event({ type: 'disconnect', at: Date.now(), reason, retryInMs: 0 });
      return;
    }
    const retryInMs = this.#pauseMs();
    this.#handlers.event({ type: 'disconnect', at: Date.now(), reason, retryInMs });
    this.#after(retryInMs);
  }

  #pauseMs(): number {
    const ceiling = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.#trouble++);
    const pause = Math.random() * ceiling;
    return Math.round(Math.max(pause, this.#limit.next(Date.now() + pause)));
  }

  #after(ms: number): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.open(), ms);
  }
}

function* parts(names: readonly string[]): Generator<readonly string[]> {
  for (let i = 0; i < names.length; i += STREAMS_A_MESSAGE) yield names.slice(i, i + STREAMS_A_MESSAGE);
}
