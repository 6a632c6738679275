import { DRAWN_EVENT } from '../../../src/dashboard/wire.ts';
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
  watch: `() => (${watch})('${DRAWN_EVENT}', ${START_MS + (POINTS - 1) * STEP_MS}, ${STEP_MS})`,
};

/**
 * After each drawing of the board: the newest point that all six panels show. A point beyond the range of the time
 * axis that is drawn is not shown yet, and neither is that of a panel whose canvas holds an earlier state.
 */
function watch(drawn: string, lastOfFirst: number, step: number): void {
  interface View {
    content: { panels: { data: { x: number[] }[] }[] };
    shown: { painted: boolean; ranges: Record<string, [number, number] | undefined> }[];
  }
  const PANEL_COUNT = 6;
  let reported = -1;
  document.addEventListener(drawn, (event) => {
    const view = (event as CustomEvent<View>).detail;
    const ticks = view.content.panels.map((panel, i) => {
      const { painted, ranges } = view.shown[i]!;
      const newest = panel.data[0]!.x.at(-1)!;
      return painted && newest <= (ranges.x?.[1] ?? 0) ? (newest - lastOfFirst) / step : -1;
    });
    const everywhere = ticks.length === PANEL_COUNT ? Math.min(...ticks) : -1;
    if (everywhere <= reported) return;
    reported = everywhere;
    globalThis.bench?.drawn(everywhere);
  });
}
