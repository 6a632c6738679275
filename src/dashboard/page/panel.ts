import { paintBoxes, paintFigure } from '../paint/figure.ts';
import { type Ranges, rangesToShow } from '../paint/geometry.ts';
import { paintMarks } from '../paint/marks.ts';
import { axisKey, isCartesian } from '../paint/plotly.ts';
import { axisNeeds, fits, rangeFor } from '../paint/ranges.ts';
import type { Scale } from '../paint/scale.ts';
import { paintTraces } from '../paint/traces.ts';
import type { LiveFigure } from '../wire.ts';
import type { Plotly, PlotlyAxis, PlotlyDiv } from './library.ts';

/**
 * One figure. Plotly draws the frame (axes, hover, zoom); a canvas of ours between Plotly's two drawings shows
 * traces and marks, anew on every tick. Plotly's own are there too, invisible: for hover and for its picture.
 * Until Plotly has arrived the canvas shows the whole figure.
 */
export class PanelView {
  readonly root: HTMLDivElement;
  figure: LiveFigure;
  /** The canvas does not show the figure's present state. */
  dirty = true;
  /** Plotly must draw. */
  frameDirty = true;
  visible = true;
  /** When Plotly last drew, by `performance.now()`. */
  lastDraw = Number.NEGATIVE_INFINITY;
  #drawing = false;
  #pressed = false;
  #hovered = false;
  #pointer: MouseEvent | undefined;
  #frameKey = '';
  readonly #plot: HTMLDivElement;
  #graph: PlotlyDiv | undefined;
  readonly #canvas: HTMLCanvasElement;
  readonly #pen: CanvasRenderingContext2D;
  #scales = new Map<string, Scale>();
  /** Ranges of the frame that is drawn without Plotly. */
  #ranges: Ranges | undefined;
  readonly #zoomed = new Set<string>();
  #revision = 0;
  readonly #requestFrame: () => void;
  #width = 0;
  #height = 0;

