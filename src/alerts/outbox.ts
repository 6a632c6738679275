import { setTimeout as sleep } from 'node:timers/promises';
import type { WebhookSettings } from '../configuration/index.ts';
import { redact } from '../redaction/index.ts';
import type { Secrets } from '../secrets/index.ts';
import type { Alert } from './alert.ts';
import { type DeliveryOutcome, post } from './webhook.ts';

/** An alert on its way. */
export interface Delivery {
  readonly alert: Alert;
  tries: number;
  /** Set while a post is under way: after a kill nobody knows whether it arrived. */
  isPosting: boolean;
}

export interface OutboxOptions {
  readonly settings: WebhookSettings;
  readonly secrets: Secrets;
  /** Writes down what waits and what is being posted, before a post and after it. */
  readonly record: () => Promise<void>;
  /** False while another run may be posting. */
  readonly mayPost: () => boolean;
  readonly onOutcome: (outcome: DeliveryOutcome, alert: Alert, why: string | undefined) => void;
}

/** Pause before a look whether posting is allowed again. */
const ASK_AGAIN_MS = 1_000;

/** Alerts that wait to be posted, in order, one at a time: what fails is tried again after growing pauses. */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #waiting: Delivery[] = [];
  readonly #stop = new AbortController();
  #working: Promise<void> | undefined;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  toJSON(): readonly Delivery[] {
    return this.#waiting;
  }

  /** Takes what a run before this one left. */
  restore(saved: readonly Delivery[]): void {
    for (const { alert, tries, isPosting } of saved) {
      if (isPosting) this.#options.onOutcome('unknown', alert, 'the process ended during the post');
      else this.#waiting.push({ alert, tries, isPosting: false });
    }
    this.#bound();
    this.#work();
  }

  add(alert: Alert): void {
    this.#waiting.push({ alert, tries: 0, isPosting: false });
    this.#bound();
    this.#work();
  }

  /** Resolves when nothing waits, or after `ms`. @returns whether nothing waits */
  async drain(ms: number): Promise<boolean> {
    const timeout = new AbortController();
    const late = sleep(ms, undefined, { signal: timeout.signal, ref: false }).catch(() => undefined);
    await Promise.race([this.#working, late]);
    timeout.abort();
    return this.#waiting.length === 0;
  }

  /** Ends the posting. What waits is in the record, for the next run. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#working;
  }

  #bound(): void {
    while (this.#waiting.length > this.#options.settings.queue) {
      // The one that is being posted goes on.
      const index = this.#waiting[0]!.isPosting ? 1 : 0;
      const [dropped] = this.#waiting.splice(index, 1);
      if (!dropped) return;
      this.#options.onOutcome('queue full', dropped.alert, undefined);
    }
  }

  #work(): void {
    this.#working ??= this.#run().finally(() => {
      this.#working = undefined;
    });
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (this.#waiting.length > 0 && !signal.aborted) {
      const delivery = this.#waiting[0]!;
      const pauseMs = await this.#try(delivery);
      if (pauseMs > 0) await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** @returns how long to wait before the next try of anything, ms */
  async #try(delivery: Delivery): Promise<number> {
    const { settings, secrets, record, mayPost, onOutcome } = this.#options;
    if (!mayPost()) return ASK_AGAIN_MS;
    delivery.isPosting = true;
    await record();
    if (this.#stop.signal.aborted || !mayPost()) {
      delivery.isPosting = false;
      await record();
      return ASK_AGAIN_MS;
    }
    const answer = await post(delivery.alert, settings, secrets, this.#stop.signal);
    delivery.isPosting = false;
    delivery.tries++;
    if (answer.kind === 'again' && delivery.tries < settings.attempts) {
      await record();
      return pauseOf(settings, delivery.tries, answer.afterMs);
    }
    const at = this.#waiting.indexOf(delivery);
    if (at >= 0) this.#waiting.splice(at, 1);
    await record();
    const outcome =
      answer.kind === 'taken' ? 'delivered' : answer.kind === 'refused' ? 'refused' : 'given up';
    onOutcome(outcome, delivery.alert, 'why' in answer ? redact(answer.why) : undefined);
    return 0;
  }
}

/** Each pause is twice the one before, up to a fifth longer so that many do not come back at once. */
function pauseOf({ pauseMs, longestPauseMs }: WebhookSettings, tries: number, afterMs: number): number {
  const grown = Math.min(longestPauseMs, pauseMs * 2 ** (tries - 1));
  return Math.min(longestPauseMs, Math.max(afterMs, grown * (1 + Math.random() / 5)));
}
