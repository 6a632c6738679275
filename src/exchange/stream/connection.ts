import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Counters } from '../counters.ts';
import type { StreamFault } from '../faults/kinds.ts';
import type { TimeUnit } from '../tape/market.ts';
import { type Controlled, control } from './control.ts';
import type { Hub, Listener } from './hub.ts';
import { Outbox } from './outbox.ts';
import { textFrame } from './text-frame.ts';

/** Limits and paces of a connection. */
export interface ConnectionRules {
  /** Incoming messages a second, pings and pongs counted. */
  readonly maxMessagesPerSecond: number;
  readonly pingIntervalMs: number;
  readonly pongTimeoutMs: number;
  /** Bytes that may wait for a slow reader before it is dropped. */
  readonly maxBufferedBytes: number;
}

export interface ConnectionInputs {
  readonly webSocket: WebSocket;
  /** What the WebSocket runs over. */
  readonly line: Duplex;
  readonly hub: Hub;
  readonly counters: Counters;
  readonly rules: ConnectionRules;
  readonly combined: boolean;
  readonly unit: TimeUnit;
  /** Market time of the handshake, epoch ms. */
  readonly openedAt: number;
}

/** One WebSocket connection of a client. */
export class Connection implements Listener, Controlled {
  combined: boolean;
  readonly unit: TimeUnit;
  readonly openedAt: number;
  readonly subscriptions = new Set<string>();
  readonly #socket: WebSocket;
  readonly #line: Duplex;
  readonly #hub: Hub;
  readonly #counters: Counters;
  readonly #rules: ConnectionRules;
  readonly #pinger: NodeJS.Timeout;
  readonly #outbox = new Outbox();
  /** Half a frame went out: whatever followed would be taken for its other half. */
  #severed = false;
  #unansweredSince: number | undefined;
  #second = 0;
  #messages = 0;

  constructor({ webSocket, line, hub, counters, rules, combined, unit, openedAt }: ConnectionInputs) {
    this.#socket = webSocket;
    this.#line = line;
    this.#hub = hub;
    this.#counters = counters;
    this.#rules = rules;
    this.combined = combined;
    this.unit = unit;
    this.openedAt = openedAt;
    webSocket.on('message', (data, binary) => this.#receive(binary ? '' : String(data)));
    webSocket.on('ping', () => this.#countMessage());
    webSocket.on('pong', () => {
      this.#unansweredSince = undefined;
      this.#countMessage();
    });
    webSocket.on('error', () => webSocket.terminate());
    webSocket.on('close', () => this.#end());
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
    if (this.#severed || this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.buffered > this.#rules.maxBufferedBytes) {
      this.#drop(1008, 'Too slow');
      return;
    }
    switch (this.#outbox.fate(frame)) {
      case 'send':
        this.#socket.send(frame);
        break;
      case 'double':
        this.#socket.send(frame);
        this.#socket.send(frame);
        break;
      case 'half': {
        this.#severed = true;
        const whole = textFrame(frame);
        this.#line.write(whole.subarray(0, Math.ceil(whole.length / 2)), () => this.#socket.terminate());
        break;
      }
    }
  }

  /** Announces that the server is about to shut down. */
  announceShutdown(time: number): void {
    const event = `{"e":"serverShutdown","E":${time * this.unit}}`;
    this.deliver(this.combined ? `{"stream":"!serverShutdown","data":${event}}` : event);
  }

  /** Ends the connection: with a close frame, or as a broken line would. */
  cut(how: 'close' | 'break', code = 1001, reason = ''): void {
    if (how === 'close') this.#socket.close(code, reason);
    else this.#socket.terminate();
  }

  fault(kind: StreamFault, random: () => number): void {
    switch (kind) {
      case 'close':
      case 'break':
        this.cut(kind);
        break;
      case 'silence':
        this.#outbox.silence(500 + 4_000 * random());
        break;
      case 'delay':
        this.#outbox.delay(200 + 1_800 * random(), (frames) => {
          for (const frame of frames) this.deliver(frame);
        });
        break;
      default:
        this.#outbox.arm(kind);
    }
  }

  #receive(text: string): void {
    if (!this.#countMessage()) return;
    const answer = control(text, this);
    if (answer.refused) this.#counters.refusedControls++;
    if (!this.#severed) this.#socket.send(answer.text);
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
    else if (!this.#severed && !this.#outbox.silent) {
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
