import type { Server } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { listen } from './listen.ts';

const RETRY_MS = 50;

/** The port on which a server can be reached: opened, shut for a while, closed for good. */
export class Door {
  readonly #server: Server;
  readonly #host: string;
  readonly #ending = new AbortController();
  #port = 0;

  constructor(server: Server, host: string) {
    this.#server = server;
    this.#host = host;
  }

  get port(): number {
    return this.#port;
  }

  /** @throws CandlebookError PORT_IN_USE */
  async open(port: number): Promise<void> {
    this.#port = await listen(this.#server, port, this.#host);
  }

  /** Refuses new connections for a while. Those that are open live on, except idle HTTP ones. */
  shutFor(ms: number): void {
    if (!this.#server.listening) return;
    this.#server.close();
    void this.#reopen(ms).catch(() => {});
  }

  async close(): Promise<void> {
    this.#ending.abort();
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  /** Somebody may have taken the port meanwhile: tries until it is free again. */
  async #reopen(ms: number): Promise<void> {
    const { signal } = this.#ending;
    await wait(ms, undefined, { signal });
    while (!signal.aborted) {
      try {
        await this.open(this.#port);
        break;
      } catch {
        await wait(RETRY_MS, undefined, { signal });
      }
    }
    if (signal.aborted) this.#server.close();
  }
}
