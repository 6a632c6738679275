import {
  badgeColors,
  boardColors,
  boardColumns,
  boardHeight,
  explanationParts,
  figuresOf,
  footerParts,
  paintBoard,
  spanOf,
  wideHeight,
} from '../paint/board.ts';
import { applyPatch } from '../patch.ts';
import {
  type BoardState,
  DRAWN_EVENT,
  type LiveContent,
  type Mount,
  type PageReply,
  type PageRequest,
  type Tick,
} from '../wire.ts';
import { FrameQueue } from './frame-queue.ts';
import type { Plotly } from './library.ts';
import type { Link } from './link.ts';
import { PaintLog } from './paint-log.ts';
import { PanelView } from './panel.ts';

/** How often the page tells the kernel that it is there, and how it is doing, in ms. */
const SPEAK_EVERY = 5000;
/** Names this page load to the kernel. */
const PAGE_ID = Math.random().toString(36).slice(2);
/** Before Plotly is asked for again, ms. */
const LIBRARY_PAUSE = { first: 1000, longest: 60_000 };
/** Pixels a CSS pixel in the picture that stays. */
const PICTURE_SCALE = 1.25;

/** A figure from which nothing is heard for so long after it was put on the page is one from a file, in ms. */
const SILENT_AFTER = 8000;

/** A board that is off the page and has been silent for so long has ended unheard, in ms. */
const GONE_AFTER = 60_000;

/** What is known on the page: `waiting` until the kernel is heard, `saved` when it is not. */
type PageState = BoardState | 'waiting' | 'reconnecting' | 'saved';

const STATE_TEXT: Record<PageState, string> = {
  live: 'Live',
  waiting: 'Starting',
  reconnecting: 'Reconnecting',
  stopped: 'Stopped',
  saved: 'Saved while live',
};

export interface BoardSurroundings {
  /** The way to what feeds the board; undefined where ticks come as outputs alone. */
  readonly link: Link | undefined;
  /** The page may be one out of a saved file: a board that hears nothing says so. */
  readonly fromFile: boolean;
  /** Fetches Plotly; `askInline` makes the feeding side send it where it can not be fetched. */
  library(askInline: () => void): Promise<Plotly>;
}

/** One board on the page: takes ticks in, paints at most once an animation frame. */
export class BoardView {
  readonly id: string;
  readonly root: HTMLDivElement;
  readonly log = new PaintLog();
  n: number;
  content: LiveContent;
  state: PageState;
  readonly #library: BoardSurroundings['library'];
  readonly #panels: PanelView[] = [];
  readonly #queue: FrameQueue;
  /** The figure output's own state, which ticks in outputs build upon. */
  #mounted: { n: number; content: LiveContent };
  #link: Link | undefined;
  #waiting: Tick[] = [];
  #framePending = false;
  #textDirty = true;
  #clockOffset = 0;
  #speaking: ReturnType<typeof setInterval> | undefined;
  #closed = false;
  #heardAt = performance.now();
  #libraryAsked = false;
  readonly #parts: Record<
    'bar' | 'title' | 'badge' | 'state' | 'ticks' | 'stop' | 'grid' | 'footer' | 'text',
    HTMLElement
  >;

