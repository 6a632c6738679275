import type { IncomingMessage } from 'node:http';
import WebSocket from 'ws';
import {
  CandlebookError,
  type DataSource,
  type Feed,
  type Interval,
  isDataSource,
  type MarketEvent,
  SOURCE_HEADER,
} from '../market/index.ts';
import { TradeContinuity } from './continuity.ts';
import { Mailbox } from './mailbox.ts';
import { refusal, unreachable } from './rest/refusals.ts';
import { parseFrame } from './wire.ts';

/** What a symbol is followed by. */
export type StreamName = 'trade' | 'ticker' | 'bookTicker' | 'depth' | 'depth@100ms' | `kline_${Interval}`;

export interface LiveFeedOptions {
  /** Base of the WebSocket API without a trailing slash, such as `wss://stream.binance.us:9443`. */
  readonly wsUrl: string;
  /** Upper case. Symbols times streams: at most 1,024, the exchange's limit for a connection. */
  readonly symbols: readonly string[];
  readonly streams: readonly StreamName[];
  /** Ends the feed as `close()` does. */
  readonly signal?: AbortSignal;
  /** Events that may wait for a slow reader before the socket is paused. Default 10,000. */
  readonly maxWaiting?: number;
}

const MOST_STREAMS = 1024;
const HANDSHAKE_MS = 10_000;
/** The exchange pings every 20 s, so a socket without any sign for longer is dead. */
const SILENCE_MS = 65_000;
const STALE_MS = 25_000;
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 30_000;

/**
 * Follows symbols over one combined-stream socket. Reconnects for ever once it has been connected, with growing
 * pauses, and says so in the stream: `connect`, `disconnect`, `stale`, `gap`. A slow reader pauses the socket; no
 * trade is dropped here.
 *
 * @throws CandlebookError from the iterator: REGION_BLOCKED, FIREWALLED, HOST_UNREACHABLE when the first connection
 *   fails; INPUT_INVALID at once for too many streams
 */
export function liveFeed(options: LiveFeedOptions): Feed {
  return new LiveFeed(options);
}

class LiveFeed implements Feed {
  source: DataSource | undefined;
  readonly #url: string;
  readonly #streams: string[];
  readonly #mailbox: Mailbox<MarketEvent>;
  readonly #continuity = new TradeContinuity();
  #socket: WebSocket | undefined;
  #retry: NodeJS.Timeout | undefined;
  #watch: NodeJS.Timeout | undefined;
  #attempt = 0;
  #wasConnected = false;
  #closed = false;
  #lastSign = 0;
  #stale = false;
  #closing: Promise<void> | undefined;

