import type { Pen } from '../paint/pen.ts';
import { axisKey, type Drawable } from '../paint/plotly.ts';
import { type AxisNeed, axisNeeds, rangeFor } from '../paint/ranges.ts';
import type { Scale } from '../paint/scale.ts';
import { paintTraces } from '../paint/traces.ts';
import type { Figure } from '../wire.ts';
import type { Plotly, PlotlyAxis, PlotlyDiv } from './library.ts';

/** How far beyond the data a frame reaches, so that the next values fit without a new one. */
const SLACK = { date: 0.06, value: 0.12 };
/** A frame is drawn anew when the data fills less of it than this. */
const LEAST_FILL = 0.45;

/**
 * One figure: Plotly draws the frame (axes, titles, hover, zoom), a canvas of ours between its layers draws the
 * traces on every tick. Plotly's own traces are there too, invisible, for hover and for its picture.
 */
export class PanelView {
  readonly root: HTMLDivElement;
  figure: Figure;
  /** The canvas does not show the figure's present state. */
  dirty = true;
  /** The frame itself has to change; Plotly must draw. */
  frameDirty = true;
  visible = true;
  lastDraw = Number.NEGATIVE_INFINITY;
  hovered = false;
  drawing = false;
  readonly #plot: HTMLDivElement;
  #graph: PlotlyDiv | undefined;
  #canvas: HTMLCanvasElement;
  #pen: CanvasRenderingContext2D;
  #scales = new Map<string, Scale>();
  #zoomed = new Set<string>();
  #revision = 0;
  #requestFrame: () => void;

  constructor(figure: Figure, requestFrame: () => void) {
    this.figure = figure;
    this.#requestFrame = requestFrame;
    this.root = document.createElement('div');
    this.root.className = 'cb-panel';
    this.root.dataset.panel = figure.id;
    this.#plot = document.createElement('div');
    this.#plot.className = 'cb-plot';
    this.root.append(this.#plot);
    this.#canvas = document.createElement('canvas');
    this.#canvas.className = 'cb-layer';
    this.#pen = this.#canvas.getContext('2d')!;
    this.root.append(this.#canvas);
    this.root.addEventListener('mouseenter', () => {
      this.hovered = true;
      this.frameDirty = true;
      this.#requestFrame();
    });
    this.root.addEventListener('mouseleave', () => {
      this.hovered = false;
    });
  }

  get ready(): boolean {
    return this.#graph !== undefined;
  }

  /** Called after the figure's content has changed; `frame` when more than values did. */
  touch(frame: boolean): void {
    this.dirty = true;
    if (frame || this.hovered) this.frameDirty = true;
    if (!this.frameDirty && this.#graph && this.#outgrown()) this.frameDirty = true;
  }

  /** Plotly's full drawing, with ranges that leave room for the next ticks. */
  async drawFrame(plotly: Plotly): Promise<void> {
    if (this.drawing) return;
    this.drawing = true;
    this.frameDirty = false;
    try {
      const layout = this.#layoutForPlotly();
      const config = { displaylogo: false, responsive: false, displayModeBar: 'hover' };
      if (this.#graph) await plotly.react(this.#plot, this.figure.data, layout, config);
      else {
        this.#graph = await plotly.newPlot(this.#plot, this.figure.data, layout, config);
        this.#adopt(this.#graph);
      }
      this.lastDraw = performance.now();
      this.#readScales();
      this.paint();
    } finally {
      this.drawing = false;
    }
  }

  /** The traces, in their present state, on the canvas. */
  paint(): void {
    this.dirty = false;
    if (!this.#graph) return;
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    const width = this.#plot.clientWidth;
    const height = this.#plot.clientHeight;
    if (
      this.#canvas.width !== Math.round(width * ratio) ||
      this.#canvas.height !== Math.round(height * ratio)
    ) {
      this.#canvas.width = Math.round(width * ratio);
      this.#canvas.height = Math.round(height * ratio);
    }
    this.#pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#pen.clearRect(0, 0, width, height);
    paintTraces(this.#pen as Pen, this.figure, this.#scales);
  }

  #adopt(graph: PlotlyDiv): void {
    // Between Plotly's two drawings: above grid and traces, below legend, annotations and hover labels.
    graph.querySelector('.gl-container')?.append(this.#canvas);
    graph.on('plotly_relayout', (event) => this.#onRelayout(event));
    graph.on('plotly_relayouting', () => {
      this.#readScales();
      this.paint();
    });
    graph.on('plotly_restyle', () => this.#requestFrame());
  }

  #onRelayout(event: Record<string, unknown>): void {
    if (this.drawing) return;
    for (const key of Object.keys(event)) {
      const axis = /^([xy])axis(\d*)\.(range|autorange)/.exec(key);
      if (!axis) continue;
      const id = `${axis[1]}${axis[2]}`;
      if (axis[3] === 'range') this.#zoomed.add(id);
      else {
        this.#zoomed.delete(id);
        this.#revision++;
        this.frameDirty = true;
        this.lastDraw = Number.NEGATIVE_INFINITY;
      }
    }
    this.#readScales();
    this.dirty = true;
    this.#requestFrame();
  }

  #readScales(): void {
    const full = this.#graph?._fullLayout;
    if (!full) return;
    this.#scales.clear();
    for (const [key, value] of Object.entries(full)) {
      if (!/^[xy]axis\d*$/.test(key)) continue;
      const axis = value as PlotlyAxis;
      this.#scales.set(axis._id, scaleOf(axis));
    }
  }

  #layoutForPlotly(): Record<string, unknown> {
    const layout: Record<string, unknown> = structuredClone(this.figure.layout);
    for (const need of axisNeeds(this.figure)) {
      if (this.#zoomed.has(need.id) || need.categories) continue;
      const key = axisKey(need.id);
      const range = rangeFor(need, need.fixed ? 0 : slack(need));
      layout[key] = { ...(layout[key] as object), type: need.type, range, autorange: false };
    }
    layout.uirevision = `${this.#revision}`;
    layout.datarevision = performance.now();
    layout.width = this.#plot.clientWidth;
    layout.height = this.#plot.clientHeight;
    return layout;
  }

  /** True where the data has left the frame, or fills too little of it. */
  #outgrown(): boolean {
    for (const need of axisNeeds(this.figure)) {
      const scale = this.#scales.get(need.id);
      if (!scale || this.#zoomed.has(need.id)) continue;
      if (need.categories) {
        const known = [...(scale.categories?.keys() ?? [])];
        if (known.length !== need.categories.size || known.some((key) => !need.categories?.has(key)))
          return true;
        continue;
      }
      const [from, to] = scale.range[0] < scale.range[1] ? scale.range : [scale.range[1], scale.range[0]];
      const [low, high] = need.fixed ?? need.extent;
      if (need.fixed && (low !== from || high !== to)) return true;
      if (low < from || high > to) return true;
      if ((high - low) / (to - from) < LEAST_FILL) return true;
    }
    return false;
  }
}

function slack(need: AxisNeed): number {
  return need.type === 'date' ? SLACK.date : SLACK.value;
}

function scaleOf(axis: PlotlyAxis): Scale {
  return {
    id: axis._id,
    type: axis.type as Scale['type'],
    range: [axis.r2l(axis.range[0]), axis.r2l(axis.range[1])],
    offset: axis._offset,
    length: axis._length,
    categories:
      axis.type === 'category' ? new Map((axis._categories ?? []).map((c, i) => [c, i])) : undefined,
  };
}

export type { Drawable };
