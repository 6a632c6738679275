import type { PageConfig } from './jupyter.ts';

/** One axis of a drawn Plotly figure: the internals that the live layer reads. */
export interface PlotlyAxis {
  _id: string;
  _offset: number;
  _length: number;
  _categories?: string[];
  type: string;
  range: unknown[];
  r2l(value: unknown): number;
}

export interface PlotlyDiv extends HTMLDivElement {
  data: unknown[];
  layout: Record<string, unknown>;
  _fullLayout: Record<string, unknown> & {
    _size: { l: number; r: number; t: number; b: number; w: number; h: number };
  };
  on(event: string, handler: (event: Record<string, unknown>) => void): void;
}

export interface Plotly {
  version: string;
  newPlot(div: HTMLElement, data: unknown, layout: unknown, config?: unknown): Promise<PlotlyDiv>;
  react(div: HTMLElement, data: unknown, layout: unknown, config?: unknown): Promise<PlotlyDiv>;
  Fx?: { hover(div: HTMLElement, event: unknown): void };
}

declare global {
  interface Window {
    Plotly?: Plotly;
    /** Set by the output that carries the library inline. */
    __candlebookPlotly?: Promise<unknown>;
  }
}

let loading: Promise<Plotly> | undefined;

/**
 * Plotly from beside the kernelspec where Jupyter Server serves the page, else from the inline output, which
 * `askInline` makes the kernel send.
 */
export function loadPlotly(
  config: PageConfig | undefined,
  kernel: string,
  askInline: () => void,
): Promise<Plotly> {
  if (window.Plotly?.react) return Promise.resolve(window.Plotly);
  loading ??= fromServer(config, kernel)
    .catch(() => fromInline(askInline))
    .catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
  return loading;
}

/** Plotly from an address of the page's own server. */
export function plotlyFrom(url: string): Promise<Plotly> {
  return window.Plotly?.react ? Promise.resolve(window.Plotly) : fromUrl(url);
}

async function fromServer(config: PageConfig | undefined, kernel: string): Promise<Plotly> {
  if (!config) throw new Error('no Jupyter Server page');
  const url = (spec: string) => new URL(`kernelspecs/${spec}/plotly.min.js`, config.baseUrl).href;
  try {
    return await fromUrl(url('tslab'));
  } catch {
    const query = config.token ? `?token=${encodeURIComponent(config.token)}` : '';
    const answer = await fetch(new URL(`api/kernels/${kernel}${query}`, config.baseUrl));
    const { name } = (await answer.json()) as { name: string };
    return await fromUrl(url(encodeURIComponent(name)));
  }
}

function fromUrl(url: string): Promise<Plotly> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = url;
    script.async = true;
    script.onload = () =>
      window.Plotly ? resolve(window.Plotly) : reject(new Error(`${url} is not Plotly`));
    script.onerror = () => {
      script.remove();
      reject(new Error(`${url} could not be loaded`));
    };
    document.head.append(script);
  });
}

async function fromInline(ask: () => void): Promise<Plotly> {
  if (!window.__candlebookPlotly) ask();
  for (let i = 0; i < 600; i++) {
    await window.__candlebookPlotly;
    if (window.Plotly) return window.Plotly;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('Plotly did not arrive.');
}
