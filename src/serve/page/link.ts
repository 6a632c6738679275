import type { Link } from '../../dashboard/page/link.ts';
import type { Mount, PageReply, PageRequest, Tick } from '../../dashboard/wire.ts';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
const ANSWER_WITHIN_MS = 10_000;

/**
 * The page's socket to the server that serves it. Reconnects for as long as the page is open, also where the line has
 * died without a word: a server that neither lets the page in nor answers within ten seconds is asked anew.
 */
export class SocketLink implements Link {
  /** Viewers look; whoever runs it stops it. */
  readonly mayStop = false;
  onOpen: () => void = () => {};
  onClose: () => void = () => {};
  onTick: (tick: Tick) => void = () => {};
  readonly #board: string;
  readonly #again: () => Promise<Mount | undefined>;
  readonly #replaced: (mount: Mount) => void;
  readonly #waiting = new Map<number, (reply: PageReply | undefined) => void>();
  #socket: WebSocket | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #heardAt = 0;
  #attempts = 0;
  #requests = 0;
  #closed = false;

  /**
   * @param again asks the server for the view anew, after the connection was lost
   * @param replaced called where the server no longer knows the board, with the one that stands for it
   */
  constructor(board: string, again: () => Promise<Mount | undefined>, replaced: (mount: Mount) => void) {
    this.#board = board;
    this.#again = again;
    this.#replaced = replaced;
    this.#connect();
  }

  get open(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  request(request: PageRequest): Promise<PageReply | undefined> {
    if (!this.open) return Promise.resolve(undefined);
    const id = ++this.#requests;
    const socket = this.#socket!;
    const sentAt = performance.now();
    socket.send(JSON.stringify({ id, request }));
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#settle(id, undefined);
        if (this.#heardAt < sentAt) this.#lose(socket);
      }, ANSWER_WITHIN_MS);
      this.#waiting.set(id, (reply) => {
        clearTimeout(timer);
        resolve(reply);
      });
    });
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    if (this.#socket) this.#lose(this.#socket);
  }

  #connect(): void {
    const url = new URL(`live?board=${encodeURIComponent(this.#board)}`, location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    const socket = new WebSocket(url);
    this.#socket = socket;
    const opening = setTimeout(() => this.#lose(socket), ANSWER_WITHIN_MS);
    socket.onopen = () => {
      clearTimeout(opening);
      this.#attempts = 0;
      this.onOpen();
    };
    socket.onmessage = (event) => this.#take(String(event.data));
    socket.onclose = () => this.#lose(socket);
  }

  /** Its end is not waited for: a line that is dead is told to be closed only minutes later. */
  #lose(socket: WebSocket): void {
    if (socket !== this.#socket) return;
    this.#socket = undefined;
    socket.onmessage = socket.onclose = null;
    socket.close();
    for (const id of [...this.#waiting.keys()]) this.#settle(id, undefined);
    if (this.#closed) return;
    this.onClose();
    this.#retryLater();
  }

  #retryLater(): void {
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#attempts++);
    this.#retry = setTimeout(() => void this.#reconnect(), pause * (0.5 + Math.random() / 2));
  }

  async #reconnect(): Promise<void> {
    const mount = await this.#again();
    if (this.#closed) return;
    if (!mount) this.#retryLater();
    else if (mount.board === this.#board) this.#connect();
    else {
      this.close();
      this.#replaced(mount);
    }
  }

  #take(text: string): void {
    this.#heardAt = performance.now();
    const message = JSON.parse(text) as { tick?: Tick; id?: number; reply?: PageReply };
    if (message.tick) this.onTick(message.tick);
    else if (message.id !== undefined) this.#settle(message.id, message.reply);
  }

  #settle(id: number, reply: PageReply | undefined): void {
    const resolve = this.#waiting.get(id);
    this.#waiting.delete(id);
    resolve?.(reply);
  }
}
