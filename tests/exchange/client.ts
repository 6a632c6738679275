import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Exchange } from '../../src/exchange/index.ts';

export interface Frame {
  readonly stream: string;
  // biome-ignore lint/suspicious/noExplicitAny: frames of all streams, read by their Binance keys
  readonly data: any;
}

/** A plain WebSocket client that keeps what it receives. */
export class TestSocket {
  readonly socket: WebSocket;
  /** Combined frames. */
  readonly frames: Frame[] = [];
  /** Everything, parsed. */
  // biome-ignore lint/suspicious/noExplicitAny: answers and frames alike
  readonly messages: any[] = [];
  headers: NodeJS.Dict<string | string[]> = {};
  closed: { code: number; reason: string } | undefined;

  private constructor(url: string) {
    this.socket = new WebSocket(url);
    this.socket.on('upgrade', (response) => {
      this.headers = response.headers;
    });
    this.socket.on('message', (data) => {
      const message = JSON.parse(String(data));
      this.messages.push(message);
      if (message.stream) this.frames.push(message);
    });
    this.socket.on('close', (code, reason) => {
      this.closed = { code, reason: String(reason) };
    });
  }

  static async open(exchange: Exchange, path: string): Promise<TestSocket> {
    const client = new TestSocket(exchange.wsUrl + path);
    await once(client.socket, 'open');
    return client;
  }

  of(stream: string): Frame['data'][] {
    return this.frames.filter((frame) => frame.stream === stream).map(({ data }) => data);
  }

  /** Sends a control frame and waits for its answer. */
  async ask(frame: unknown): Promise<unknown> {
    const before = this.messages.length;
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
    await until(() => this.messages.slice(before).some((message) => 'id' in message));
    return this.messages.slice(before).find((message) => 'id' in message);
  }

  /** Waits until all that was sent before has arrived: a control frame's answer comes after it. */
  async settle(): Promise<void> {
    await this.ask({ method: 'LIST_SUBSCRIPTIONS', id: 999_999 });
  }

  close(): void {
    this.socket.terminate();
  }
}

export async function until(condition: () => boolean, timeoutMs = 10_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not within ${timeoutMs} ms: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: JSON of any endpoint
  readonly body: any;
}

/** A REST request below `/api/v3/`. */
export async function get(exchange: Exchange, path: string, init: RequestInit = {}): Promise<Reply> {
  const response = await fetch(`${exchange.restUrl}/api/v3/${path}`, init);
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}