  constructor({ wsUrl, symbols, streams, signal, maxWaiting = 10_000 }: LiveFeedOptions) {
    this.#streams = symbols.flatMap((symbol) => streams.map((stream) => `${symbol.toLowerCase()}@${stream}`));
    if (this.#streams.length === 0 || this.#streams.length > MOST_STREAMS) {
      throw new CandlebookError('INPUT_INVALID', `${this.#streams.length} streams were asked for.`, {
        value: this.#streams.length,
        hint: `A connection carries 1 to ${MOST_STREAMS}: symbols times streams.`,
      });
    }
    this.#url = `${wsUrl.replace(/\/+$/, '')}/stream?streams=${this.#streams.map(encodeURIComponent).join('/')}`;
    this.#mailbox = new Mailbox(
      maxWaiting,
      () => this.#socket?.pause(),
      () => this.#socket?.resume(),
    );
    if (signal?.aborted) void this.close();
    else signal?.addEventListener('abort', () => void this.close(), { once: true });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<MarketEvent, void, undefined> {
    if (!this.#socket && !this.#closed) this.#connect();
    try {
      for (;;) {
        const { value, done } = await this.#mailbox.next();
        if (done) return;
        yield value;
      }
    } finally {
      await this.close();
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    clearInterval(this.#watch);
    this.#mailbox.end();
    const socket = this.#socket;
    if (!socket || socket.readyState === WebSocket.CLOSED) return;
    socket.resume();
    await new Promise<void>((resolve) => {
      // The closing handshake is a courtesy: a peer that does not answer is cut.
      const late = setTimeout(() => socket.terminate(), 500);
      socket.once('close', () => {
        clearTimeout(late);
        resolve();
      });
      socket.close(1000);
    });
  }

  #connect(): void {
    this.#attempt++;
    const socket = new WebSocket(this.#url, { handshakeTimeout: HANDSHAKE_MS, maxPayload: 16 * 1024 * 1024 });
    this.#socket = socket;
    let failure: CandlebookError | undefined;
    socket.on('upgrade', (response: IncomingMessage) => {
      const header = response.headers[SOURCE_HEADER];
      this.source = isDataSource(header) ? header : 'live';
    });
    socket.on('unexpected-response', (_request, response: IncomingMessage) => {
      failure = refusal(
        this.#host,
        this.#host,
        response.statusCode ?? 0,
        '',
        Number(response.headers['retry-after'] ?? 0) * 1000,
      );
      response.destroy();
      socket.terminate();
    });
    socket.on('error', (error) => {
      failure ??= unreachable(this.#host, error, HANDSHAKE_MS);
    });
    socket.on('open', () => this.#opened());
    socket.on('ping', () => this.#sign());
    socket.on('message', (data) => {
      this.#sign();
      this.#take(String(data));
    });
    socket.on('close', (code, reason) => this.#dropped(failure, code, reason.toString()));
  }

  get #host(): string {
    return new URL(this.#url).origin;
  }

  #opened(): void {
    this.#wasConnected = true;
    const at = Date.now();
    this.#mailbox.push({
      type: 'connect',
      at,
      url: this.#host,
      source: this.source ?? 'live',
      attempt: this.#attempt,
    });
    this.#mailbox.push({ type: 'subscribe', at, streams: this.#streams });
    this.#attempt = 0;
    this.#sign();
    clearInterval(this.#watch);
    this.#watch = setInterval(() => this.#lookForSigns(), 1000);
  }

  #sign(): void {
    this.#lastSign = performance.now();
    this.#stale = false;
  }

  #lookForSigns(): void {
    // A paused socket is silent because the reader is slow.
    if (this.#socket?.isPaused) this.#sign();
    const silentForMs = Math.round(performance.now() - this.#lastSign);
    if (silentForMs > SILENCE_MS) this.#socket?.terminate();
    else if (silentForMs > STALE_MS && !this.#stale) {
      this.#stale = true;
      this.#mailbox.push({ type: 'stale', at: Date.now(), silentForMs });
    }
  }

  #take(frame: string): void {
    try {
      const event = parseFrame(frame);
      if (!event || event.type === 'answer' || event.type === 'serverShutdown') return;
      if (event.type === 'trade') {
        const remark = this.#continuity.see(event);
        if (remark === 'old') return;
        if (remark) this.#mailbox.push(remark);
      }
      this.#mailbox.push(event);
    } catch (error) {
      if (!(error instanceof CandlebookError)) throw error;
      this.#mailbox.push({ type: 'error', at: Date.now(), code: error.code, message: error.message });
    }
  }

  #dropped(failure: CandlebookError | undefined, code: number, said: string): void {
    clearInterval(this.#watch);
    if (this.#closed) return;
    const final = failure && (failure.code === 'REGION_BLOCKED' || !this.#wasConnected);
    if (final) {
      this.#closed = true;
      this.#mailbox.end({ error: failure });
      return;
    }
    const retryInMs = Math.round(Math.random() * Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.#attempt));
    const reason = failure?.message ?? `closed with code ${code}${said ? `: ${said}` : ''}`;
    this.#mailbox.push({ type: 'disconnect', at: Date.now(), reason, retryInMs });
    this.#retry = setTimeout(() => this.#connect(), retryInMs);
  }
}
