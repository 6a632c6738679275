import { channel } from 'node:diagnostics_channel';

interface Answer {
  readonly connection?: { readonly ownerId?: number };
  readonly result?: { readonly throttleTimeMs?: number };
}

/**
 * Until when a broker asks a client to wait. The client itself does not keep to it: what its answers say is heard by
 * its diagnostics channel.
 */
export class Throttle {
  /** Answers that asked for a wait, and how long in all, ms. */
  count = 0;
  totalMs = 0;
  readonly #answers = channel('tracing:plt:kafka:connections:api:asyncStart');
  #until = 0;

  /** `instanceId` of the client. */
  owner: number;

  constructor(owner: number) {
    this.owner = owner;
    this.#answers.subscribe(this.#hear);
  }

  /** How long to wait before the next request, ms. */
  get waitMs(): number {
    return Math.max(0, this.#until - performance.now());
  }

  close(): void {
    this.#answers.unsubscribe(this.#hear);
  }

  readonly #hear = (message: unknown) => {
    const { connection, result } = message as Answer;
    const asked = result?.throttleTimeMs ?? 0;
    if (asked <= 0 || connection?.ownerId !== this.owner) return;
    this.count++;
    this.totalMs += asked;
    this.#until = Math.max(this.#until, performance.now() + asked);
  };
}
