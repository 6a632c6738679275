import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { Figure } from '../../../src/dashboard/index.ts';
import { figurePage } from '../../dashboard/figures/browser-page.ts';

/** Ways in which a page can show a tick of a figure. */
export const WAYS = ['canvas layer', 'restyle', 'extendTraces', 'react', 'newPlot'] as const;

export type Way = (typeof WAYS)[number];

/** A page with Plotly and the live layer's painter on it; `redraw` shows two states in turn, one way. */
export async function redrawPage(states: readonly [Figure, Figure], width: number, height: number) {
  const { browser, page } = await figurePage();
  const painter = buildSync({
    entryPoints: [fileURLToPath(new URL('../../../src/dashboard/paint/figure.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'painter',
  }).outputFiles[0]!.text;
  await page.addScriptTag({ content: painter });
  return {
    version: browser.version(),
    close: () => browser.close(),
    /** @returns mean ms a redraw, style and layout included */
    redraw: (way: Way, times: number): Promise<number> =>
      page.evaluate(redrawOnPage, { way, times, states, width, height }),
  };
}

interface Work {
  way: Way;
  times: number;
  states: readonly [Figure, Figure];
  width: number;
  height: number;
}

async function redrawOnPage({ way, times, states, width, height }: Work): Promise<number> {
  interface Page {
    Plotly: {
      newPlot(div: HTMLElement, data: unknown, layout: unknown): Promise<unknown>;
      react(div: HTMLElement, data: unknown, layout: unknown): Promise<unknown>;
      extendTraces(div: HTMLElement, update: unknown, traces: number[], most: number): Promise<unknown>;
      restyle(div: HTMLElement, update: unknown, traces: number[]): Promise<unknown>;
    };
    painter: { paintFigure(pen: unknown, figure: unknown, width: number, height: number): void };
  }
  type Keys = Record<string, unknown>;
  const { Plotly, painter } = globalThis as unknown as Page;
  document.body.replaceChildren();
  const div = document.createElement('div');
  div.style.cssText = `width:${width}px;height:${height}px`;
  document.body.append(div);
  const copy = () => structuredClone(states);
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  const layoutOf = (state: Figure) => ({ ...structuredClone(state.layout), width, height });
  // What of each trace a tick has changed: what `patch` tells.
  const changedKeys = (i: number) => {
    const [before, after] = states.map(({ data }) => data[i] as unknown as Record<string, unknown>) as [
      Keys,
      Keys,
    ];
    return Object.keys(after).filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
  };
  const traces = states[0].data.map((_, i) => i).filter((i) => changedKeys(i).length > 0);
  const keys = [...new Set(traces.flatMap(changedKeys))];
  /** One call for all: of each key the values of all changed traces. */
  const updateOf = ({ data }: Figure) =>
    Object.fromEntries(
      keys.map((key) => [key, traces.map((i) => structuredClone((data[i] as unknown as Keys)[key]))]),
    );
  const lines = states[0].data.flatMap((trace, i) =>
    trace.type === 'scatter' && trace.mode === 'lines' ? [i] : [],
  );
  if (way === 'canvas layer') document.body.append(canvas);
  else await Plotly.newPlot(div, copy()[0].data, layoutOf(states[0]));
  const began = performance.now();
  for (let k = 1; k <= times; k++) {
    const state = states[k % 2]!;
    if (way === 'canvas layer') painter.paintFigure(pen, state, width, height);
    else if (way === 'newPlot') await Plotly.newPlot(div, copy()[k % 2]!.data, layoutOf(state));
    else if (way === 'react') {
      await Plotly.react(div, copy()[k % 2]!.data, { ...layoutOf(state), datarevision: k });
    } else if (way === 'restyle') await Plotly.restyle(div, updateOf(state), traces);
    else {
      const ends = lines.map((i) => state.data[i] as unknown as { x: number[]; y: number[] });
      const update = { x: ends.map(({ x }) => [x.at(-1)! + k]), y: ends.map(({ y }) => [y.at(-1)!]) };
      await Plotly.extendTraces(div, update, lines, ends[0]!.x.length);
    }
    // Drawing that the browser has put off is part of it.
    if (way === 'canvas layer') pen!.getImageData(0, 0, 1, 1);
    else div.getBoundingClientRect();
  }
  return (performance.now() - began) / times;
}
