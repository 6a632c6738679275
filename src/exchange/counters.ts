import type { FaultKind } from './faults/kinds.ts';

/** What the exchange did since it started. */
export interface ExchangeCounters {
  /** REST requests by HTTP status of their answer. */
  readonly requests: Readonly<Record<string, number>>;
  readonly socketsOpened: number;
  readonly socketsOpen: number;
  /** Stream frames sent, by kind of stream: `trade`, `kline_1m`, `depth@100ms` and so on. */
  readonly frames: Readonly<Record<string, number>>;
  /** Control frames answered with an error. */
  readonly refusedControls: number;
  /** Connections ended because their reader fell behind or did not answer pings. */
  readonly droppedSockets: number;
  /** Faults that were played, by kind. */
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
}

export class Counters {
  readonly requests = new Map<string, number>();
  readonly frames = new Map<string, number>();
  socketsOpened = 0;
  socketsOpen = 0;
  refusedControls = 0;
  droppedSockets = 0;

  request(status: number): void {
    increment(this.requests, String(status));
  }

  frame(stream: string): void {
    increment(this.frames, stream.slice(stream.indexOf('@') + 1));
  }

  snapshot(): Omit<ExchangeCounters, 'faults'> {
    const { socketsOpened, socketsOpen, refusedControls, droppedSockets } = this;
    return {
      requests: Object.fromEntries(this.requests),
      frames: Object.fromEntries(this.frames),
      socketsOpened,
      socketsOpen,
      refusedControls,
      droppedSockets,
    };
  }
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
