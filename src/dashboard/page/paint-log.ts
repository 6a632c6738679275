/** A tick on its way to the screen; all times epoch ms by the page's clock. */
export interface PaintRecord {
  readonly n: number;
  /** When the kernel stamped it. */
  readonly at: number;
  readonly received: number;
  readonly painted: number;
}

const KEPT = 600;
/** Ticks whose median is shown. */
const RECENT = 60;

/** What has been painted and how long after the kernel's stamp. */
export class PaintLog {
  /** The latest ticks, oldest first. */
  readonly records: PaintRecord[] = [];
  painted = 0;
  #unpainted: { n: number; at: number; received: number }[] = [];

  /** A page that nobody sees is not painted: what comes meanwhile is neither kept nor measured. */
  received(n: number, at: number): void {
    if (document.hidden) return;
    this.#unpainted.push({ n, at, received: now() });
  }

  /**
   * Called in the animation frame that drew everything up to tick `n`; `then` runs once it is painted. A message
   * posted within an animation frame is delivered after that frame's style, layout and paint.
   */
  drawn(n: number, then: () => void): void {
    const drawn = this.#unpainted.filter((one) => one.n <= n);
    this.#unpainted = this.#unpainted.filter((one) => one.n > n);
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      const painted = now();
      for (const one of drawn) this.records.push({ ...one, painted });
      this.painted += drawn.length;
      if (this.records.length > 2 * KEPT) this.records.splice(0, this.records.length - KEPT);
      then();
    };
    port2.postMessage(null);
  }

  /** Median ms from stamp to painted of the latest ticks; undefined before the first. */
  median(): number | undefined {
    const delays = this.records.slice(-RECENT).map(({ at, painted }) => painted - at);
    return delays.sort((a, b) => a - b)[delays.length >> 1];
  }
}

function now(): number {
  return performance.timeOrigin + performance.now();
}
