/** What a connection can send. */
export interface Sender {
  text(message: string): void;
  ping(): void;
  pong(payload: Buffer): void;
}

/** The exchange takes so many messages a second; each ping, pong and control message is one. */
const MOST = 5;
/** The rest is kept for pings and pongs, which must not wait behind a long list of subscriptions. */
const MOST_TEXTS = 4;
/** A second, and room for messages that the network brings closer together. */
const WINDOW_MS = 1_100;

/** All that goes out on one connection, in the exchange's measure: what is too much now is sent a moment later. */
export class Outward {
  readonly #sender: Sender;
  readonly #now: () => number;
  #sent: number[] = [];
  readonly #texts: string[] = [];
  /** Only the latest ping has to be answered. */
  #pong: Buffer | undefined;
  #ping = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(sender: Sender, now: () => number = () => performance.now()) {
    this.#sender = sender;
    this.#now = now;
  }

  /** Messages that wait to be sent. */
  get waiting(): number {
    return this.#texts.length + (this.#pong ? 1 : 0) + (this.#ping ? 1 : 0);
  }

  text(message: string): void {
    this.#texts.push(message);
    this.#send();
  }

  ping(): void {
    this.#ping = true;
    this.#send();
  }

  pong(payload: Buffer): void {
    this.#pong = payload;
    this.#send();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#texts.length = 0;
    this.#pong = undefined;
    this.#ping = false;
  }

  #send(): void {
    const now = this.#now();
    this.#sent = this.#sent.filter((at) => at > now - WINDOW_MS);
    while (this.#sent.length < MOST && this.#sendOne()) this.#sent.push(now);
    clearTimeout(this.#timer);
    if (this.waiting > 0) this.#timer = setTimeout(() => this.#send(), this.#sent[0]! + WINDOW_MS - now);
  }

  /** @returns false where nothing may go out now */
  #sendOne(): boolean {
    if (this.#pong) {
      const payload = this.#pong;
      this.#pong = undefined;
      this.#sender.pong(payload);
    } else if (this.#ping) {
      this.#ping = false;
      this.#sender.ping();
    } else if (this.#texts.length > 0 && this.#sent.length < MOST_TEXTS)
      this.#sender.text(this.#texts.shift()!);
    else return false;
    return true;
  }
}
