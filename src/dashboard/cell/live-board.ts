import { randomUUID } from 'node:crypto';
import { patch, plain } from '../patch.ts';
import { BoardTicks } from '../ticks.ts';
import {
  type LiveContent,
  type LiveFigure,
  type PageReply,
  type PageRequest,
  TICK_MIME,
  type Tick,
} from '../wire.ts';
import { frontEnd } from './front-end.ts';
import { figureHtml, tickHtml } from './html.ts';
import { endOnInterrupt } from './interrupts.ts';
import { findKernel, type Kernel } from './kernel.ts';
import { libraryHtml } from './library.ts';
import { type LiveOptions, withDefaults } from './options.ts';
import { Pages } from './pages.ts';
import { contentToSvg, stoppedBundle } from './picture.ts';

/** How a live figure ended. */
export interface StopReason {
  /** The in-figure button, the front end's interrupt, `stop()`, or an error in what fed it. */
  readonly by: 'button' | 'interrupt' | 'code' | 'error';
  readonly error?: Error;
  /** Ticks sent to the page. */
  readonly ticks: number;
  /** Ticks that the page has said it painted; 0 where no page was open. */
  readonly painted: number;
}

/** A board that ticks in its cell until it is stopped. */
export interface LiveBoard {
  /** Shows `next`; only what changed travels. Does nothing once it has been stopped. */
  update(next: LiveContent): void;
  /** Ends it and leaves a picture in the cell. Resolves when that is written. */
  stop(): Promise<StopReason>;
  /** Ends it because of an error in what feeds it: the reason carries the error, nothing is thrown. */
  fail(error: unknown): Promise<StopReason>;
  /** Shows the running figure once more, in the cell that calls it: after a page reload, or further down. */
  attach(): void;
  /** Called once, when a stop begins, before the picture is taken. */
  onStop(callback: (reason: StopReason) => void): void;
  /** Resolves when it has ended, however that came; never rejects. */
  readonly done: Promise<StopReason>;
  readonly stopped: boolean;
  readonly ticksSent: number;
  /** As the page last said; it speaks every five seconds. */
  readonly ticksPainted: number;
  /** Median ms from update to painted, as the page last said; undefined without a page. */
  readonly latency: number | undefined;
}

/** One figure that can tick. */
export interface LiveFigureView extends Omit<LiveBoard, 'update'> {
  update(next: LiveFigure): void;
}

/** How long a page of Jupyter Server has to say hello before ticks travel as outputs, in ms. */
const HELLO_WAIT = 2000;

/**
 * Shows a board in the running cell and returns at once; the cell may end or `await live.done`.
 * @throws CandlebookError KERNEL_MISSING outside a notebook kernel, INPUT_INVALID for a bad option
 */
export function showBoard(content: LiveContent, options: LiveOptions = {}): LiveBoard {
  return new LiveCell(findKernel(), content, options);
}

/** The same for one figure by itself. */
export function showFigure(figure: LiveFigure, options: LiveOptions = {}): LiveFigureView {
  const board = (one: LiveFigure): LiveContent => ({ title: titleOf(one), panels: [one] });
  const live = new LiveCell(findKernel(), board(figure), options);
  const update = live.update.bind(live);
  return Object.assign(live, {
    update: (next: LiveFigure | LiveContent) => update('panels' in next ? next : board(next)),
  });
}

function titleOf(figure: LiveFigure): string {
  const { title } = figure.layout;
  return ((typeof title === 'string' ? title : title?.text) ?? figure.id).replace(/<[^>]*>/g, '').trim();
}

export class LiveCell implements LiveBoard {
  readonly done: Promise<StopReason>;
  stopped = false;
  ticksSent = 0;
  latency: number | undefined;
  readonly #id = randomUUID().slice(0, 8);
  readonly #kernel: Kernel;
  readonly #options: Required<LiveOptions>;
  readonly #pages = new Pages();
  readonly #ticks: BoardTicks;
  /** What the figure output itself holds, for ticks that travel as outputs. */
  #mounted!: { readonly n: number; readonly content: LiveContent };
  /** Display ids of the figure outputs; the last one is the present one. */
  readonly #figures: string[] = [];
  #tickDisplay: string | undefined;
  #libraryDisplay: string | undefined;
  #pending: { readonly content: LiveContent; readonly at: number } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #renewal: NodeJS.Timeout | undefined;
  #lastSent = Number.NEGATIVE_INFINITY;
  readonly #helloUntil: number;
  #pictures = 0;
  readonly #pictureWaiting = new Map<number, (png: string) => void>();
  readonly #stopCallbacks: ((reason: StopReason) => void)[] = [];
  #finish!: (reason: StopReason) => void;
  #stopping: Promise<StopReason> | undefined;
  readonly #release: (() => void)[] = [];

