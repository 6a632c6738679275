import { keepSecret, MASK } from '../redaction/index.ts';
import { isReference } from './reference.ts';

/** Short ones, such as the address of a service on loopback, would be masked in texts that are not about them. */
const LEAST_TOKEN = 12;

/**
 * A secret as settings hold it: a reference to one, or the secret itself. Whoever prints, logs or serialises it sees the
 * reference, or that there is something; `reveal` alone tells what was stated, and `Secrets.get` what it leads to.
 */
export class Secret {
  readonly #stated: string;
  readonly #shown: string;

  private constructor(stated: string, shown: string) {
    this.#stated = stated;
    this.#shown = shown;
  }

  /** A text that is masked from now on wherever the redactor meets it, or a reference. */
  static of(stated: string): Secret {
    if (isReference(stated)) return new Secret(stated, stated);
    keepSecret(stated);
    return new Secret(stated, MASK);
  }

  /** An address whose path or query may be a token, as those of chat services are; its host may be shown. */
  static ofAddress(address: string): Secret {
    if (isReference(address)) return new Secret(address, address);
    const { origin, pathname, search } = new URL(address);
    const token = pathname.slice(1) + search;
    if (token.length >= LEAST_TOKEN) keepSecret(token);
    return new Secret(address, token === '' ? address : `${origin}/${MASK}`);
  }

  /** Where it lies; `undefined` where it was stated itself. */
  get reference(): string | undefined {
    return isReference(this.#stated) ? this.#stated : undefined;
  }

  /** The text as it was stated. */
  reveal(): string {
    return this.#stated;
  }

  toString(): string {
    return this.#shown;
  }

  toJSON(): string {
    return this.#shown;
  }

  [Symbol.for('nodejs.util.inspect.custom')](
    _depth: number,
    options: object,
    inspect: (value: unknown, options: object) => string,
  ): string {
    return inspect(this.#shown, options);
  }
}
