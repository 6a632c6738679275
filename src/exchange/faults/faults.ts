import { seedOf, sequence } from '../model/random.ts';
import {
  type FaultKind,
  isRestFault,
  isStreamFault,
  type RestFault,
  type ServerFault,
  type StreamFault,
} from './kinds.ts';

export interface FaultOptions {
  /** Faults a minute of real time, on average, at random moments. */
  readonly perMinute: number;
  /** Kinds to choose from; all by default. */
  readonly kinds?: readonly FaultKind[];
  /** Seed of moments and choices; the exchange's own by default. */
  readonly seed?: number;
}

/** A stream connection on which a fault can be played. */
export interface Faulty {
  fault(kind: StreamFault, random: () => number): void;
}

/**
 * Faults wait here until there is something to play them on: stream faults for a connection with
 * subscriptions, REST faults for a request that they fit. A fault counts when it is played.
 */
export class Faults {
  readonly played = new Map<FaultKind, number>();
  readonly #random: () => number;
  readonly #streams: () => readonly Faulty[];
  readonly #server: (kind: ServerFault) => void;
  readonly #waitingStreams: StreamFault[] = [];
  readonly #waitingRest: { readonly kind: RestFault; readonly path: string | undefined }[] = [];

  constructor(seed: number, streams: () => readonly Faulty[], server: (kind: ServerFault) => void) {
    const next = sequence(seedOf(seed, 'faults'));
    this.#random = () => next() / 2 ** 32;
    this.#streams = streams;
    this.#server = server;
  }

  /** Uniform in [0, 1), from the seed. */
  get random(): () => number {
    return this.#random;
  }

  /** @param path of requests, where a REST fault is for these alone */
  inject(kind: FaultKind, path?: string): void {
    if (isStreamFault(kind)) {
      this.#waitingStreams.push(kind);
      this.playStreams();
    } else if (isRestFault(kind)) this.#waitingRest.push({ kind, path });
    else {
      this.#count(kind);
      this.#server(kind);
    }
  }

  /** Plays waiting stream faults on connections chosen at random. */
  playStreams(): void {
    while (this.#waitingStreams.length > 0) {
      const connections = this.#streams();
      const connection = connections[Math.floor(this.#random() * connections.length)];
      if (!connection) return;
      const kind = this.#waitingStreams.shift()!;
      this.#count(kind);
      connection.fault(kind, this.#random);
    }
  }

  /** The first waiting fault that fits a request for `path`, if any. */
  takeRest(path: string, fits: (kind: RestFault) => boolean): RestFault | undefined {
    const at = this.#waitingRest.findIndex((fault) => (fault.path ?? path) === path && fits(fault.kind));
    if (at < 0) return undefined;
    const { kind } = this.#waitingRest.splice(at, 1)[0]!;
    this.#count(kind);
    return kind;
  }

  /** Those that wait are not played any more. */
  clear(): void {
    this.#waitingStreams.length = 0;
    this.#waitingRest.length = 0;
  }

  #count(kind: FaultKind): void {
    this.played.set(kind, (this.played.get(kind) ?? 0) + 1);
  }
}
