import type { CDPSession, Page } from 'playwright-core';

/** The page's own process, asked over the DevTools protocol. */
export class Meter {
  readonly #session: CDPSession;

  private constructor(session: CDPSession) {
    this.#session = session;
  }

  static async open(page: Page): Promise<Meter> {
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'timeTicks' });
    return new Meter(session);
  }

  async #metrics(): Promise<Record<string, number>> {
    const { metrics } = await this.#session.send('Performance.getMetrics');
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  }

  /** Share of the time, 0…1, that the main thread was busy while `work` ran: tasks, layout and paint. */
  async mainThreadShare<T>(work: () => Promise<T>): Promise<[share: number, value: T]> {
    const before = await this.#metrics();
    const value = await work();
    const after = await this.#metrics();
    const share = (after.TaskDuration! - before.TaskDuration!) / (after.Timestamp! - before.Timestamp!);
    return [share, value];
  }

  /** What JavaScript holds after a full collection, in MB, and the number of DOM nodes. */
  async memory(): Promise<{ heapMB: number; nodes: number }> {
    await this.#session.send('HeapProfiler.collectGarbage');
    const { JSHeapUsedSize, Nodes } = await this.#metrics();
    return { heapMB: JSHeapUsedSize! / 1e6, nodes: Nodes! };
  }
}