  constructor(kernel: Kernel, content: LiveContent, options: LiveOptions) {
    this.#kernel = kernel;
    this.#options = withDefaults(options);
    this.#ticks = new BoardTicks(this.#id, content);
    this.done = new Promise((resolve) => {
      this.#finish = resolve;
    });
    const served = frontEnd() === 'jupyter-server';
    this.#helloUntil = performance.now() + (served ? HELLO_WAIT : 0);
    this.attach();
    this.#release.push(
      kernel.listen((request) => this.#answer(request)),
      endOnInterrupt({ interrupt: () => this.#end('interrupt') }, () => kernel.busy),
    );
    if (frontEnd() === 'vscode') this.#sendLibrary();
    else setTimeout(() => this.#pages.any || this.#stopping || this.#sendLibrary(), HELLO_WAIT * 2).unref();
    if (this.#options.pictureEvery > 0) {
      this.#renewal = setInterval(() => this.#renewPicture(), this.#options.pictureEvery);
      this.#renewal.unref();
    }
  }

  get ticksPainted(): number {
    return this.#pages.painted;
  }

  update(next: LiveContent): void {
    if (this.#stopping) return;
    this.#pending = { content: next, at: Date.now() };
    this.#schedule();
  }

  attach(): void {
    if (this.#stopping) return;
    this.#figures.push(`${this.#id}-figure-${this.#figures.length + 1}`);
    this.#tickDisplay = undefined;
    this.#mount(false);
  }

  stop(): Promise<StopReason> {
    return this.#end('code');
  }

  fail(error: unknown): Promise<StopReason> {
    return this.#end('error', error instanceof Error ? error : new Error(String(error)));
  }

  onStop(callback: (reason: StopReason) => void): void {
    this.#stopCallbacks.push(callback);
  }

  /** Writes the figure output: the place, the present state, and what a file saved now would show. */
  #mount(update: boolean): void {
    this.#mounted = { n: this.#ticks.n, content: plain(this.#ticks.sent) };
    const mount = {
      ...{ board: this.#id, kernel: this.#kernel.id, state: 'live' as const },
      ...this.#mounted,
    };
    const note = `${this.#ticks.sent.title}. Saved while live${update ? ` at ${new Date().toISOString().slice(0, 19)}Z` : ''}: run the cell again to see it move.`;
    const html = figureHtml(mount, note, update ? contentToSvg(this.#ticks.sent) : undefined);
    this.#kernel.write(this.#figures.at(-1)!, { 'text/html': html, 'text/plain': note }, update);
  }

  /** The board moves over into the renewed output on its page. */
  #renewPicture(): void {
    if (!this.#stopping && this.#ticks.n > this.#mounted.n) this.#mount(true);
  }

  #sendLibrary(): void {
    if (this.#libraryDisplay) return;
    this.#libraryDisplay = `${this.#id}-library`;
    this.#kernel.write(this.#libraryDisplay, { 'text/html': libraryHtml() }, false);
  }

  get #interval(): number {
    const { minInterval, outputInterval } = this.#options;
    if (this.#pages.any) return minInterval;
    return Math.max(minInterval, this.#kernel.busy ? outputInterval.running : outputInterval.background);
  }

  #schedule(): void {
    if (this.#timer || !this.#pending) return;
    const now = performance.now();
    const quiet = this.#pages.any ? now : this.#helloUntil;
    const wait = Math.max(this.#lastSent + this.#interval, quiet) - now;
    if (wait <= 0.5) this.#flush();
    else {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.#flush();
      }, wait);
    }
  }

  #flush(): void {
    if (!this.#pending || this.#stopping) return;
    const { content, at } = this.#pending;
    this.#pending = undefined;
    const tick = this.#ticks.next(content, at);
    if (!tick) return;
    this.#lastSent = performance.now();
    this.ticksSent++;
    this.#write(tick);
  }

  #write(tick: Tick): void {
    if (this.#pages.any) {
      this.#kernel.write(`${this.#id}-ticks`, { [TICK_MIME]: tick }, true);
      return;
    }
    // Outputs may be lost, doubled or replayed after a reload: each carries all that differs from the figure's own.
    const whole: Tick = {
      ...tick,
      from: this.#mounted.n,
      patch: patch(this.#mounted.content, this.#ticks.sent),
      whole: true,
    };
    const update = this.#tickDisplay !== undefined;
    this.#tickDisplay ??= `${this.#id}-tick-${this.#figures.length}`;
    this.#kernel.write(this.#tickDisplay, { 'text/html': tickHtml(whole) }, update);
  }

  #answer(request: PageRequest): PageReply | undefined {
    if (request.board !== this.#id) return undefined;
    const now = Date.now();
    const { page } = request;
    if (request.kind === 'gone') this.#pages.leave(page);
    else this.#pages.hear(page);
    switch (request.kind) {
      case 'hello':
        clearTimeout(this.#timer);
        this.#timer = undefined;
        setImmediate(() => this.#schedule());
        return { ok: true, now, ...(request.n < this.#ticks.n ? { tick: this.#ticks.whole(now) } : {}) };
      case 'state':
        return { ok: true, now, tick: this.#ticks.whole(now) };
      case 'stop':
        setImmediate(() => void this.#end('button'));
        break;
      case 'here':
        this.#pages.paintedBy(page, request.painted);
        this.latency = request.latency ?? this.latency;
        break;
      case 'picture':
        this.#pages.paintedBy(page, request.painted);
        this.latency = request.latency ?? this.latency;
        this.#pictureWaiting.get(request.picture)?.(request.png);
        break;
      case 'library':
        setImmediate(() => this.#sendLibrary());
        break;
    }
    return { ok: true, now };
  }

  #end(by: StopReason['by'], error?: Error): Promise<StopReason> {
    this.#stopping ??= this.#close(by, error);
    return this.#stopping;
  }

  async #close(by: StopReason['by'], error?: Error): Promise<StopReason> {
    clearTimeout(this.#timer);
    clearInterval(this.#renewal);
    if (this.#pending) {
      this.#ticks.sent = plain(this.#pending.content);
      this.#pending = undefined;
    }
    const reason = (): StopReason => ({
      by,
      ...(error ? { error } : {}),
      ticks: this.ticksSent,
      painted: this.ticksPainted,
    });
    for (const callback of this.#stopCallbacks) {
      try {
        callback(reason());
      } catch (failure) {
        console.error('onStop:', failure);
      }
    }
    const png = this.#pages.any ? await this.#askPicture() : undefined;
    this.#kernel.write(
      `${this.#id}-ticks`,
      { [TICK_MIME]: { ...this.#ticks.whole(Date.now()), state: 'stopped' } },
      true,
    );
    const ending = error ? `ended by an error: ${error.message}` : `stopped after ${this.ticksSent} ticks`;
    const bundle = stoppedBundle(this.#ticks.sent, png, ending);
    for (const display of this.#figures) this.#kernel.write(display, bundle, true);
    for (const display of [this.#tickDisplay, this.#libraryDisplay]) {
      if (display) this.#kernel.write(display, { 'text/html': '' }, true);
    }
    for (const release of this.#release) release();
    this.stopped = true;
    const final = reason();
    this.#finish(final);
    return final;
  }

  /** The page's own picture, of the last state, which goes along; undefined where none comes in time. */
  #askPicture(): Promise<string | undefined> {
    const picture = ++this.#pictures;
    return new Promise((resolve) => {
      const settle = (png?: string) => {
        clearTimeout(timer);
        this.#pictureWaiting.delete(picture);
        resolve(png || undefined);
      };
      const timer = setTimeout(settle, this.#options.pictureTimeout);
      this.#pictureWaiting.set(picture, settle);
      this.#ticks.n++;
      this.#kernel.write(
        `${this.#id}-ticks`,
        { [TICK_MIME]: { ...this.#ticks.whole(Date.now()), picture } satisfies Tick },
        true,
      );
    });
  }
}