  constructor(figure: LiveFigure, requestFrame: () => void) {
    this.figure = figure;
    this.#requestFrame = requestFrame;
    this.root = document.createElement('div');
    this.root.className = 'cb-panel';
    this.root.dataset.panel = figure.id;
    this.#plot = document.createElement('div');
    this.#plot.className = 'cb-plot';
    this.#canvas = document.createElement('canvas');
    this.#canvas.className = 'cb-layer';
    this.#pen = this.#canvas.getContext('2d')!;
    this.root.append(this.#plot, this.#canvas);
    this.#watch();
  }

  #watch(): void {
    this.root.addEventListener('mouseenter', () => {
      this.#hovered = true;
      // What hovering tells must be of now.
      this.frameDirty = true;
      this.#requestFrame();
    });
    this.root.addEventListener('mousemove', (event) => {
      this.#pointer = event;
    });
    this.root.addEventListener('mouseleave', () => {
      this.#hovered = false;
      this.#pointer = undefined;
    });
    this.root.addEventListener('mousedown', () => {
      this.#pressed = true;
      window.addEventListener(
        'mouseup',
        () =>
          setTimeout(() => {
            this.#pressed = false;
            this.#requestFrame();
          }, 300),
        { once: true, capture: true },
      );
    });
    new ResizeObserver(() => {
      if (this.root.clientWidth === this.#width && this.root.clientHeight === this.#height) return;
      if (this.root.clientWidth === 0) return;
      this.dirty = true;
      this.frameDirty = true;
      this.lastDraw = Math.min(this.lastDraw, performance.now() - 900);
      this.#requestFrame();
    }).observe(this.root);
    new IntersectionObserver(
      (entries) => {
        this.visible = entries.at(-1)?.isIntersecting ?? true;
        if (this.visible) this.#requestFrame();
      },
      { rootMargin: '200px' },
    ).observe(this.root);
  }

  get ready(): boolean {
    return this.#graph !== undefined;
  }

  /** Plotly may draw now: nobody is dragging, and it is not at it already. */
  get idle(): boolean {
    return !this.#drawing && !this.#pressed;
  }

  /** Called after the figure has changed, with whether its layout has. */
  touch(layout: boolean): void {
    this.dirty = true;
    if (this.#hovered) this.frameDirty = true;
    if (this.frameDirty) return;
    if ((layout && frameKey(this.figure) !== this.#frameKey) || this.#outgrown()) this.frameDirty = true;
  }

  /** Plotly's full drawing. */
  async drawFrame(plotly: Plotly): Promise<void> {
    if (!this.idle) return;
    this.#drawing = true;
    this.frameDirty = false;
    try {
      this.#measure();
      this.#frameKey = frameKey(this.figure);
      const layout = this.#layoutForPlotly();
      // Plotly may write into what it is given; the arrays are shared, so that its data stays the present one.
      const data = this.figure.data.map((trace) => ({ ...trace }));
      if (this.#graph) await plotly.react(this.#plot, data, layout, CONFIG);
      else {
        const graph = await plotly.newPlot(this.#plot, data, layout, CONFIG);
        this.#adopt(graph);
      }
      this.#freeDrags();
      this.#readScales();
      this.paint();
      if (this.#hovered && this.#pointer) plotly.Fx?.hover(this.#plot, this.#pointer);
    } finally {
      this.lastDraw = performance.now();
      this.#drawing = false;
    }
  }

  /** The present state on the canvas. */
  paint(): void {
    this.dirty = false;
    this.#measure();
    const pen = this.#pen;
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    const [wide, high] = [Math.round(this.#width * ratio), Math.round(this.#height * ratio)];
    if (this.#canvas.width !== wide || this.#canvas.height !== high) {
      this.#canvas.width = wide;
      this.#canvas.height = high;
    }
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    if (!this.#graph) {
      this.#ranges = rangesToShow(this.figure, this.#ranges);
      paintFigure(pen, this.figure, this.#width, this.#height, this.#ranges);
      return;
    }
    pen.clearRect(0, 0, this.#width, this.#height);
    paintTraces(pen, this.figure, this.#scales);
    paintBoxes(pen, this.figure, this.#width, this.#height);
    paintMarks(pen, this.figure, this.#scales, this.#width, this.#height);
  }

  /** Ranges that the panel shows, zoom included: what a picture of it has to show too. */
  get ranges(): Ranges | undefined {
    if (this.#scales.size === 0) return this.#ranges;
    return new Map([...this.#scales].map(([id, scale]) => [id, scale.range]));
  }

  #measure(): void {
    this.#width = this.root.clientWidth || this.#width;
    this.#height = this.root.clientHeight || this.#height;
  }

  #adopt(graph: PlotlyDiv): void {
    this.#graph = graph;
    // Between Plotly's two drawings: above the grid, below legend and hover labels.
    (graph.querySelector('.gl-container') ?? graph).append(this.#canvas);
    graph.on('plotly_relayout', (event) => this.#onRelayout(event));
    graph.on('plotly_relayouting', () => {
      this.#readScales();
      this.paint();
    });
  }

  #onRelayout(event: Record<string, unknown>): void {
    if (this.#drawing) return;
    for (const key of Object.keys(event)) {
      const axis = /^([xy])axis(\d*)\.(range|autorange)/.exec(key);
      if (!axis) continue;
      const id = `${axis[1]}${axis[2]}`;
      if (axis[3] === 'range') this.#zoomed.add(id);
      else {
        // A double click gives the axis back to us.
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
    this.#scales = new Map();
    for (const [key, value] of Object.entries(full)) {
      if (!/^[xy]axis\d*$/.test(key)) continue;
      const axis = value as PlotlyAxis;
      this.#scales.set(axis._id, scaleOf(axis));
    }
  }

  /** A subplot of mere text over the others must not catch the pointer: they could not be zoomed. */
  #freeDrags(): void {
    for (const { x, y } of textSubplots(this.figure)) {
      for (const drag of this.#plot.querySelectorAll<SVGElement>(`.draglayer > .${x}${y}`))
        drag.style.display = 'none';
    }
  }

  #axis(id: string): PlotlyAxis | undefined {
    return this.#graph?._fullLayout[axisKey(id)] as PlotlyAxis | undefined;
  }

  #layoutForPlotly(): Record<string, unknown> {
    const layout: Record<string, unknown> = { ...structuredClone(this.figure.layout) };
    for (const need of axisNeeds(this.figure)) {
      const key = axisKey(need.id);
      const axis = { ...(layout[key] as object), type: need.type };
      const zoom = this.#zoomed.has(need.id) ? this.#axis(need.id)?.range : undefined;
      if (zoom) layout[key] = { ...axis, range: zoom, autorange: false };
      else if (need.categories && !need.fixed) layout[key] = axis;
      else layout[key] = { ...axis, range: rangeFor(need, true), autorange: false };
    }
    layout.uirevision = `${this.#revision}`;
    layout.datarevision = performance.now();
    layout.width = this.#width;
    layout.height = this.#height;
    layout.autosize = false;
    if (touched()) layout.dragmode = false;
    return layout;
  }

  /** True where the data has left the frame, or fills too little of it. */
  #outgrown(): boolean {
    for (const need of axisNeeds(this.figure)) {
      const scale = this.#scales.get(need.id);
      if (!scale || this.#zoomed.has(need.id)) continue;
      if (need.categories) {
        const known = scale.categories;
        if (known?.size !== need.categories.size) return true;
        for (const [name, index] of need.categories) if (known.get(name) !== index) return true;
        if (!need.fixed) continue;
      }
      if (!fits(need, scale.range)) return true;
    }
    return false;
  }
}

/** A finger that lands on a figure means to scroll the page, which is all figures. */
function touched(): boolean {
  return matchMedia('(hover: none) and (pointer: coarse)').matches;
}

const CONFIG = {
  displaylogo: false,
  responsive: false,
  displayModeBar: 'hover',
  modeBarButtonsToRemove: ['lasso2d', 'select2d', 'autoScale2d', 'sendChartToCloud'],
  doubleClick: 'reset+autosize',
};

/** What Plotly draws visibly of a layout; title, notes and shapes are painted by us. */
function frameKey(figure: LiveFigure): string {
  const { title: _title, annotations: _annotations, shapes: _shapes, ...frame } = figure.layout;
  return JSON.stringify(frame);
}

/** Pairs of axes neither of which a trace with hover uses. */
function textSubplots(figure: LiveFigure): { x: string; y: string }[] {
  const pairs = figure.data.filter(isCartesian).map((trace) => ({
    x: trace.xaxis ?? 'x',
    y: trace.yaxis ?? 'y',
    silent: trace.hoverinfo === 'skip' || trace.hoverinfo === 'none',
  }));
  return pairs.filter(({ x, y }) => pairs.every((other) => other.silent || (other.x !== x && other.y !== y)));
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
