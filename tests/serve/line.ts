import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A line to a port of this machine that can go dead: open to both its ends, but nothing comes through. */
export class Line {
  readonly #server = createServer((near) => this.#join(near));
  readonly #to: number;
  readonly #sockets = new Set<Socket>();
  #dead = false;

  constructor(to: number) {
    this.#to = to;
  }

  /** @returns its address */
  async open(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** From now on nothing comes through, on old connections and on new ones. */
  die(): void {
    this.#dead = true;
    for (const socket of this.#sockets) socket.pause();
  }

  /** New connections go through; those that were dead end. */
  mend(): void {
    this.#dead = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(near: Socket): void {
    const far = connect(this.#to, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      from.on('error', () => undefined);
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      if (this.#dead) from.pause();
      else from.on('data', (data) => to.write(data));
    }
  }
}
