import { apply, type PatchOperation } from '../patch.ts';
import type { Board, BoardState, Mount, PageReply, PageRequest, Tick } from '../wire.ts';
import { TICK_MIME } from '../wire.ts';
import { KernelChannel, pageConfig } from './jupyter.ts';
import { loadPlotly, type Plotly } from './library.ts';
import { PanelView } from './panel.ts';

/** Full Plotly draws: each panel at most once in so many ms, and so many ms between any two of them. */
const PANEL_REST = 1000;
const DRAW_REST = 150;

const PAGE_ID = crypto.randomUUID();

/** Kernel stamps and paint times of the latest ticks, for the badge and for whoever measures. */
export interface PaintRecord {
  readonly n: number;
  readonly at: number;
  readonly received: number;
  readonly painted: number;
}

/** One board on the page: takes ticks, draws at most once an animation frame. */
export class BoardView {
  readonly id: string;
  readonly root: HTMLDivElement;
  readonly paints: PaintRecord[] = [];
  n: number;
  painted = 0;
  content: Board;
  state: BoardState;
  plotly: Plotly | undefined;
  readonly #kernel: string;
  readonly #panels: PanelView[] = [];
  readonly #grid: HTMLDivElement;
  #channel: KernelChannel | undefined;
  #waiting: Tick[] = [];
  #framePending = false;
  #unpainted: { n: number; at: number; received: number }[] = [];
  #lastDraw = Number.NEGATIVE_INFINITY;
  #drawTimer: ReturnType<typeof setTimeout> | undefined;
  #stateElement: HTMLElement;
  #tickElement: HTMLElement;
  #stopButton: HTMLButtonElement;
  #clockOffset = 0;

  constructor(mount: Mount) {
    this.id = mount.board;
    this.#kernel = mount.kernel;
    this.n = mount.n;
    this.content = mount.content;
    this.state = mount.state;
    this.root = document.createElement('div');
    this.root.className = 'cb-board';
    this.root.innerHTML =
      '<header class="cb-bar"><span class="cb-title"></span><span class="cb-source"></span><span class="cb-state"></span>' +
      '<span class="cb-ticks"></span><button type="button" class="cb-stop" title="Stop the live figure">■ Stop</button></header>' +
      '<div class="cb-grid"></div>';
    const find = <E extends HTMLElement>(selector: string) => this.root.querySelector<E>(selector)!;
    find('.cb-title').textContent = this.content.title;
    this.#grid = find<HTMLDivElement>('.cb-grid');
    this.#stateElement = find('.cb-state');
    this.#tickElement = find('.cb-ticks');
    this.#stopButton = find<HTMLButtonElement>('.cb-stop');
    this.#stopButton.addEventListener('click', () => this.#stop());
    for (const figure of this.content.panels)
      this.#addPanel(new PanelView(figure, () => this.requestFrame()), false);
    if (this.content.candles) {
      this.#addPanel(new PanelView(this.content.candles, () => this.requestFrame()), true);
    }
    this.#showState();
    this.#connect();
  }

