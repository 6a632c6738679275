import { PAGE_GLOBAL } from '../../../src/dashboard/wire.ts';
import type { Run, Subject } from '../measure/subject.ts';
import { PANELS, POINTS, START_MS, STEP_MS } from '../measure/workload.ts';

/** The live board as a notebook uses it: six line figures, one `update` a tick, all settings at their defaults. */
export const board: Subject = {
  name: 'candlebook',
  kernel: { name: 'tslab', language: 'typescript' },
  setup: `
import { writeFileSync } from 'node:fs';
import { showBoard } from 'candlebook';

const value = (panel: number, i: number) =>
  100 * (panel + 1) * (1 + 0.04 * Math.sin(i / 40 + panel) + 0.006 * Math.sin(1.7 * i + 2 * panel));
const content = (tick: number) => ({
  title: 'Six panels',
  panels: Array.from({ length: ${PANELS} }, (_, panel) => ({
    id: 'panel' + panel,
    data: [{
      type: 'scatter',
      mode: 'lines',
      x: Array.from({ length: ${POINTS} }, (_, k) => ${START_MS} + (tick + k) * ${STEP_MS}),
      y: Array.from({ length: ${POINTS} }, (_, k) => value(panel, tick + k)),
    }],
    layout: { title: { text: 'Panel ' + panel }, margin: { l: 40, r: 10, t: 30, b: 30 }, xaxis: { type: 'date' } },
  })),
});
const live = showBoard(content(0));`.trim(),
  run: ({ rate, first, ticks, stampsFile }: Run) =>
    `
{
  const stamps: number[] = [];
  const begin = performance.now();
  for (let k = 0; k < ${ticks}; k++) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, begin + (k * 1000) / ${rate} - performance.now())));
    stamps.push(performance.timeOrigin + performance.now());
    live.update(content(${first} + k));
  }
  writeFileSync(${JSON.stringify(stampsFile)}, JSON.stringify(stamps));
}`.trim(),
  watch: `() => (${watch})('${PAGE_GLOBAL}', ${START_MS + (POINTS - 1) * STEP_MS}, ${STEP_MS})`,
};

/**
 * Follows the canvas layer: whenever a panel's canvas has been painted, which point was then its newest, and so
 * which tick all six panels show. A point beyond the axis that Plotly drew is not shown yet: where the time axis
 * ends at the newest point, the next points are cut off until the next full drawing.
 */
function watch(global: string, lastOfFirst: number, step: number): void {
  interface View {
    content: { panels: { data: { x: number[] }[] }[] };
    root: HTMLElement;
  }
  interface Graph extends HTMLElement {
    _fullLayout?: { xaxis?: { range: unknown[]; r2l(value: unknown): number } };
  }
  const PANEL_COUNT = 6;
  const newest = new Map<Element, number>();
  let reported = -1;
  let pending = false;

  const report = () => {
    pending = false;
    const ticks = [...newest].map(([panel, time]) => {
      const axis = panel.querySelector<Graph>('.js-plotly-plot')?._fullLayout?.xaxis;
      return axis && time <= axis.r2l(axis.range[1]) ? (time - lastOfFirst) / step : -1;
    });
    const everywhere = ticks.length === PANEL_COUNT ? Math.min(...ticks) : -1;
    if (everywhere <= reported) return;
    reported = everywhere;
    globalThis.bench?.drawn(everywhere);
  };

  // The layer clears its canvas at each painting, and paints in the same task.
  const clear = CanvasRenderingContext2D.prototype.clearRect;
  CanvasRenderingContext2D.prototype.clearRect = function (...box) {
    clear.apply(this, box);
    const panel = this.canvas.closest('.cb-panel');
    const page = (globalThis as unknown as Record<string, { boards: Map<string, View> } | undefined>)[global];
    const view = [...(page?.boards.values() ?? [])].at(-1);
    if (!panel || !view) return;
    const index = [...view.root.querySelectorAll('.cb-panel')].indexOf(panel);
    newest.set(panel, view.content.panels[index]!.data[0]!.x.at(-1)!);
    if (!pending) queueMicrotask(report);
    pending = true;
  };
}
