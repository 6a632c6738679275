import type { TimeUnit } from '../tape/market.ts';
import { parseStream, type Stream } from './names.ts';

/** A connection as the hub sees it. */
export interface Listener {
  /** Whether frames come wrapped as `{stream, data}`. */
  readonly combined: boolean;
  readonly unit: TimeUnit;
  deliver(frame: string): void;
}

/** One stream that somebody listens to. */
export interface Topic {
  readonly name: string;
  readonly stream: Stream | undefined;
  readonly listeners: Set<Listener>;
}

/** Who listens to what. Sends each payload, written once, to all who do. */
export class Hub {
  readonly #topics = new Map<string, Topic>();
  readonly #onSend: (name: string) => void;
  /** Grows with each change of subscriptions, so that lists derived from them can be kept in between. */
  version = 0;

  constructor(onSend: (name: string) => void) {
    this.#onSend = onSend;
  }

  subscribe(name: string, listener: Listener): void {
    let topic = this.#topics.get(name);
    if (!topic) {
      topic = { name, stream: parseStream(name), listeners: new Set() };
      this.#topics.set(name, topic);
    }
    topic.listeners.add(listener);
    this.version++;
  }

  unsubscribe(name: string, listener: Listener): void {
    const topic = this.#topics.get(name);
    if (!topic) return;
    topic.listeners.delete(listener);
    if (topic.listeners.size === 0) this.#topics.delete(name);
    this.version++;
  }

  topics(): Iterable<Topic> {
    return this.#topics.values();
  }

  send(name: string, payload: (unit: TimeUnit) => string): void {
    const topic = this.#topics.get(name);
    if (!topic) return;
    const texts = new Map<number, string>();
    for (const listener of [...topic.listeners]) {
      const key = listener.unit + (listener.combined ? 0.5 : 0);
      let text = texts.get(key);
      if (text === undefined) {
        const data = payload(listener.unit);
        text = listener.combined ? `{"stream":"${name}","data":${data}}` : data;
        texts.set(key, text);
      }
      this.#onSend(name);
      listener.deliver(text);
    }
  }
}