  constructor(mount: Mount, { link, fromFile, library }: BoardSurroundings) {
    this.id = mount.board;
    this.#library = library;
    this.n = mount.n;
    this.content = mount.content;
    this.#mounted = { n: mount.n, content: structuredClone(mount.content) };
    this.state = mount.state === 'live' ? 'waiting' : mount.state;
    this.root = document.createElement('div');
    this.root.className = 'cb-board';
    this.root.innerHTML = SKELETON;
    const part = (name: string) => this.root.querySelector<HTMLElement>(`.cb-${name}`)!;
    this.#parts = {
      bar: part('bar'),
      title: part('title'),
      badge: part('badge'),
      state: part('state'),
      ticks: part('ticks'),
      stop: part('stop'),
      grid: part('grid'),
      footer: part('footer'),
      text: part('text'),
    };
    this.#parts.stop.addEventListener('click', () => this.#askStop());
    this.#buildPanels();
    this.#queue = new FrameQueue(() => this.#panels);
    this.#showState();
    if (link) this.#connect(link, fromFile);
    // A guess: whoever speaks later is heard all the same.
    if (fromFile) setTimeout(() => this.state === 'waiting' && this.#setState('saved'), SILENT_AFTER);
    new ResizeObserver(() => this.#setColumns()).observe(this.root);
  }

  /** After the root has been put on the page, or moved there. */
  placed(): void {
    this.#setColumns();
    // The figure first: what can be painted now is painted before Plotly is even asked for.
    this.#frame();
    if (this.#libraryAsked) return;
    this.#libraryAsked = true;
    requestAnimationFrame(() => setTimeout(() => void this.#loadLibrary()));
  }

  /** Off the page for good: gives up its link and what runs by the clock. */
  close(): void {
    this.#closed = true;
    this.#disconnect();
  }

  /** Without Plotly the board ticks, but can not be zoomed: it is asked for until it comes. */
  async #loadLibrary(pause = LIBRARY_PAUSE.first): Promise<void> {
    try {
      this.#queue.start(await this.#library(() => void this.#send({ kind: 'library' })));
    } catch (error) {
      console.warn('candlebook:', error);
      setTimeout(
        () => this.#closed || void this.#loadLibrary(Math.min(LIBRARY_PAUSE.longest, 2 * pause)),
        pause,
      );
    }
  }

  /** A new figure output of the same board: ticks in outputs build upon it from now on. */
  remount(mount: Mount): void {
    this.#mounted = { n: mount.n, content: structuredClone(mount.content) };
    if (mount.n > this.n)
      this.accept({ board: this.id, n: mount.n, from: mount.n, at: Date.now(), content: mount.content });
  }

  /** Takes a tick in; ticks of the past are dropped, one from beyond a gap asks for the whole state. */
  accept(tick: Tick): void {
    this.#heardAt = performance.now();
    if (tick.n > this.n) {
      if (!this.#take(tick)) return;
      this.n = tick.n;
      this.log.received(tick.n, tick.at - this.#clockOffset);
      const later = this.#waiting.filter((waiting) => waiting.n > this.n);
      this.#waiting = [];
      for (const waiting of later) this.accept(waiting);
      this.requestFrame();
    }
    // Any tick is a sign of life, except that a stopped board stays so.
    if (this.state !== 'stopped') this.#setState(tick.state ?? 'live');
    if (tick.picture !== undefined) this.#sendPicture(tick.picture);
  }

  #take(tick: Tick): boolean {
    if (tick.content) this.#replace(tick.content);
    else if (tick.patch && tick.whole) {
      if (tick.from !== this.#mounted.n) return false;
      this.#replace(applyPatch(structuredClone(this.#mounted.content), tick.patch));
    } else if (tick.patch) {
      if (tick.from > this.n) {
        this.#waiting.push(tick);
        if (this.#waiting.length === 1) void this.#send({ kind: 'state' });
        return false;
      }
      this.content = applyPatch(this.content, tick.patch);
      const touched = new Map<PanelView, boolean>();
      for (const [, path] of tick.patch) {
        const [panel, inside] = this.#locate(path);
        if (panel) touched.set(panel, (touched.get(panel) ?? false) || inside !== 'data');
        else this.#textDirty = true;
      }
      for (const [panel, layout] of touched) {
        panel.figure = this.#figureOf(panel);
        panel.touch(layout);
      }
      if (touched.size === 0 && tick.patch.some(([, path]) => path.length < 2)) this.#replace(this.content);
    }
    return true;
  }

  #locate(path: readonly (string | number)[]): [PanelView | undefined, unknown] {
    if (path[0] === 'panels' && path.length > 1) return [this.#panels[Number(path[1])], path[2]];
    if (path[0] === 'candles' && path.length > 1) return [this.#panels[this.content.panels.length], path[1]];
    if (path[0] === 'more' && path.length > 1) {
      const before = this.content.panels.length + (this.content.candles ? 1 : 0);
      return [this.#panels[before + Number(path[1])], path[2]];
    }
    return [undefined, undefined];
  }

  #figures(): LiveContent['panels'] {
    return figuresOf(this.content);
  }

  #figureOf(panel: PanelView) {
    return this.#figures()[this.#panels.indexOf(panel)]!;
  }

  #replace(content: LiveContent): void {
    this.content = content;
    this.#textDirty = true;
    const figures = this.#figures();
    if (
      figures.length !== this.#panels.length ||
      figures.some(({ id }, i) => this.#panels[i]?.figure.id !== id)
    ) {
      this.#buildPanels();
      return;
    }
    this.#panels.forEach((panel, i) => {
      panel.figure = figures[i]!;
      panel.touch(true);
    });
  }

  #buildPanels(): void {
    this.#panels.length = 0;
    for (const figure of this.#figures()) {
      const panel = new PanelView(figure, () => this.requestFrame());
      if (figure === this.content.candles) {
        panel.root.classList.add('cb-wide');
        panel.root.style.height = `${wideHeight(figure)}px`;
      }
      if (this.#figures().length === 1) panel.root.classList.add('cb-single');
      this.#panels.push(panel);
    }
    this.#parts.grid.replaceChildren(...this.#panels.map((panel) => panel.root));
    this.#setColumns();
  }

  #setColumns(): void {
    const columns = boardColumns(this.content, this.root.clientWidth || 1200);
    this.#parts.grid.style.gridTemplateColumns = `repeat(${columns},minmax(0,1fr))`;
    const { panels, more = [] } = this.content;
    const below = this.#panels.length - more.length;
    this.#panels.forEach(({ root }, i) => {
      if (i < panels.length) root.style.gridColumn = `span ${spanOf(i, panels.length, columns)}`;
      else if (i >= below) root.style.gridColumn = `span ${spanOf(i - below, more.length, columns)}`;
    });
  }

  requestFrame(): void {
    if (this.#framePending) return;
    this.#framePending = true;
    requestAnimationFrame(() => {
      this.#framePending = false;
      this.#frame();
    });
  }

  #frame(): void {
    for (const panel of this.#panels) if (panel.dirty && panel.visible) panel.paint();
    this.root.dispatchEvent(new CustomEvent(DRAWN_EVENT, { bubbles: true, detail: this }));
    if (this.#textDirty) this.#showText();
    this.#showTicks();
    this.log.drawn(this.n, () => this.#queue.schedule());
  }

  #showText(): void {
    this.#textDirty = false;
    const { content } = this;
    const colors = boardColors(content);
    const style = this.root.style;
    for (const [name, color] of Object.entries(colors)) style.setProperty(`--cb-${name}`, color);
    const family = (content.panels[0] ?? content.candles)?.layout.font?.family;
    if (family) style.fontFamily = family;
    setText(this.#parts.title, content.title);
    this.#parts.title.title = content.title;
    const source = content.source ?? '';
    setText(this.#parts.badge, source.toUpperCase());
    this.#parts.badge.hidden = source === '';
    const [ground, ink] = badgeColors(source);
    this.#parts.badge.style.cssText = `background:${ground};color:${ink}`;
    showFooter(this.#parts.footer, footerParts(content));
    this.#showState();
    showExplanation(this.#parts.text, content.explanation ?? '');
  }

  #showTicks(): void {
    const latency = this.log.median();
    setText(
      this.#parts.ticks,
      `${this.n} ${this.n === 1 ? 'tick' : 'ticks'}${latency === undefined ? '' : ` · ${Math.round(latency)} ms`}`,
    );
  }

  #setState(state: PageState): void {
    if (state === this.state) return;
    this.state = state;
    this.#showState();
  }

  #showState(): void {
    // The board is heard, but what it shows stands still: nobody should trade on that.
    const away = this.state === 'live' && this.content.footer?.feed !== undefined;
    setText(this.#parts.state, away ? 'No feed' : STATE_TEXT[this.state]);
    this.root.dataset.state = away ? 'away' : this.state;
    this.#parts.stop.hidden = this.state !== 'live' || !this.#mayStop;
    if (this.state === 'stopped') this.close();
  }

  /** Of each panel: whether its canvas shows the present content, and between which values of its axes. */
  get shown(): { id: string; painted: boolean; ranges: Record<string, readonly [number, number]> }[] {
    return this.#panels.map(({ figure, dirty, ranges }) => ({
      id: figure.id,
      painted: !dirty,
      ranges: Object.fromEntries(ranges ?? []),
    }));
  }

  /** Off the page, and nothing more is to be expected of it. */
  get gone(): boolean {
    const over = this.state === 'stopped' || this.state === 'saved';
    return !this.root.isConnected && (over || performance.now() - this.#heardAt > GONE_AFTER);
  }

  get #mayStop(): boolean {
    return (this.#link?.mayStop && this.#link.open) ?? false;
  }

  #connect(link: Link, fromFile: boolean): void {
    this.#link = link;
    link.onOpen = () => {
      this.#showState();
      void this.#send({ kind: 'hello', n: this.n });
    };
    link.onClose = () => {
      if (this.state === 'live' || (this.state === 'waiting' && !fromFile)) this.#setState('reconnecting');
      this.#parts.stop.hidden = true;
    };
    link.onTick = (tick) => {
      if (tick.board === this.id) this.accept(tick);
    };
    this.#speaking = setInterval(() => {
      void this.#send({ kind: 'here', painted: this.log.painted, latency: this.log.median() });
    }, SPEAK_EVERY);
    window.addEventListener('pagehide', this.#leave);
  }

  readonly #leave = (): void => void this.#send({ kind: 'gone' });

  #disconnect(): void {
    clearInterval(this.#speaking);
    window.removeEventListener('pagehide', this.#leave);
    this.#link?.close();
    this.#link = undefined;
  }

  async #send(message: PageMessage): Promise<PageReply | undefined> {
    const before = Date.now();
    const reply = await this.#link?.request({ ...message, board: this.id, page: PAGE_ID } as PageRequest);
    if (!reply) return undefined;
    this.#heardAt = performance.now();
    const after = Date.now();
    const offset = reply.now - (before + after) / 2;
    // Kernel and page mostly share a clock; only a difference that the way there and back can not explain counts.
    this.#clockOffset = Math.abs(offset) > after - before + 2 ? offset : 0;
    if (this.state !== 'stopped') this.#setState(reply.ok ? 'live' : 'saved');
    // The kernel that knew this board has been restarted or has ended it.
    if (!reply.ok) this.#disconnect();
    if (reply.tick) this.accept(reply.tick);
    return reply;
  }

  #askStop(): void {
    (this.#parts.stop as HTMLButtonElement).disabled = true;
    void this.#send({ kind: 'stop' });
  }

  /** The board as it stands, zoom included, painted on a canvas of its own. */
  picture(): HTMLCanvasElement {
    const width = Math.round(Math.min(1400, Math.max(700, this.root.clientWidth || 1200)));
    const canvas = document.createElement('canvas');
    const pen = canvas.getContext('2d')!;
    canvas.width = Math.round(width * PICTURE_SCALE);
    canvas.height = Math.round(boardHeight(pen, this.content, width) * PICTURE_SCALE);
    pen.scale(PICTURE_SCALE, PICTURE_SCALE);
    const ranges = new Map(this.#panels.map((panel) => [panel.figure, panel.ranges]));
    paintBoard(pen, this.content, width, (figure) => ranges.get(figure as LiveContent['panels'][number]));
    return canvas;
  }

  #sendPicture(picture: number): void {
    const png = this.picture().toDataURL('image/png').split(',')[1] ?? '';
    void this.#send({ kind: 'picture', picture, png, painted: this.log.painted, latency: this.log.median() });
  }
}

type Without<T> = T extends unknown ? Omit<T, 'board' | 'page'> : never;
type PageMessage = Without<PageRequest>;

const SKELETON =
  '<header class="cb-bar"><span class="cb-title"></span><span class="cb-badge"></span><span class="cb-space"></span>' +
  '<span class="cb-ticks" title="Changes shown, and how long one takes from its event to the screen"></span><span class="cb-light"><i></i><span class="cb-state"></span></span>' +
  '<button type="button" class="cb-stop" title="End the live figure and keep a picture of it"><i></i>Stop</button></header>' +
  '<div class="cb-grid"></div><footer class="cb-footer"></footer><div class="cb-text"></div>';

function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Rows of names and values; only texts that changed are written. */
function showFooter(footer: HTMLElement, parts: readonly { name: string; value: string }[]): void {
  footer.hidden = parts.length === 0;
  if (footer.childElementCount !== parts.length) {
    footer.replaceChildren(
      ...parts.map(() => {
        const part = document.createElement('span');
        part.append(document.createElement('span'), ' ', document.createElement('b'));
        return part;
      }),
    );
  }
  parts.forEach(({ name, value }, i) => {
    const [label, content] = footer.children[i]!.children as unknown as HTMLElement[];
    setText(label!, `${name}:`);
    setText(content!, value);
  });
}

function showExplanation(element: HTMLElement, explanation: string): void {
  element.hidden = explanation === '';
  if (element.dataset.of === explanation) return;
  element.dataset.of = explanation;
  element.replaceChildren(
    ...explanationParts(explanation).map(({ name, text }) => {
      const line = document.createElement('p');
      const bold = document.createElement('b');
      bold.textContent = name;
      line.append(bold, name ? ` ${text}` : text);
      return line;
    }),
  );
}
