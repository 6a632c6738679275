import type { Base } from '@platformatic/kafka';
import { CandlebookError } from '../../market/index.ts';
import type { Broker } from './broker.ts';
import { messagesOf, refusal } from './refusal.ts';

/** A broker that says nothing at the beginning is the wrong one, or the network does not let it through. */
const ANSWERS_WITHIN_MS = 20_000;
/** Leaders change and coordinators load: what passes within so long is no outage. */
const PASSING_MS = 1_000;

/**
 * Whether a broker is there, as its client finds: the client asks again and again, and tells here of each attempt that
 * failed; whoever uses it says when it was answered.
 */
export class Presence {
  /** Told of the first attempt that failed after an answer, and of each after it. */
  onFailure: (() => void) | undefined;
  readonly #broker: Broker;
  readonly #topic: string;
  #failedSince: number | undefined;
  #reason: unknown;

  constructor(broker: Broker, topic: string) {
    this.#broker = broker;
    this.#topic = topic;
  }

  /** For how long all attempts have failed, ms; 0 while it answers, or for as little as one attempt more. */
  get awayMs(): number {
    const failedMs = this.#failedSince === undefined ? 0 : performance.now() - this.#failedSince;
    return failedMs < PASSING_MS ? 0 : failedMs;
  }

  /** Why the newest attempt failed; empty before the first. */
  get reason(): string {
    return messagesOf(this.#reason).at(-1) ?? '';
  }

  /** That it has been away for too long. */
  awayFor(): CandlebookError {
    const seconds = Math.round(this.awayMs / 1000);
    return new CandlebookError(
      'HOST_UNREACHABLE',
      `${this.#broker.address} has not answered for ${seconds} s: ${this.reason}.`,
      {
        value: this.#broker.address,
        hint: 'See what became of the broker, and start again: it goes on after the last trade that was acknowledged.',
        cause: this.#reason,
      },
    );
  }

  failed(error: unknown): void {
    // Of a reader that slept over a change of leaders: the broker is there, and the next attempt is right.
    if (messagesOf(error).some((message) => message.startsWith('FENCED_LEADER_EPOCH'))) return;
    this.#failedSince ??= performance.now();
    this.#reason = error;
    this.onFailure?.();
  }

  answered(): void {
    this.#failedSince = undefined;
  }

  /**
   * Asks for the topic once, before anything depends on it: a first attempt that fails is the end.
   * @throws CandlebookError HOST_UNREACHABLE, ACCESS_DENIED, INPUT_INVALID where the topic is not there
   */
  async reach(client: Pick<Base, 'metadata'>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const failed = new Promise<never>((_, reject) => {
      const within = `no answer within ${ANSWERS_WITHIN_MS / 1000} s`;
      timer = setTimeout(() => reject(new Error(within)), ANSWERS_WITHIN_MS);
      this.onFailure = () => reject(this.#reason);
    });
    try {
      await Promise.race([client.metadata({ topics: [this.#topic] }), failed]);
      this.answered();
    } catch (error) {
      throw refusal(error, this.#broker, this.#topic);
    } finally {
      clearTimeout(timer);
      this.onFailure = undefined;
    }
  }
}
