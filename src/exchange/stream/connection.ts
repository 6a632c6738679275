import type { WebSocket } from 'ws';
import type { Counters } from '../counters.ts';
import type { TimeUnit } from '../tape/market.ts';
import { type Controlled, control } from './control.ts';
import type { Hub, Listener } from './hub.ts';

/** Limits and paces of a connection. */
export interface ConnectionRules {
  /** Incoming messages a second, pings and pongs counted. */
  readonly maxMessagesPerSecond: number;
  readonly pingIntervalMs: number;
  readonly pongTimeoutMs: number;
  /** Bytes that may wait for a slow reader before it is dropped. */
  readonly maxBufferedBytes: number;
}

/** One WebSocket connection of a client. */
export class Connection implements Listener, Controlled {
  combined: boolean;
  readonly unit: TimeUnit;
  readonly subscriptions = new Set<string>();
  readonly #socket: WebSocket;
  readonly #hub: Hub;
  readonly #counters: Counters;
  readonly #rules: ConnectionRules;
  readonly #pinger: NodeJS.Timeout;
  #unansweredSince: number | undefined;
  #second = 0;
  #messages = 0;

  constructor(
    socket: WebSocket,
    hub: Hub,
    counters: Counters,
    rules: ConnectionRules,
    { combined, unit }: { combined: boolean; unit: TimeUnit },
  ) {
    this.#socket = socket;
    this.#hub = hub;
    this.#counters = counters;
    this.#rules = rules;
    this.combined = combined;
    this.unit = unit;
    socket.on('message', (data, binary) => this.#receive(binary ? '' : String(data)));
    socket.on('ping', () => this.#countMessage());
    socket.on('pong', () => {
      this.#unansweredSince = undefined;
      this.#countMessage();
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => this.#end());
    this.#pinger = setInterval(() => this.#ping(), rules.pingIntervalMs);
  }

  /** Bytes that wait to be read by the other side. */
  get buffered(): number {
    return this.#socket.bufferedAmount;
  }

  subscribe(names: readonly string[]): void {
    for (const name of names) {
      this.subscriptions.add(name);
      this.#hub.subscribe(name, this);
    }
  }

  unsubscribe(names: readonly string[]): void {
    for (const name of names) {
      this.subscriptions.delete(name);
      this.#hub.unsubscribe(name, this);
    }
  }

  deliver(frame: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.buffered > this.#rules.maxBufferedBytes) this.#drop(1008, 'Too slow');
    else this.#socket.send(frame);
  }

  /** Ends the connection: with a close frame, or as a broken line would. */
  cut(how: 'close' | 'break', code = 1001, reason = ''): void {
    if (how === 'close') this.#socket.close(code, reason);
    else this.#socket.terminate();
  }

  #receive(text: string): void {
    if (!this.#countMessage()) return;
    const answer = control(text, this);
    if (answer.refused) this.#counters.refusedControls++;
    this.#socket.send(answer.text);
  }

  /** False once there were too many in this second: the connection is then closed. */
  #countMessage(): boolean {
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#messages = 0;
    }
    this.#messages++;
    if (this.#messages <= this.#rules.maxMessagesPerSecond) return true;
    this.#drop(1008, 'Too many requests');
    return false;
  }

  #ping(): void {
    const now = performance.now();
    if (this.#unansweredSince !== undefined && now - this.#unansweredSince > this.#rules.pongTimeoutMs)
      this.#drop(1008, 'Pong timeout');
    else {
      this.#unansweredSince ??= now;
      this.#socket.ping(String(Date.now()));
    }
  }

  #drop(code: number, reason: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#counters.droppedSockets++;
    this.#socket.close(code, reason);
  }

  #end(): void {
    clearInterval(this.#pinger);
    for (const name of this.subscriptions) this.#hub.unsubscribe(name, this);
    this.#counters.socketsOpen--;
  }
}
