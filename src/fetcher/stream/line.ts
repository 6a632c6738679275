import type { CandlebookError, DataSource, FeedEvent } from '../../market/index.ts';
import type { ControlAnswer } from '../wire/index.ts';
import { type ConnectLimit, connectLimitOf } from './connect-limit.ts';
import { type SocketEnding, StreamSocket } from './socket.ts';

export interface LineHandlers {
  /** Something befell the connection. */
  event(event: FeedEvent): void;
  /** Before its `connect` event. */
  connected(line: StreamLine, connection: NewConnection): void;
  /** A frame is the bytes from `begin` to `end`, to be read at once. */
  frame(bytes: Buffer, begin: number, end: number, line: StreamLine): void;
  /** Whether a failed attempt is the end, rather than a reason to try again. */
  fatal(failure: CandlebookError): boolean;
}

export interface NewConnection {
  readonly source: DataSource;
  /** The old connection is still up and well, so that nothing was missed. */
  readonly seamless: boolean;
  /** It is the line's first one. */
  readonly first: boolean;
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
/** A control message that the exchange does not answer in this time is lost, and with it a subscription. */
const ANSWER_WITHIN_MS = 10_000;
/** What each message that waits before it adds. */
const MESSAGE_EVERY_MS = 300;

interface Asked {
  readonly streams: readonly string[];
  readonly subscribes: boolean;
  readonly timer: NodeJS.Timeout;
}

/**
 * A connection that is kept up: reconnects with growing, random pauses, is replaced before it grows too old or when
 * the exchange announces its shutdown, the new one before the old one is let go.
 */
export class StreamLine {
  readonly streams = new Set<string>();
  readonly #base: string;
  readonly #origin: string;
  readonly #maxAgeMs: number;
  readonly #handlers: LineHandlers;
  readonly #limit: ConnectLimit;
  readonly #retiring = new Set<StreamSocket>();
  /** Control messages that wait for an answer, by their id. */
  readonly #asked = new Map<number, Asked>();
  readonly #farewells = new Set<NodeJS.Timeout>();
  #nextId = 1;
  #current: StreamSocket | undefined;
  #successor: StreamSocket | undefined;
  #retry: NodeJS.Timeout | undefined;
  #age: NodeJS.Timeout | undefined;
  /** Attempts since the last connection. */
  #attempt = 0;
  /** Attempts since the last good one. */
  #trouble = 0;
  /** Of the present connection, on the clock of `performance.now()`. */
  #openedAt = Number.POSITIVE_INFINITY;
  #wasConnected = false;
  /** The present connection has gone silent: what it missed is not known. */
  #stale = false;
  #paused = false;
  #closed = false;

  constructor(wsUrl: string, maxAgeMs: number, handlers: LineHandlers) {
    this.#base = wsUrl;
    this.#origin = new URL(wsUrl).origin;
    this.#limit = connectLimitOf(this.#origin);
    this.#maxAgeMs = maxAgeMs;
    this.#handlers = handlers;
  }

  /** Whether two connections bring the same streams, so that one may be ahead of the other. */
  get overlapping(): boolean {
    return this.#retiring.size > 0;
  }

  open(): void {
    this.#after(this.#limit.next(Date.now()));
  }