  #addPanel(panel: PanelView, wide: boolean): void {
    panel.root.classList.toggle('cb-wide', wide);
    this.#panels.push(panel);
    this.#grid.append(panel.root);
  }

  /** After the root has been put on the page, or moved. */
  placed(): void {
    void loadPlotly(pageConfig(), this.#kernel, () => {}).then((plotly) => {
      this.plotly = plotly;
      this.requestFrame();
      this.#scheduleDraw();
    });
  }

  #connect(): void {
    const config = pageConfig();
    if (!config || !this.#kernel || this.state === 'stopped') return;
    const channel = new KernelChannel(config, this.#kernel);
    this.#channel = channel;
    channel.onOpen = () => void this.#send({ kind: 'hello', board: this.id, page: PAGE_ID, n: this.n });
    channel.onPublish = (content) => {
      const data = content.data as Record<string, unknown> | undefined;
      const tick = data?.[TICK_MIME] as Tick | undefined;
      if (tick?.board === this.id) this.accept(tick);
    };
  }

  async #send(request: PageRequest): Promise<PageReply | undefined> {
    const before = Date.now();
    const reply = await this.#channel?.request(request);
    if (!reply) return undefined;
    const after = Date.now();
    const offset = reply.now - (before + after) / 2;
    // Kernel and page usually share a clock; correct only a difference that the round trip can not explain.
    this.#clockOffset = Math.abs(offset) > after - before ? offset : 0;
    if (reply.tick) this.accept(reply.tick);
    return reply;
  }

  #stop(): void {
    this.#stopButton.disabled = true;
    void this.#send({ kind: 'stop', board: this.id, page: PAGE_ID });
  }

  /** Takes a tick in; ticks from the past are dropped, one from beyond a gap asks for the whole state. */
  accept(tick: Tick): void {
    if (tick.picture !== undefined) void this.#sendPicture(tick.picture);
    if (tick.state && tick.state !== this.state) {
      this.state = tick.state;
      this.#showState();
    }
    if (tick.n <= this.n) return;
    if (tick.content) this.#replace(tick.content);
    else if (tick.patch) {
      if (tick.from > this.n) {
        this.#waiting.push(tick);
        void this.#send({ kind: 'state', board: this.id, page: PAGE_ID });
        return;
      }
      this.content = apply(this.content, tick.patch);
      for (const operation of tick.patch) this.#mark(operation);
    }
    this.n = tick.n;
    this.#unpainted.push({ n: tick.n, at: tick.at + this.#clockOffset * -1, received: Date.now() });
    const next = this.#waiting.filter((waiting) => waiting.n > this.n);
    this.#waiting = [];
    for (const waiting of next) this.accept(waiting);
    this.requestFrame();
  }

  #mark([, path]: PatchOperation): void {
    const [part, index, key, , field] = path;
    const panel =
      part === 'panels' ? this.#panels[Number(index)] : part === 'candles' ? this.#panels.at(-1) : undefined;
    if (!panel) return;
    const [inside, name] = part === 'panels' ? [key, field] : [index, path[3]];
    panel.touch(inside !== 'data' || !VALUE_FIELDS.has(String(name)));
  }

  #replace(content: Board): void {
    this.content = content;
    content.panels.forEach((figure, i) => {
      const panel = this.#panels[i];
      if (!panel) return;
      panel.figure = figure;
      panel.touch(true);
    });
  }

  requestFrame(): void {
    if (this.#framePending) return;
    this.#framePending = true;
    requestAnimationFrame(() => this.#frame());
  }

  #frame(): void {
    this.#framePending = false;
    for (const panel of this.#panels) if (panel.dirty && panel.visible) panel.paint();
    const drawn = this.#unpainted;
    this.#unpainted = [];
    this.#tickElement.textContent = `#${this.n}`;
    if (drawn.length > 0) {
      // A message posted within an animation frame is delivered after that frame's style, layout and paint.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        const painted = Date.now();
        for (const one of drawn) this.paints.push({ ...one, painted });
        this.painted += drawn.length;
        if (this.paints.length > 4000) this.paints.splice(0, 2000);
        port1.close();
        this.#scheduleDraw();
      };
      port2.postMessage(null);
    } else this.#scheduleDraw();
  }

  /** One full draw at a time, after the frame is out. */
  #scheduleDraw(): void {
    if (this.#drawTimer !== undefined || !this.plotly) return;
    const now = performance.now();
    const candidates = this.#panels.filter((p) => p.visible && !p.drawing && (p.frameDirty || !p.ready));
    if (candidates.length === 0) return;
    const due = candidates.map((panel) => ({ panel, at: panel.ready ? panel.lastDraw + PANEL_REST : now }));
    due.sort((a, b) => a.at - b.at);
    const { panel, at } = due[0]!;
    const rest = panel.ready ? DRAW_REST : 0;
    const wait = Math.max(0, at - now, this.#lastDraw + rest - now);
    this.#drawTimer = setTimeout(() => {
      this.#drawTimer = undefined;
      this.#lastDraw = performance.now();
      void panel.drawFrame(this.plotly!).finally(() => {
        this.#lastDraw = performance.now();
        this.#scheduleDraw();
      });
    }, wait);
  }

  async #sendPicture(picture: number): Promise<void> {
    const canvas = document.createElement('canvas');
    const box = this.root.getBoundingClientRect();
    canvas.width = box.width;
    canvas.height = box.height;
    const pen = canvas.getContext('2d')!;
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, canvas.width, canvas.height);
    for (const panel of this.#panels) {
      const place = panel.root.getBoundingClientRect();
      const layer = panel.root.querySelector('canvas')!;
      pen.drawImage(layer, place.left - box.left, place.top - box.top, place.width, place.height);
    }
    const png = canvas.toDataURL('image/png').split(',')[1] ?? '';
    await this.#send({ kind: 'picture', board: this.id, page: PAGE_ID, picture, png });
  }

  #showState(): void {
    this.#stateElement.textContent = this.state;
    this.root.dataset.state = this.state;
    this.#stopButton.hidden = this.state === 'stopped';
    if (this.state === 'stopped') this.#channel?.close();
  }
}

const VALUE_FIELDS = new Set([
  'x',
  'y',
  'open',
  'high',
  'low',
  'close',
  'text',
  'values',
  'base',
  'marker',
  'line',
  'customdata',
  'hovertext',
  'error_y',
  'cells',
]);
