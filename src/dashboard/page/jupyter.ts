import { type PageReply, type PageRequest, REQUEST_MARK, TICK_MIME, type Tick } from '../wire.ts';
import type { Link } from './link.ts';

/** What JupyterLab, Notebook and Lab-like pages say of themselves; undefined in VS Code and plain pages. */
export interface PageConfig {
  readonly baseUrl: string;
  readonly token: string;
}

export function pageConfig(): PageConfig | undefined {
  const element = document.getElementById('jupyter-config-data');
  if (!element?.textContent) return undefined;
  try {
    const config = JSON.parse(element.textContent) as { baseUrl?: string; token?: string };
    return { baseUrl: new URL(config.baseUrl ?? '/', location.origin).href, token: config.token ?? '' };
  } catch {
    return undefined;
  }
}

interface Header {
  msg_type: string;
  msg_id: string;
}

/** After so many attempts in vain, some two minutes, it is tried once a minute. */
const MANY_ATTEMPTS = 20;

const text = new TextDecoder();
const bytes = new TextEncoder();

/**
 * The page's own channel to a kernel: requests go up as marked `is_complete_request`s, and whatever the kernel
 * publishes comes down, so that ticks need no output of the notebook to travel in. Reconnects by itself.
 */
export class KernelChannel implements Link {
  readonly mayStop = true;
  onTick: (tick: Tick) => void = () => {};
  onOpen: () => void = () => {};
  onClose: () => void = () => {};
  #socket: WebSocket | undefined;
  #waiting = new Map<string, (reply: PageReply | undefined) => void>();
  #session = crypto.randomUUID();
  #attempts = 0;
  #heard = false;
  #closed = false;
  readonly #url: string;

  constructor(config: PageConfig, kernel: string) {
    const url = new URL(`api/kernels/${kernel}/channels`, config.baseUrl);
    url.protocol = url.protocol.replace('http', 'ws');
    url.searchParams.set('session_id', this.#session);
    if (config.token) url.searchParams.set('token', config.token);
    this.#url = url.href;
    this.#connect();
  }

  get open(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  request(content: PageRequest): Promise<PageReply | undefined> {
    if (!this.open) return Promise.resolve(undefined);
    const id = crypto.randomUUID();
    const header = {
      msg_id: id,
      msg_type: 'is_complete_request',
      username: '',
      session: this.#session,
      date: new Date().toISOString(),
      version: '5.3',
    };
    this.#socket?.send(encode('shell', header, { code: REQUEST_MARK + JSON.stringify(content) }));
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#settle(id, undefined), 10_000);
      this.#waiting.set(id, (reply) => {
        clearTimeout(timer);
        resolve(reply);
      });
    });
  }

  close(): void {
    this.#closed = true;
    this.#socket?.close();
  }

  #connect(): void {
    const socket = new WebSocket(this.#url, ['v1.kernel.websocket.jupyter.org']);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    socket.onopen = () => {
      this.#attempts = 0;
      this.#heard = true;
      this.onOpen();
    };
    socket.onmessage = (event) => this.#receive(event.data);
    socket.onclose = () => {
      for (const id of [...this.#waiting.keys()]) this.#settle(id, undefined);
      this.onClose();
      // A kernel of a saved file's past is given up; one that was heard may come back after a night's sleep.
      if (this.#closed || (this.#attempts >= MANY_ATTEMPTS && !this.#heard)) return;
      const longest = this.#attempts < MANY_ATTEMPTS ? 10_000 : 60_000;
      setTimeout(() => this.#closed || this.#connect(), Math.min(longest, 250 * 2 ** this.#attempts++));
    };
  }

  #settle(id: string, reply: PageReply | undefined): void {
    const resolve = this.#waiting.get(id);
    this.#waiting.delete(id);
    resolve?.(reply);
  }

  #receive(data: unknown): void {
    const parts = data instanceof ArrayBuffer ? split(data) : undefined;
    if (!parts) return;
    const header = JSON.parse(text.decode(parts[1])) as Header;
    if (header.msg_type === 'update_display_data') {
      const { data } = JSON.parse(text.decode(parts[4])) as { data?: Record<string, unknown> };
      const tick = data?.[TICK_MIME] as Tick | undefined;
      if (tick) this.onTick(tick);
    } else if (header.msg_type === 'is_complete_reply') {
      const parent = JSON.parse(text.decode(parts[2])) as Header;
      const content = JSON.parse(text.decode(parts[4])) as { candlebook?: PageReply };
      // A kernel that was restarted answers too, but knows of no boards.
      this.#settle(parent.msg_id, content.candlebook ?? { ok: false, now: Date.now() });
    }
  }
}

/** Jupyter's binary frame: count of offsets, the offsets (uint64 little endian), then the parts between them. */
function split(data: ArrayBuffer): Uint8Array[] | undefined {
  const view = new DataView(data);
  const count = Number(view.getBigUint64(0, true));
  const parts: Uint8Array[] = [];
  for (let i = 0; i < count - 1; i++) {
    const from = Number(view.getBigUint64(8 + 8 * i, true));
    const to = Number(view.getBigUint64(16 + 8 * i, true));
    parts.push(new Uint8Array(data, from, to - from));
  }
  return parts.length >= 5 ? parts : undefined;
}

/** Channel, header, parent header, metadata, content. */
function encode(channel: string, header: object, content: object): ArrayBuffer {
  const parts = [channel, JSON.stringify(header), '{}', '{}', JSON.stringify(content)].map((part) =>
    bytes.encode(part),
  );
  const first = 8 * (parts.length + 2);
  const total = parts.reduce((sum, part) => sum + part.length, first);
  const out = new ArrayBuffer(total);
  const view = new DataView(out);
  view.setBigUint64(0, BigInt(parts.length + 1), true);
  let position = first;
  parts.forEach((part, i) => {
    view.setBigUint64(8 + 8 * i, BigInt(position), true);
    new Uint8Array(out).set(part, position);
    position += part.length;
  });
  view.setBigUint64(8 + 8 * parts.length, BigInt(position), true);
  return out;
}