  /** Opens a new connection beside the present one, which ends when the new one is up. */
  rollOver(): void {
    if (this.#successor || this.#retry || !this.#current?.isOpen) return;
    this.#after(this.#limit.next(Date.now()));
  }

  add(names: readonly string[]): void {
    for (const name of names) this.streams.add(name);
    this.#adjustAll();
  }

  remove(names: readonly string[]): void {
    for (const name of names) this.streams.delete(name);
    this.#adjustAll();
  }

  answered({ id, error }: ControlAnswer): void {
    const asked = this.#asked.get(id as number);
    if (!asked) return;
    this.#forget(id as number);
    if (error) {
      const message = `The exchange refused a subscription (${error.code}: ${error.msg}): ${asked.streams.join(', ')}.`;
      this.#handlers.event({ type: 'error', at: Date.now(), code: 'REQUEST_REFUSED', message });
    } else if (asked.subscribes)
      this.#handlers.event({ type: 'subscribe', at: Date.now(), streams: asked.streams });
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
    for (const id of this.#asked.keys()) this.#forget(id);
    for (const timer of this.#farewells) clearTimeout(timer);
    await Promise.all(this.#sockets().map((socket) => socket.close()));
  }

  #sockets(): StreamSocket[] {
    return [this.#current, this.#successor, ...this.#retiring].filter((socket) => socket !== undefined);
  }

  #connect(): void {
    if (this.#closed) return;
    this.#attempt++;
    const { url, named } = this.#address();
    const socket: StreamSocket = new StreamSocket(url, named, {
      opened: (source) => this.#opened(socket, source),
      frame: (bytes, begin, end) => this.#handlers.frame(bytes, begin, end, this),
      stale: (silentForMs) => this.#wentSilent(socket, silentForMs),
      closed: (ending) => this.#ended(socket, ending),
    });
    if (this.#current) this.#successor = socket;
    else this.#current = socket;
  }

  /** As many streams as an address may name. */
  #address(): { url: string; named: string[] } {
    const named: string[] = [];
    let query = '';
    for (const name of this.streams) {
      if (query.length > LONGEST_QUERY) break;
      query += `${query && '/'}${encodeURIComponent(name)}`;
      named.push(name);
    }
    return { url: `${this.#base}/stream?streams=${query}`, named };
  }

  #adjustAll(): void {
    for (const socket of [this.#current, this.#successor]) if (socket?.isOpen) this.#adjust(socket);
  }

  /** Lets a connection carry the line's streams, no more and no less. */
  #adjust(socket: StreamSocket): void {
    const gone = [...socket.streams].filter((name) => !this.streams.has(name));
    const added = [...this.streams].filter((name) => !socket.streams.has(name));
    this.#ask(socket, 'UNSUBSCRIBE', gone);
    this.#ask(socket, 'SUBSCRIBE', added);
    for (const name of gone) socket.streams.delete(name);
    for (const name of added) socket.streams.add(name);
  }

  #ask(socket: StreamSocket, method: 'SUBSCRIBE' | 'UNSUBSCRIBE', names: readonly string[]): void {
    for (let i = 0; i < names.length; i += STREAMS_A_MESSAGE) {
      const streams = names.slice(i, i + STREAMS_A_MESSAGE);
      const id = this.#nextId++;
      socket.send({ method, params: streams, id });
      const wait = ANSWER_WITHIN_MS + MESSAGE_EVERY_MS * socket.waiting;
      const timer = setTimeout(() => this.#unanswered(id, socket), wait);
      this.#asked.set(id, { streams, subscribes: method === 'SUBSCRIBE', timer });
    }
  }

  #unanswered(id: number, socket: StreamSocket): void {
    const asked = this.#asked.get(id);
    this.#forget(id);
    if (!asked || !socket.isOpen || socket !== this.#current) return;
    const message = `The exchange did not answer a subscription, so a new connection is made: ${asked.streams.join(', ')}.`;
    this.#handlers.event({ type: 'error', at: Date.now(), code: 'HOST_UNREACHABLE', message });
    this.#stale = true;
    this.rollOver();
  }

  #forget(id: number): void {
    clearTimeout(this.#asked.get(id)?.timer);
    this.#asked.delete(id);
  }

  #wentSilent(socket: StreamSocket, silentForMs: number): void {
    if (socket !== this.#current) return;
    this.#stale = true;
    this.#handlers.event({ type: 'stale', at: Date.now(), silentForMs });
    this.rollOver();
  }

  #opened(socket: StreamSocket, source: DataSource): void {
    const old = socket === this.#successor ? this.#current : undefined;
    const seamless = (old?.isOpen ?? false) && !this.#stale;
    this.#successor = undefined;
    this.#current = socket;
    this.#openedAt = performance.now();
    this.#stale = false;
    this.#handlers.connected(this, { source, seamless, first: !this.#wasConnected });
    this.#wasConnected = true;
    if (this.#closed) return;
    if (this.#paused) socket.pause();
    const at = Date.now();
    const attempt = this.#attempt;
    this.#attempt = 0;
    this.#handlers.event({ type: 'connect', at, url: this.#origin, source, attempt });
    this.#handlers.event({ type: 'subscribe', at, streams: [...socket.streams] });
    this.#adjust(socket);
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

  #ended(socket: StreamSocket, { reason, failure, retryAfterMs }: SocketEnding): void {
    if (this.#retiring.delete(socket) || this.#closed) return;
    if (failure && this.#handlers.fatal(failure)) return;
    if (socket === this.#successor) {
      // The present connection goes on; the next attempt comes later.
      this.#successor = undefined;
      this.#after(this.#pauseMs(retryAfterMs));
      return;
    }
    this.#current = undefined;
    clearTimeout(this.#age);
    if (performance.now() - this.#openedAt > GOOD_AFTER_MS) this.#trouble = 0;
    this.#openedAt = Number.POSITIVE_INFINITY;
    if (this.#successor) {
      this.#current = this.#successor;
      this.#successor = undefined;
      this.#handlers.event({ type: 'disconnect', at: Date.now(), reason, retryInMs: 0 });
      return;
    }
    const retryInMs = this.#pauseMs(retryAfterMs);
    this.#handlers.event({ type: 'disconnect', at: Date.now(), reason, retryInMs });
    this.#after(retryInMs);
  }

  #pauseMs(leastMs: number): number {
    const ceiling = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.#trouble++);
    const pause = Math.max(leastMs, Math.random() * ceiling);
    return Math.round(pause + this.#limit.next(Date.now() + pause));
  }

  #after(ms: number): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#connect();
    }, ms);
  }
}
