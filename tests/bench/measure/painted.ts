import type { Page } from 'playwright-core';

/** A drawing that reached the screen: number of the last tick in it, and when, epoch ms. */
export type Painted = [tick: number, at: number];

declare global {
  var bench: { drawn(tick: number): void; painted: Painted[] } | undefined;
}

/**
 * Runs in the page before any of its scripts. A drawing made inside an animation frame is painted when that
 * frame's callbacks have run; one made in a task of its own, at the next frame. Both are taken at the first
 * task after the frame: style, layout, paint and the hand-over to the compositor are then done.
 */
function install(): void {
  const clock = () => performance.timeOrigin + performance.now();
  const requestFrame = window.requestAnimationFrame.bind(window);
  let inFrame = false;
  window.requestAnimationFrame = (callback) =>
    requestFrame((time) => {
      inFrame = true;
      try {
        callback(time);
      } finally {
        // After the microtasks of the callback, which belong to it.
        queueMicrotask(() => {
          inFrame = false;
        });
      }
    });
  const painted: Painted[] = [];
  const channel = new MessageChannel();
  channel.port1.onmessage = (event: MessageEvent<number>) => painted.push([event.data, clock()]);
  const afterFrame = (tick: number) => channel.port2.postMessage(tick);
  globalThis.bench = {
    painted,
    drawn: (tick) => {
      if (inFrame) afterFrame(tick);
      else requestFrame(() => afterFrame(tick));
    },
  };
}

/** Before the page is opened: the recorder and the subject's hook. */
export async function watchPainting(page: Page, watch: string): Promise<void> {
  await page.addInitScript(`if (window === window.top) { (${install})(); (${watch})(); }`);
}

/** Everything painted since the last call. */
export function takePainted(page: Page): Promise<Painted[]> {
  return page.evaluate(() => globalThis.bench?.painted.splice(0) ?? []);
}

/** Waits until tick `n` is painted; false when the time is over. Asks ten times a second only. */
export async function waitPainted(page: Page, tick: number, timeout: number): Promise<boolean> {
  try {
    await page.waitForFunction((n) => globalThis.bench?.painted.some(([shown]) => shown >= n), tick, {
      timeout,
      polling: 100,
    });
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') return false;
    throw error;
  }
}
