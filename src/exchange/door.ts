import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { CandlebookError } from '../market/index.ts';

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
    await new Promise<void>((resolve, reject) => {
      const fail = (error: NodeJS.ErrnoException) => reject(asPortError(error, port, this.#host));
      this.#server.once('error', fail);
      this.#server.listen(port, this.#host, () => {
        this.#server.off('error', fail);
        resolve();
      });
    });
    this.#port = (this.#server.address() as AddressInfo).port;
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

function asPortError(error: NodeJS.ErrnoException, port: number, host: string): Error {
  if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') return error;
  const reason = error.code === 'EACCES' ? 'needs administrator rights' : 'is in use by another program';
  return new CandlebookError('PORT_IN_USE', `Port ${port} on ${host} ${reason}.`, {
    value: port,
    hint: 'End that program, choose another port, or use port 0 to take any free one.',
    cause: error,
  });
}
