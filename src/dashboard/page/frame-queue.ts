import type { Plotly } from './library.ts';
import type { PanelView } from './panel.ts';

/** Plotly draws a panel at most once in so many ms, */
const PANEL_REST = 1000;
/** and leaves so many ms between any two panels, so that no tick waits behind more than one of them. */
const REST = 120;

/** Plotly's full drawings: one panel at a time, after the ticks' own frame is out. */
export class FrameQueue {
  #plotly: Plotly | undefined;
  readonly #panels: () => readonly PanelView[];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #last = Number.NEGATIVE_INFINITY;

  constructor(panels: () => readonly PanelView[]) {
    this.#panels = panels;
  }

  start(plotly: Plotly): void {
    this.#plotly = plotly;
    this.schedule();
  }

  /** Sees to it that the panel that is due first gets its turn. */
  schedule(): void {
    const plotly = this.#plotly;
    if (!plotly || this.#timer !== undefined) return;
    const now = performance.now();
    let next: PanelView | undefined;
    let at = Number.POSITIVE_INFINITY;
    for (const panel of this.#panels()) {
      if (!panel.visible || !panel.idle || !(panel.frameDirty || !panel.ready)) continue;
      const due = panel.lastDraw + PANEL_REST;
      if (due < at) [next, at] = [panel, due];
    }
    if (!next) return;
    const panel = next;
    const wait = Math.max(0, at - now, this.#last + REST - now);
    this.#timer = setTimeout(() => {
      void panel
        .drawFrame(plotly)
        .catch((error: unknown) => console.error('candlebook:', error))
        .then(() => {
          this.#timer = undefined;
          this.#last = performance.now();
          this.schedule();
        });
    }, wait);
  }
}
